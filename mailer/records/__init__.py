"""What touches every floor: merging two rows that are one, and taking that back."""
