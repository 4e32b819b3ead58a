"""Floor 5: what people allowed us. The gate that every letter passes is ``permission``."""
