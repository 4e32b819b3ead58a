"""Why somebody gets a letter, or not: ``explaining`` for staff, ``reasons`` for the reader.

``standing`` asks the database what held for each seat; ``telling`` makes sentences of that, with ``stand_ins`` those of
letters that go to somebody else.
"""
