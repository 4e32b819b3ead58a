"""Meetings of the sample network: open ones of every kind, one being planned, one that was, one that is off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.sample.sketch import SAMPLE_DAY
from mailer.events.models import Event, EventNeighbourhood, EventState, EventTheme, GuestGroup
from mailer.foundation.clock import wall_to_utc


@dataclass(frozen=True)
class SampleEvent:
    """A meeting; it ``starts`` when the wall clock in Rotterdam shows that."""

    slug: str
    title: str
    starts: str
    minutes: int
    description: str
    venue: tuple[str, str] = ("Buurthuis De Stoep (voorbeeld)", "Voegstraat 12, 3025 ZZ Rotterdam")
    venue_note: str = "Gelijkvloers, rolstoelvriendelijk."
    state: EventState = EventState.OPEN
    doors_minutes: int = 0
    closes_days: int = 0
    capacity: int | None = None
    per_organisation: int | None = None
    groups: Sequence[tuple[str, int]] = ()
    themes: Sequence[str] = ()
    neighbourhoods: Sequence[str] = ()
    costs: str = "Gratis"
    cancelled_because: str = ""


EVENTS = [
    SampleEvent(
        "spangen-wandeling",
        "Spangen-wandeling",
        "2026-10-03 14:00",
        120,
        "We lopen langs tien plekken in Spangen die je anders voorbijloopt. Na afloop is er soep.",
        themes=("sport", "welzijn"),
        neighbourhoods=("spangen",),
    ),
    SampleEvent(
        "kunst-op-de-stoep-avond",
        "Kunst-op-de-Stoep-avond",
        "2026-11-12 19:30",
        150,
        "Makers uit de wijk laten zien waar ze aan werken.",
        state=EventState.CANCELLED,
        cancelled_because="De zaal staat onder water. We zoeken een nieuwe datum.",
        themes=("kunst-cultuur",),
    ),
    SampleEvent(
        "matchavond",
        "Matchavond met fondsen",
        "2027-01-14 19:30",
        120,
        "Tien fondsen en zestig organisaties uit Delfshaven ontmoeten elkaar. Je vertelt in vijf minuten wat je van "
        "plan bent. Daarna praat je verder met een fonds dat bij je past.",
        doors_minutes=30,
        closes_days=3,
        capacity=60,
        per_organisation=1,
        groups=[("Fondsen", 10)],
        themes=("welzijn", "ondernemen"),
    ),
    SampleEvent(
        "netwerk-ontmoeting-botu",
        "Netwerk-ontmoeting Bospolder-Tussendijken",
        "2027-01-19 10:00",
        120,
        "Bijpraten met wie er werkt en vrijwilliger is in Bospolder en Tussendijken. Breng gerust een collega mee.",
        venue=("Buurthuiskamer Het Troffeltje (voorbeeld)", "Kasseistraat 8, 3026 ZY Rotterdam"),
        doors_minutes=30,
        per_organisation=3,
        themes=("welzijn",),
        neighbourhoods=("bospolder", "tussendijken"),
    ),
    SampleEvent(
        "studieontbijt",
        "Studieontbijt met raadsleden",
        "2027-01-22 08:00",
        105,
        "Aan tafel met raadsleden: wat vraagt de wijk van de stad? Met brood en thee.",
        venue=("Leeskring De Zandlaag (voorbeeld)", "Klinkerplein 3, 3021 ZX Rotterdam"),
        closes_days=2,
        capacity=24,
        per_organisation=1,
        groups=[("Raadsleden", 6)],
    ),
    SampleEvent(
        "groot-overleg",
        "Groot Overleg",
        "2027-03-18 19:00",
        150,
        "Een keer per jaar komt het hele netwerk bij elkaar. Het programma volgt.",
        state=EventState.DRAFT,
        doors_minutes=30,
    ),
    # Summer time begins that very night, at 2.00.
    SampleEvent(
        "ontbijt-in-de-tuin",
        "Ontbijt in de tuin",
        "2027-03-28 10:00",
        120,
        "Let op: de klok gaat die nacht een uur vooruit. Kom zoals je bent, en neem een bord mee.",
        venue=("Buurttuin De Voeg (voorbeeld)", "Trottoirhof 1, 3022 ZZ Rotterdam"),
        venue_note="Buiten. Bij regen onder het zeil.",
        themes=("groen", "jeugd"),
        neighbourhoods=("nieuwe-westen",),
        per_organisation=4,
    ),
    SampleEvent(
        "zomerontmoeting",
        "Zomerontmoeting",
        "2027-06-24 20:00",
        270,
        "Muziek, eten en elkaar ontmoeten, tot na middernacht.",
        venue=("Atelier Keperverband (voorbeeld)", "Opsluitbandweg 40, 3029 ZX Rotterdam"),
        state=EventState.DRAFT,
        capacity=150,
        costs="Betaal wat je kunt missen",
    ),
]


def plant_events(session: Session) -> None:
    """Add the sample's meetings. Invitations and answers come from whoever tries the journey."""
    themes = dict(session.execute(select(Theme.slug, Theme.id)).all())
    places = dict(session.execute(select(Neighbourhood.slug, Neighbourhood.id)).all())
    for sample in EVENTS:
        event = Event(**_facts(sample))
        event.groups = [GuestGroup(name=name, capacity=places_kept) for name, places_kept in sample.groups]
        event.themes = [EventTheme(theme_id=themes[slug]) for slug in sample.themes]
        event.neighbourhoods = [EventNeighbourhood(neighbourhood_id=places[slug]) for slug in sample.neighbourhoods]
        session.add(event)
        session.flush()


def _facts(sample: SampleEvent) -> dict[str, Any]:
    starts_at = wall_to_utc(datetime.fromisoformat(sample.starts))
    planned_at = datetime.combine(min(SAMPLE_DAY, starts_at.date() - timedelta(days=30)), time(9, 0), UTC)
    return {
        "uid": f"{sample.slug}@voorbeeld.tegelpost.example.org",
        # Calling off is a change that calendars must see.
        "sequence": 1 if sample.state is EventState.CANCELLED else 0,
        "title": sample.title,
        "description": sample.description,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=sample.minutes),
        "doors_open_at": starts_at - timedelta(minutes=sample.doors_minutes) if sample.doors_minutes else None,
        "venue_name": sample.venue[0],
        "venue_address": sample.venue[1],
        "venue_note": sample.venue_note,
        "costs": sample.costs,
        "capacity": sample.capacity,
        "per_organisation": sample.per_organisation,
        "rsvp_closes_at": starts_at - timedelta(days=sample.closes_days) if sample.closes_days else None,
        "state": sample.state,
        "cancelled_because": sample.cancelled_because,
        "contact_name": "Fatuma",
        "contact_phone": "+31100000100",
        "contact_address": "hallo@stoepnetwerk.example.org",
        "created_at": planned_at,
        "changed_at": planned_at,
    }
