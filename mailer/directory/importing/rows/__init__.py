"""A row becomes values: cleaned, in our words, nothing looked up in the directory yet.

``row`` holds the cells by their field, and what is said about them; ``organisations`` and ``people`` read it, with
``phones``, and ``spans`` for the days of memberships.
"""
