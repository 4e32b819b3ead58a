"""Floor 4: who exists. Organisations, people and the mailboxes they share."""
