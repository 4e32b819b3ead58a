"""Floor 7: what we invite to. Every answer comes in by one door: ``answering.record_answer``."""
