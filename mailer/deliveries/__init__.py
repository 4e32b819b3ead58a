"""Floor 9: who got what, when, and what came back. The row is the queue.

Before: ``preparing`` freezes letter and audience (``freezing``), and keeps why (``remembering``). When each is done:
``working``, called by workers and commands; ``warming`` makes ready for a large mailing. The story of a letter that
leaves is told in ``line``; what it says to one mailbox in ``letters``; when it may leave and by which relay, and what
refusals teach, in ``regulating``. Who may be written to: ``asking``; who takes no letters any more: ``striking``; who
left after one, and why: ``parting``. A database that was put back: ``restored``.

What staff does: ``holding`` a mailing, ``retrying`` failures, ``deciding`` doubts (or ``resending``, ``settling``
them). What staff sees, only read: ``queries`` and ``sums`` in numbers, the rest in ``showing`` (states in ``words``);
``mail_load`` in the check before sending; for selections the condition of ``criteria``.
"""

# The condition "received" is known to the audiences, and the check asks how much mail there was, as soon as there are
# deliveries.
from mailer.deliveries import criteria as criteria
from mailer.deliveries import mail_load as mail_load
