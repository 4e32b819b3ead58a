"""A database that was put back from a backup, or copied, sends nothing until a person says that it is the right one.

``guarding`` compares the ``marks`` of data folder and database, and the ``places`` where they are; ``withholding``
keeps all that is unsent, and lets it go.
"""
