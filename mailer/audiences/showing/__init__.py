"""An audience shown: ``counting`` in numbers, ``lists`` by name a page at a time (all ``lines`` at once, too).

Who is there and who is missing: ``coverage``, on a ``coverage_board``. Numbers to choose by: ``facets``.
"""
