"""Floor 8: what we write.

A draft is changed in ``drafts``; it is made of ``blocks``, with ``pictures`` and a sender's ``logos``
(``drawing_logos``). When it leaves: ``scheduling``, about what: ``purpose``. ``compiling`` makes a letter of it, in
other languages with ``phrases`` (in ``phrasebook``); ``checks`` is the check before sending. Afterwards, on the web:
``published``. Lists of mailings: ``queries``; states in words: ``words``. ``sample`` imagines some.
"""
