"""Letters: a mailing as it is sent, the same for all.

``rendering`` makes it, by ``arranging`` the blocks, which ``fillers`` fill (``agenda``, ``spotlight``),
``other_languages``, and ``bars`` on top; ``stationery`` puts it on paper. Letters of their own: ``notices``.
"""
