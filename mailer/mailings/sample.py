"""Sample mailings of each kind, as specs that ``drafts.composing.create_mailing`` reads. All of it is invented.

Used by the demonstration, the journeys and the approved letters in tests/golden.
"""

from __future__ import annotations

from typing import Any

EVERYONE: dict[str, Any] = {"rule": {"all": []}, "reach": "everyone", "include": [], "exclude": []}


def newsletter_spec(*, organisation: str = "", audience: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the newsletter of January; ``organisation`` is the slug of the one in the picture, if any."""
    return {
        "kind": "newsletter",
        "topic": "nieuwsbrief",
        "title": "Nieuwsbrief januari 2027",
        "subject": "Tien fondsen, één avond",
        "preheader": "Matchavond op donderdag 14 januari. En: wie heeft een keuken?",
        "audience": audience or EVERYONE,
        "blocks": [
            {"type": "heading", "level": 1, "text": "Tien fondsen, één avond"},
            {"type": "intro", "html": INTRODUCTION, "name": "Marit Stoeptegel", "role": "coördinator van het netwerk"},
            {"type": "in_short"},
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Agenda"},
            {"type": "agenda", "within_days": 120},
            {"type": "divider"},
            *_organisation(organisation),
            {"type": "new_organisations"},
            {"type": "divider"},
            KITCHEN,
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Geld voor je straat"},
            GREEN_POT,
            READING_POT,
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Kort nieuws"},
            *NEWS,
            WALK,
            TABLE,
            {"type": "divider"},
            {"type": "partners", "text": "de gemeente, het Tegelfonds en de Stoepbank (voorbeeld)"},
        ],
    }


def invitation_spec(*, event: int, audience: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the invitation to the Matchavond, the meeting with this id."""
    return {
        "kind": "invitation",
        "topic": "uitnodigingen",
        "title": "Uitnodiging Matchavond",
        "subject": "Kom je ook? Matchavond, do 14 januari",
        "preheader": "Ontmoet tien fondsen en vertel over jullie plan.",
        "event": event,
        "audience": audience or EVERYONE,
        "blocks": [
            {"type": "heading", "level": 1, "text": "Komen jullie naar de Matchavond?"},
            {"type": "text", "html": INVITATION},
            {"type": "event", "event": event},
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Zo gaat de avond"},
            {"type": "text", "html": PROGRAMME},
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Goed om te weten"},
            {"type": "text", "html": GOOD_TO_KNOW},
        ],
    }


def reminder_spec(*, event: int) -> dict[str, Any]:
    """Return the reminder to those who did not answer yet to the meeting with this id."""
    return {
        "kind": "invitation",
        "topic": "uitnodigingen",
        "title": "Herinnering Matchavond",
        "subject": "Nog 6 dagen om te reageren: Matchavond",
        "preheader": "We hebben nog niets van jullie gehoord. Komen jullie?",
        "event": event,
        "audience": {"rule": {"answer": {"event": event, "is": "none"}}, "reach": "one_per_organisation"},
        "blocks": [
            {"type": "heading", "level": 1, "text": "Komen jullie naar de Matchavond?"},
            {"type": "text", "html": REMINDER},
            {"type": "event", "event": event},
        ],
    }


def change_spec(*, event: int) -> dict[str, Any]:
    """Return the news for who comes to the meeting with this id: it is in another room."""
    return {
        "kind": "event_news",
        "topic": "uitnodigingen",
        "title": "Andere zaal Matchavond",
        "subject": "Let op: andere zaal voor Matchavond",
        "preheader": "De Matchavond is in Buurthuis De Stoep, in de grote zaal.",
        "event": event,
        "audience": {"rule": {"answer": {"event": event, "is": "yes"}}, "reach": "everyone"},
        "blocks": [
            {"type": "heading", "level": 1, "text": "De Matchavond is in een andere zaal"},
            {
                "type": "change",
                "text": "De zaal",
                "before": "kleine zaal, 1e verdieping",
                "after": "grote zaal, begane grond",
            },
            {"type": "text", "html": CHANGE},
            {"type": "button", "label": "Wij komen toch niet", "url": "[[link.rsvp_no]]"},
        ],
    }


def _organisation(slug: str) -> list[dict[str, Any]]:
    if slug:
        return [{"type": "organisation", "organisation": slug, "text": MEET_THEM, **SAID}]
    return [
        {"type": "heading", "level": 2, "text": "Maak kennis met Moestuin De Zandlaag"},
        {"type": "text", "html": MEET_THEM},
    ]


INTRODUCTION = """
<p>We organiseren een avond waar jullie wat aan hebben. Tien fondsen komen naar de wijk. Jullie
vertellen wat jullie willen doen. Zij vertellen wat er kan.</p>
"""

MEET_THEM = """
<p>Een jaar geleden lag hier een parkeerplaats. Nu groeien er bonen, munt en pompoenen. Tesfay ter Stoep begon met drie
buren. Nu zijn ze met twintig. Op zaterdagochtend kun je meehelpen. Er is altijd thee.</p>
"""

SAID = {
    "quote": "We tilden één tegel op. Daarna wilde de hele straat meedoen.",
    "name": "Tesfay ter Stoep",
}

KITCHEN = {
    "type": "call",
    "kind": "room",
    "text": "Wie heeft een keuken?",
    "name": "Kookclub Het Troffeltje",
    "html": "<p>We koken elke donderdag voor 40 buren. Onze keuken is te klein. We zoeken een plek met een groot "
    "fornuis, op donderdag van 15.00 tot 19.00 uur. We ruimen alles op.</p>",
    "until": "22-1-2027",
    "contact": "Bel Gloria da Pedra, 010-000 0231.",
    "label": "Wij hebben een keuken",
    "url": "mailto:keuken@troffeltje.example.org?subject=Wij%20hebben%20een%20keuken",
}

GREEN_POT = {
    "type": "funding",
    "text": "Straatpotje Groen",
    "name": "Tegelfonds",
    "amount": "tot € 750,00",
    "html": "<p>Voor planten, aarde en gereedschap in je straat.</p>",
    "until": "29-1-2027",
    "time": "17.00",
    "contact": "Bel Henk Bakstra, 010-000 0104.",
}

READING_POT = {
    "type": "funding",
    "text": "Voorlezen in de buurt",
    "amount": "tot € 2.500,00",
    "html": "<p>Voor boeken en voor een kopje thee erbij.</p>",
    "until": "15-2-2027",
    "label": "Lees hoe je het aanvraagt",
    "url": "https://voorlezen.example.org/aanvragen",
}

NEWS = [
    {
        "type": "news",
        "text": "De wijkbus rijdt weer",
        "html": "<p>Vanaf maandag 11 januari rijdt de wijkbus tussen Spangen en Schiemond. Een rit is gratis.</p>",
    },
    {
        "type": "news",
        "text": "Nieuwe sleutels voor het buurthuis",
        "html": "<p>Haal je sleutel op bij de balie van De Stoep, op werkdagen van 9.00 tot 12.00 uur.</p>",
    },
]

WALK = {
    "type": "report",
    "text": "Spangen-wandeling",
    "html": "<ul><li>We zagen tien plekken waar je anders voorbijloopt.</li><li>Drie tuinen zoeken nog hulp.</li>"
    "<li>In het voorjaar lopen we weer.</li></ul>",
}

TABLE = {
    "type": "practical",
    "text": "Samen eten",
    "when": "elke woensdag, 18.00 uur",
    "place": "Buurthuis De Stoep (voorbeeld)",
    "contact": "Bel Gloria da Pedra, 010-000 0231.",
}

REMINDER = """
<p>[[mailbox.greeting]]</p>
<p>We hebben nog niets van jullie gehoord. Komen jullie?</p>
"""

CHANGE = """
<p>De tijd blijft hetzelfde: donderdag 14 januari 2027, 19.30 uur. Je hoeft niets te doen. Kun je niet meer komen? Laat
het dan weten.</p>
"""

INVITATION = """
<p>[[mailbox.greeting]]</p>
<p>Ontmoet tien fondsen en vertel over jullie plan. Er is plek voor 1 persoon per organisatie.</p>
"""

PROGRAMME = """
<p><strong>19.00 uur</strong> Binnenlopen, met soep<br><strong>19.30 uur</strong> Welkom door Marit Stoeptegel<br>
<strong>19.45 uur</strong> Drie gesprekken van 20 minuten, jij kiest<br><strong>21.00 uur</strong> Napraten</p>
"""

GOOD_TO_KNOW = """
<p>Geen trap. Met rolstoel kun je overal komen. Alles is vegetarisch en halal.</p>
"""
