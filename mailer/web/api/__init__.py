"""What programs ask: whether we live."""
