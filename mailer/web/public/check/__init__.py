"""The page behind "Klopt dit nog?": what is public of an organisation, what should change. GET shows, POST records."""

from mailer.web.public.check.screens import screens

__all__ = ["screens"]
