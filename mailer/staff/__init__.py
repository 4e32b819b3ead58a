"""Floor 3: who works here, and the logbook of what they did."""
