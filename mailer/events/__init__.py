"""Floor 7: what we invite to. Every answer comes in by one door: ``answering.record_answer``."""

# The conditions "answer" and "attended" are known to the audiences as soon as there are events.
from mailer.events import attendance as attendance
from mailer.events import criteria as criteria
