"""Floor 1: clock, database, addresses, tokens, links, settings, language, errors. Imports nothing of ours."""
