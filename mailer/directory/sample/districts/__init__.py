"""The sample at size: a few districts are imagined as the small sample is, and stamped out as often as needed.

Every stamp has ids, names and addresses of its own and the proportions of the small sample. Why: decision 0056.
"""
