"""What staff wants of a meeting, as values: read from JSON or a form, checked in full, still without a row.

All that is wrong is said at once, each with its field, so that nobody mends a form in five rounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

DEFAULT_TIMEZONE = "Europe/Amsterdam"
USUAL_LENGTH = timedelta(hours=2)
FIELDS = frozenset(
    {
        "title", "starts_at", "ends_at", "timezone", "doors_open_at", "venue", "description", "costs",
        "capacity", "per_organisation", "groups", "rsvp_closes_at", "contact", "themes", "neighbourhoods",
    }
)  # fmt: skip


@dataclass(frozen=True)
class GroupPlan:
    """A kind of guest. With a capacity it has its own places beside the meeting's; without one it shares them."""

    name: str
    capacity: int | None = None
    per_organisation: int | None = None


@dataclass(frozen=True)
class EventPlan:
    """A meeting as planned. Moments are aware UTC; None means: not said, no limit."""

    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str = DEFAULT_TIMEZONE
    doors_open_at: datetime | None = None
    venue_name: str = ""
    venue_address: str = ""
    venue_url: str = ""
    # How to get there and in: tram, stairs, wheelchair.
    venue_note: str = ""
    description: str = ""
    costs: str = ""
    capacity: int | None = None
    per_organisation: int | None = None
    groups: tuple[GroupPlan, ...] = ()
    rsvp_closes_at: datetime | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_address: str = ""
    # Slugs, for the agenda of letters.
    themes: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()


class BadPlan(BadInput):
    """A plan that cannot be carried out; `by_field` holds a sentence per field of the plan."""

    def __init__(self, by_field: dict[str, str]) -> None:
        super().__init__(" ".join(by_field.values()), field=next(iter(by_field)), problems=list(by_field.values()))
        self.by_field = by_field


def read_plan(spec: Mapping[str, Any]) -> EventPlan:
    """Read a meeting from JSON (docs: the event specification). Times are the wall clock of its time zone.

    Raises `BadPlan` with every problem.
    """
    if not isinstance(spec, Mapping):
        raise BadPlan({"title": _("Een bijeenkomst is een JSON-object met ten minste „title” en „starts_at”.")})
    reader = _Reader(spec)
    plan = reader.plan()
    problems = reader.problems or _contradictions(plan)
    if problems:
        raise BadPlan(problems)
    return plan


class _Reader:
    """Reads one specification field by field, and keeps what is wrong with each."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = spec
        self.problems: dict[str, str] = {
            key: _("„%(field)s” kennen we niet bij een bijeenkomst.", field=key) for key in sorted(set(spec) - FIELDS)
        }
        self.zone = self._zone()

    def plan(self) -> EventPlan:
        venue, contact = self._part("venue"), self._part("contact")
        title = self._text(self.spec, "title", longest=200)
        if not title:
            self.problems.setdefault("title", _("Geef de bijeenkomst een naam."))
        starts_at = self._moment("starts_at")
        if starts_at is None:
            self.problems.setdefault("starts_at", _("Vul in wanneer de bijeenkomst begint."))
            starts_at = datetime(9999, 1, 1, tzinfo=UTC)
        return EventPlan(
            title=title,
            starts_at=starts_at,
            ends_at=self._moment("ends_at") or starts_at + USUAL_LENGTH,
            timezone=self.zone.key,
            doors_open_at=self._moment("doors_open_at"),
            venue_name=self._text(venue, "name", field="venue.name", longest=200),
            venue_address=self._text(venue, "address", field="venue.address", longest=300),
            venue_url=self._web_address(venue),
            venue_note=self._text(venue, "note", field="venue.note", longest=500),
            description=self._text(self.spec, "description", longest=10_000, keep_lines=True),
            costs=self._text(self.spec, "costs", longest=200),
            capacity=self._places(self.spec, "capacity"),
            per_organisation=self._places(self.spec, "per_organisation"),
            groups=self._groups(),
            rsvp_closes_at=self._moment("rsvp_closes_at"),
            contact_name=self._text(contact, "name", field="contact.name", longest=120),
            contact_phone=self._text(contact, "phone", field="contact.phone", longest=40),
            contact_address=self._address(contact),
            themes=self._slugs("themes"),
            neighbourhoods=self._slugs("neighbourhoods"),
        )

    def _zone(self) -> ZoneInfo:
        name = self.spec.get("timezone") or DEFAULT_TIMEZONE
        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problems["timezone"] = _(
                "De tijdzone „%(zone)s” bestaat niet. Gebruik bijvoorbeeld Europe/Amsterdam.", zone=name
            )
            return ZoneInfo(DEFAULT_TIMEZONE)

    def _moment(self, field: str) -> datetime | None:
        text = self.spec.get(field)
        if text in (None, ""):
            return None
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            self.problems[field] = _(
                "We begrijpen „%(text)s” niet als datum en tijd. Schrijf het zo: 2027-01-14T19:30.", text=text
            )
            return None
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        utc = moment.replace(tzinfo=self.zone).astimezone(UTC)
        if utc.astimezone(self.zone).replace(tzinfo=None) != moment:
            self.problems[field] = _("Dit tijdstip bestaat niet: dan slaat de klok een uur over (zomertijd).")
        return utc

    def _part(self, key: str) -> Mapping[str, Any]:
        part = self.spec.get(key) or {}
        if isinstance(part, str):
            return {"name": part}
        if not isinstance(part, Mapping):
            self.problems[key] = _("Schrijf „%(field)s” als een naam, of als een object met „name”.", field=key)
            return {}
        return part

    def _text(
        self, source: Mapping[str, Any], key: str, *, longest: int, field: str = "", keep_lines: bool = False
    ) -> str:
        value = source.get(key)
        if value is None:
            return ""
        text = str(value).replace("\r\n", "\n").replace("\x00", "").strip()
        if not keep_lines:
            text = " ".join(text.split())
        if len(text) > longest:
            self.problems[field or key] = _("Dit is te lang: gebruik hooguit %(n)s tekens.", n=longest)
        return text[:longest]

    def _web_address(self, venue: Mapping[str, Any]) -> str:
        url = self._text(venue, "url", field="venue.url", longest=300)
        if url and urlsplit(url).scheme not in ("http", "https"):
            self.problems["venue.url"] = _("Een webadres begint met https://.")
        return url

    def _address(self, contact: Mapping[str, Any]) -> str:
        text = self._text(contact, "address", field="contact.address", longest=320)
        try:
            return parse_address(text).shown if text else ""
        except BadInput as problem:
            self.problems["contact.address"] = problem.sentence
            return ""

    def _slugs(self, key: str) -> tuple[str, ...]:
        listed = self.spec.get(key) or []
        if isinstance(listed, str):
            listed = [listed]
        if not isinstance(listed, list | tuple) or not all(isinstance(slug, str) for slug in listed):
            self.problems[key] = _("Schrijf „%(field)s” als een lijst van codes.", field=key)
            return ()
        return tuple(dict.fromkeys(listed))

    def _places(self, source: Mapping[str, Any], key: str, *, field: str = "") -> int | None:
        value = source.get(key)
        if value in (None, ""):
            return None
        try:
            places = int(str(value))
        except ValueError:
            places = 0
        if not 1 <= places <= 100_000:
            self.problems[field or key] = _("Vul een aantal plekken in: 1 of meer. Geen grens? Laat het leeg.")
        return places

    def _groups(self) -> tuple[GroupPlan, ...]:
        listed = self.spec.get("groups") or []
        if not isinstance(listed, list) or not all(isinstance(group, Mapping) for group in listed):
            self.problems["groups"] = _("Schrijf de soorten gasten als een lijst, elk met een naam.")
            return ()
        groups = tuple(
            GroupPlan(
                name=self._text(group, "name", field="groups", longest=120),
                capacity=self._places(group, "capacity", field="groups"),
                per_organisation=self._places(group, "per_organisation", field="groups"),
            )
            for group in listed
        )
        names = [group.name.casefold() for group in groups]
        if not all(names) or len(set(names)) < len(names):
            self.problems["groups"] = _("Geef elke soort gast een eigen naam.")
        return groups


def _contradictions(plan: EventPlan) -> dict[str, str]:
    found = {}
    if plan.ends_at <= plan.starts_at:
        found["ends_at"] = _("De bijeenkomst eindigt voordat hij begint. Kijk de tijden na.")
    elif plan.ends_at - plan.starts_at > timedelta(days=31):
        found["ends_at"] = _("Deze bijeenkomst duurt langer dan een maand. Kijk de datums na.")
    if plan.doors_open_at and not timedelta() <= plan.starts_at - plan.doors_open_at <= timedelta(hours=24):
        found["doors_open_at"] = _("De inloop begint op dezelfde dag, voor de bijeenkomst of tegelijk ermee.")
    if plan.rsvp_closes_at and plan.rsvp_closes_at > plan.starts_at:
        found["rsvp_closes_at"] = _("Aanmelden sluit pas na het begin. Kies een eerder moment.")
    if plan.capacity and plan.per_organisation and plan.per_organisation > plan.capacity:
        found["per_organisation"] = _("Er zijn minder plekken dan één organisatie er mag innemen.")
    return found
