"""Floor 8: what we write.

A draft: ``composing`` changes it, from JSON by ``specs``; ``contents`` is all of it as one value, for ``undoing`` and
what is kept to use again (``keeping``). ``taking_turns``: one person at a time. ``supposing``: as it would be, while
somebody types. What it is made of: ``blocks``, with ``pictures`` and a sender's ``logos`` (``drawing_logos``). With
what a new one begins: ``beginning``; from a meeting: ``inviting``. When it leaves: ``scheduling``, about what:
``purpose``.

A letter: ``rendering`` makes it, by ``arranging`` the blocks, which ``fillers`` fill (``agenda``, ``spotlight``,
``polling``), ``other_languages`` and ``phrases`` (in ``phrasebook``), ``bars`` on top; ``stationery`` puts it on paper.
Letters of their own: ``notices``. Afterwards, on the web: ``webletters`` (what is over: ``closing``), ``archive``,
``correcting``, ``sharing``.

The check before sending: ``checking`` asks ``stops`` (``block_stops``, ``place_stops``, ``sender_checks``) and
``remarks`` (``audience_remarks``, ``block_remarks``, ``day_remarks``, ``language_remarks``), both ``variant_checks``,
of a mailing as ``reading`` has it. How it reads: ``wording``, ``ease``, ``jargon``; how it looks: ``colours``. States
in words: ``words``. ``sample`` imagines two.
"""
