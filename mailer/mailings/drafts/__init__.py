"""Drafts: a mailing while it is written.

``composing`` changes it, from JSON by ``specs``. ``contents`` is all of it as one value, for ``undoing`` and for what
is kept to use again (``keeping``). ``taking_turns``: one person at a time. ``supposing``: as it would be, while
somebody types. With what a new one begins: ``beginning``; from a meeting: ``inviting``.
"""
