"""The directory in the office: organisations, people, mailboxes."""
