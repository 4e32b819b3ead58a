"""Write iCalendar: a file to keep, an invitation with answer buttons, a cancellation.

Values in, bytes out. What comes back from calendars (METHOD:REPLY) is not read here.
Time zones are written by `mailer.wire.timezones`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from mailer.wire.timezones import describe_zone

PRODID = "-//Tegelpost//Bijeenkomsten//NL"

# Line breaks in a name or title would start a property of their own; the other control characters
# are forbidden in iCalendar text (RFC 5545 §3.1).
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Party:
    """Somebody with an address: the organizer, or the one recipient of an invitation."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Meeting:
    """What a calendar needs to know of a meeting. All moments are aware UTC."""

    # The same for ever: a calendar finds its earlier entry by it.
    uid: str
    # Goes up when time, place or status change; a calendar ignores anything lower than it has.
    sequence: int
    # When this version was written; newer in each letter (RFC 5546 §2.1.5).
    stamp: datetime
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    timezone: str = "Europe/Amsterdam"
    location: str = ""
    description: str = ""
    # The page of this party: where the answer is given and changed.
    link: str = ""
    cancelled: bool = False


def as_file(meeting: Meeting) -> bytes:
    """Write the file somebody downloads.

    Without METHOD: a PUBLISH file makes duplicates in Outlook and Google never updates it; without ORGANIZER
    and ATTENDEE, so that no calendar mails an answer to an address that expects none.
    """
    return _written(meeting, _entry(meeting))


def as_request(meeting: Meeting, *, organizer: Party, recipient: Party) -> bytes:
    """Write the invitation a mail program shows with its own answer buttons (RFC 5546 §3.2.2).

    The recipient is the only ATTENDEE: others' addresses would leak, and Gmail ignores an invitation
    that is not addressed to the reader.
    """
    entry = _entry(meeting)
    entry.add("organizer", _address(organizer))
    attendee = _address(recipient)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    # Without it Thunderbird shows no buttons.
    attendee.params["RSVP"] = vText("TRUE")
    entry.add("attendee", attendee)
    # "Propose a new time" has no meaning for a meeting of sixty organisations.
    entry.add("x-microsoft-disallow-counter", "TRUE")
    return _written(meeting, entry, method="REQUEST")


def as_cancellation(meeting: Meeting, *, organizer: Party, recipient: Party) -> bytes:
    """Write what takes the entry out of the recipient's calendar (RFC 5546 §3.2.5).

    `meeting.cancelled` says whether the meeting is off for everybody, or only this recipient is no longer
    invited: then STATUS must not be there. The sequence must be higher than that of the last invitation.
    """
    entry = _entry(meeting)
    if not meeting.cancelled:
        del entry["STATUS"]
    entry.add("organizer", _address(organizer))
    entry.add("attendee", _address(recipient))
    return _written(meeting, entry, method="CANCEL")


def _written(meeting: Meeting, entry: Event, *, method: str | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    calendar.add_component(describe_zone(meeting.timezone, meeting.starts_at.year))
    calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written


def _entry(meeting: Meeting) -> Event:
    entry = Event()
    entry.add("uid", meeting.uid)
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", meeting.stamp.astimezone(UTC))
    entry.add("dtstart", _local(meeting.starts_at, meeting.timezone))
    if meeting.ends_at:
        entry.add("dtend", _local(meeting.ends_at, meeting.timezone))
    entry.add("summary", _line(meeting.title))
    if meeting.location:
        entry.add("location", _line(meeting.location))
    if description := "\n\n".join(filter(None, [_text(meeting.description), meeting.link])):
        entry.add("description", description)
    if meeting.link:
        entry.add("url", meeting.link)
    entry.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    entry.add("transp", "OPAQUE")
    return entry


def _local(moment: datetime, timezone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(timezone))
    # The hour that the clock repeats in autumn: iCalendar's local time always means the first of the two
    # (RFC 5545 §3.3.5), so the second can only be said in UTC.
    return moment.astimezone(UTC) if local.fold else local


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    if party.name:
        # RFC 5545 knows no double quote inside a parameter.
        address.params["CN"] = vText(_line(party.name).replace('"', "'"))
    return address


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
