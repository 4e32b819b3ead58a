"""Every row is settled: new, changed, same, doubtful or rejected. ``rounds`` tells it from end to end.

A file is ``listed``, and gone through in ``portions``; a row is one of ``organisations``, ``people`` or ``mailboxes``.
How it ended: ``outcomes``.
"""
