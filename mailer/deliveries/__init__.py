"""Floor 9: who got what, when, and what came back. The row is the queue.

Before: ``preparing`` freezes letter and audience (``freezing``), and keeps why (``remembering``); a letter of its own
is owed and taken by ``notices`` (what a check letter says: ``check_letters``), a proof by ``proofing``; as one mailbox
gets it: ``previewing``. When each is done: ``working``, called by workers and commands; ``warming`` makes ready for a
large mailing.

A letter leaves: ``sending`` tells it from end to end. ``supplying`` has letters ready in time; ``stocking`` claims
(``claiming``, under a lease: ``leasing``) and makes messages (``filling``, with ``readers``, ``greeting``,
``reasons``, ``envelopes``); ``passing`` takes them through the gate by the window; ``windows`` is its transaction,
which records (``recording``) and asks the gate (``handing_over``, which asks ``asking`` who may be written to);
``board`` keeps each dot in a file; ``pacing`` says how much is in hand. What a worker left behind: ``recovering``,
``reopening``.

When it may leave, and by which relay: ``routing``, ``limiting`` (``limits``, ``spending``), ``quiet``,
``putting_off``; what refusals teach: ``lessons``, kept as ``troubles`` and ``striking``, and heard before that by
``heeding``. A restored database: ``guarding`` (``marks``, ``places``), ``withholding``.

What staff does: ``holding`` a mailing, ``allowing`` a limit, ``retrying`` failures, ``deciding`` doubts (or
``resending``, ``settling`` them). What staff sees, only read: ``queries`` and ``sums`` in numbers, ``register`` and
``fates`` by name (``refusals``, ``words``), ``waits``, ``speed``, ``histories``, ``overseeing``; ``differing`` and
``gone`` since the previous mailing, ``recalling`` and ``parting`` why; ``mail_load`` in the check before sending; for
selections the condition of ``criteria``.
"""

# The condition "received" is known to the audiences, and the check asks how much mail there was, as soon as there are
# deliveries.
from mailer.deliveries import criteria as criteria
from mailer.deliveries import mail_load as mail_load
