"""The sample as the files it could have come from: typed by hand, by several people, over years.

Two lists and a table of what an import should make of every row. The dirt in them is that of real lists; each piece of
it is named by its number among the nasty cases (decision 0032).
"""
