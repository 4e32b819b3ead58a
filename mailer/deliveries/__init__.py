"""Floor 9: who got what, when, and what came back. The row is the queue."""
