"""Floor 4: who exists. Organisations, people and the mailboxes they share.

By hand: ``editing``, ``belonging`` (roles and networks, with days: ``spans``), ``addressing`` (who uses which mailbox).
By list: ``importing``, ``exporting``, ``comparing`` a doubtful row (what is ``alike`` is no difference), ``mending``
what could not be read, ``dumping``. By others: ``checking`` ("Klopt dit nog?") and ``proposing``, a word of theirs that
waits for staff. Who said what last: ``provenance``. How people's ``names`` are written.

Which rows may be one: ``duplicates`` (with ``likeness``), and ``separating`` for those that are not. Making them one
touches every floor: ``mailer.records``; who is who while letters are written down: ``identities``. ``sample`` imagines
a whole directory.
"""
