"""Who gets a letter: from a rule to mailboxes, by one SQL statement. ``choosing`` tells it from end to end.

Its steps: ``seat_question`` (who fits), ``best_mailbox`` for each of them, ``reaching`` (whom of an organisation), and
what staff decided ``by_hand``. Of a handful of mailboxes: ``gathering``. In a large directory: ``at_size``, which asks
the same of a mirror (``mirroring``). From it: ``addressing``, for whom each letter is, and ``keeping`` the letters for
one transaction.
"""
