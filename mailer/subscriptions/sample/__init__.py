"""The permission part of the sample: its sender, and what each mailbox allowed us."""
