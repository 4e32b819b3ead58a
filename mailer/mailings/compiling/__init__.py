"""Compiling: a mailing becomes a letter, the same for all; each mailbox gets its own in ``deliveries.letters``.

``rendering`` makes it, by ``arranging`` the blocks, which ``fillers`` fill (``agenda``, ``spotlight``),
``other_languages``, and ``bars`` on top; ``stationery`` puts it on paper. Letters of their own: ``notices``.
"""
