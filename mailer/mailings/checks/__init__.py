"""The check before sending: what stops a mailing, and what is worth a look.

``checking`` asks ``stops`` (``block_stops``, ``place_stops``) and ``remarks`` (``audience_remarks``, ``block_remarks``,
``day_remarks``, ``language_remarks``), both ``sender_checks`` and ``variant_checks``, of a mailing as ``reading`` has
it. How it reads: ``wording``, ``ease``, ``jargon``; how it looks: ``colours``.
"""
