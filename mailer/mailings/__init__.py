"""Floor 8: what we write."""
