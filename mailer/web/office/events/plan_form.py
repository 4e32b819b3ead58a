"""The form of a meeting, both ways: what is filled in becomes a plan, and a meeting fills the form."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailer.events.models import Event
from mailer.events.plans import BadPlan, EventPlan, read_plan
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.web.forms import Filled

# Rows for kinds of guests: those there are, and two more.
SPARE_GROUPS = 2
MOST_GROUPS = 12
# Past midnight without a last day: longer than this is a slip of the pen (hours).
LONGEST_NIGHT = 12

# What a plan refuses → the field of the form beside which it is said.
FIELD_OF = {
    "starts_at": "start_day",
    "ends_at": "end_time",
    "doors_open_at": "doors_time",
    "rsvp_closes_at": "closes_day",
    "venue.name": "venue_name",
    "venue.address": "venue_address",
    "venue.url": "venue_url",
    "venue.note": "venue_note",
    "contact.name": "contact_name",
    "contact.phone": "contact_phone",
    "contact.address": "contact_address",
    "groups": "group_name_0",
}


def read_form(filled: Filled) -> EventPlan | None:
    """Return the plan; None when something is wrong, said at its field."""
    day = filled.day("start_day", needed=_("Vul in op welke dag de bijeenkomst is."))
    starts = filled.time("start_time", needed=_("Vul in hoe laat de bijeenkomst begint."))
    ends = filled.time("end_time", needed=_("Vul in hoe laat de bijeenkomst eindigt."))
    last_day, doors = filled.day("end_day"), filled.time("doors_time")
    closes_day, closes_time = filled.day("closes_day"), filled.time("closes_time")
    if filled.errors or day is None or starts is None or ends is None:
        # Said in the same round: nobody mends a form in two.
        if not filled.text("title"):
            filled.wrong("title", _("Geef de bijeenkomst een naam."))
        return None
    # Ending "before" it begins means: after midnight.
    ends_on = last_day or (day + timedelta(days=1) if ends <= starts else day)
    if last_day is None and _wall_hours(starts, ends) > LONGEST_NIGHT:
        filled.wrong(
            "end_time", _("De bijeenkomst eindigt voor hij begint. Vul een latere tijd in, of de laatste dag.")
        )
        return None
    spec = {
        "title": filled.text("title"),
        "starts_at": _wall(day, starts),
        "ends_at": _wall(ends_on, ends),
        "doors_open_at": _wall(day, doors) if doors else None,
        "rsvp_closes_at": _wall(closes_day, closes_time or time(23, 59)) if closes_day else None,
        "venue": {key: filled.value(f"venue_{key}") for key in ("name", "address", "url", "note")},
        "contact": {key: filled.value(f"contact_{key}") for key in ("name", "phone", "address")},
        "groups": _groups(filled),
        "themes": filled.several("themes"),
        "neighbourhoods": filled.several("neighbourhoods"),
        **{key: filled.value(key) for key in ("description", "costs", "capacity", "per_organisation")},
    }
    try:
        return read_plan(spec)
    except BadPlan as problem:
        refuse(filled, problem)
        return None


def refuse(filled: Filled, problem: BadPlan) -> None:
    """Say what is wrong with a plan beside the fields of the form."""
    for field, sentence in problem.by_field.items():
        filled.wrong(FIELD_OF.get(field, field), sentence)


def filled_of(event: Event) -> Filled:
    """Return the form as the meeting is now."""
    zone = ZoneInfo(event.timezone)
    starts, ends = clock.local(event.starts_at, zone), clock.local(event.ends_at, zone)
    doors = clock.local(event.doors_open_at, zone) if event.doors_open_at else None
    closes = clock.local(event.rsvp_closes_at, zone) if event.rsvp_closes_at else None
    values: dict[str, object] = {
        "start_day": starts.date().isoformat(),
        "start_time": _time(starts),
        "end_time": _time(ends),
        "end_day": ends.date().isoformat() if ends.date() != starts.date() else None,
        "doors_time": _time(doors) if doors else None,
        "closes_day": closes.date().isoformat() if closes else None,
        "closes_time": _time(closes) if closes else None,
        "themes": [row.theme.slug for row in event.themes],
        "neighbourhoods": [row.neighbourhood.slug for row in event.neighbourhoods],
    }
    plain = ("title", "description", "costs", "capacity", "per_organisation")
    parts = ("venue_name", "venue_address", "venue_url", "venue_note")
    people = ("contact_name", "contact_phone", "contact_address")
    values |= {name: getattr(event, name) for name in (*plain, *parts, *people)}
    for number, group in enumerate(event.groups):
        values[f"group_name_{number}"] = group.name
        values[f"group_capacity_{number}"] = group.capacity
        values[f"group_limit_{number}"] = group.per_organisation
    return Filled.of(values)


def group_rows(filled: Filled) -> int:
    """Return how many rows of kinds of guests the form shows."""
    used = [number for number in range(MOST_GROUPS) if filled.value(f"group_name_{number}")]
    return min(MOST_GROUPS, (used[-1] + 1 if used else 0) + SPARE_GROUPS)


def _wall_hours(starts: time, ends: time) -> float:
    """Return how many hours past midnight an end "before" the beginning makes; 0 when it ends the same day."""
    if ends > starts:
        return 0
    return 24 + ends.hour - starts.hour + (ends.minute - starts.minute) / 60


def _groups(filled: Filled) -> list[dict[str, str]]:
    rows = [
        {
            "name": filled.value(f"group_name_{number}").strip(),
            "capacity": filled.value(f"group_capacity_{number}"),
            "per_organisation": filled.value(f"group_limit_{number}"),
        }
        for number in range(MOST_GROUPS)
    ]
    return [row for row in rows if any(row.values())]


def _wall(day: date, at: time) -> str:
    return datetime.combine(day, at).isoformat(timespec="minutes")


def _time(moment: datetime) -> str:
    return f"{moment.hour}.{moment.minute:02}"
