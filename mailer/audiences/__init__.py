"""Floor 6: whom we address. Rules over the directory, compiled to one question to the database."""
