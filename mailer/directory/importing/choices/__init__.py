"""What somebody chose for a row that waits, or for a column. ``decisions`` are the values, made before the reading;
``choosing`` keeps them with the rows of a list, and remembers them for the next.
"""
