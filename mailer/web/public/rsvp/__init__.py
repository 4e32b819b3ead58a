"""The RSVP page behind the link in an invitation, a receipt or an agenda. GET shows; only a human's POST records."""

from mailer.web.public.rsvp.screens import screens

__all__ = ["screens"]
