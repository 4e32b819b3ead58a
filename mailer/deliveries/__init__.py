"""Floor 9: who got what, when, and what came back. The row is the queue."""

# The condition "received" is known to the audiences as soon as there are deliveries.
from mailer.deliveries import criteria as criteria
