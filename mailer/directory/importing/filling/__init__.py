"""What a row says is laid beside what we have; a row that turns doubtful leaves no trace.

``changes`` collects what a row would change, and writes it; ``weighing`` keeps what weighs more. All rows share the
``desk``. Each sort of thing has its file: ``organisations`` and ``people`` themselves, ``roles``, ``memberships``, and
the ``ties`` to mailboxes and contacts. ``refusing`` tells who is not written to; ``tracing`` keeps who said what.
"""
