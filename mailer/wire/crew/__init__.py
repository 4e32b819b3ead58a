"""The crew: a number of connections to one relay, driven by one reactor. No threads, no tables.

Letters are offered, each step tells whose bodies are written (their dots wait for a word: the gate), and how each
letter ended. Values in, values out; the blocking ``smtp.SmtpTransport`` is the reference it is compared with
(decision 0063).
"""

from mailer.wire.crew.letters import Outgoing, Turn
from mailer.wire.crew.patience import Patience
from mailer.wire.crew.steering import Crew

__all__ = ["Crew", "Outgoing", "Patience", "Turn"]
