"""Floor 2: formats and protocols. Values in, values out; no tables."""
