"""The demonstration's mailbox in a browser: every letter that would have left, as its reader would see it."""

from mailer.web.catcher.screens import screens

__all__ = ["screens"]
