"""What an import found: the ``report`` row by row, with ``notes`` on the whole file.

``writing_down`` keeps it as a batch. ``missing`` is who an earlier list brought and this one does not name.
"""
