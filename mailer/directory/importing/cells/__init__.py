"""A cell: what people typed becomes a value, with what is to be said about it. Pure, but for the words we know.

``cleaning`` says what a cell says at all (nothing, yes, no, a day) and mends its accents; ``addresses`` takes e-mail
addresses out of it, ``places`` streets, postcodes and websites, ``words`` what stands in the vocabulary. ``problems``
is what is told of a cell on its row.
"""
