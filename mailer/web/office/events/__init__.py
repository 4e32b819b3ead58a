"""The room of meetings: what comes and what was, planning one, who answers, inviting."""

from mailer.web.office.events import answers, days, inviting, listing, planning, recording
from mailer.web.office.events.room import screens

__all__ = ["answers", "days", "inviting", "listing", "planning", "recording", "screens"]
