"""The web view of the local mail catcher."""
