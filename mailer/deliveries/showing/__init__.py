"""Showing: what staff sees of deliveries, by name and in words. Only reads.

Of one mailing: the ``register`` of its letters with their ``fates`` (why not: ``refusals``), what it ``waits`` for, its
``speed``, and who is new (``differing``) or ``gone`` since the previous one. What happened to a mailing or a letter:
``histories``; why an address got it: ``recalling``. Relays and domains: ``overseeing``.
"""
