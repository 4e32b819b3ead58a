"""Letters as one mailbox gets them: the frozen letter, filled.

``filling`` makes the messages of a batch from who reads them (``readers``), how they are greeted (``greeting``), why
they get it (``reasons``) and the addresses around it (``envelopes``). Before it leaves: ``previewing``, ``proofing``.
Letters of their own, owed to one mailbox: ``notices``, and what a check letter says: ``check_letters``.
"""
