"""A sample newsletter and a sample invitation, as specs that ``composing.create_mailing`` reads. All of it is invented.

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
            {"type": "text", "html": INTRODUCTION},
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Agenda"},
            {"type": "agenda", "within_days": 120},
            {"type": "divider"},
            *_organisation(organisation),
            {
                "type": "quote",
                "text": "We tilden één tegel op. Daarna wilde de hele straat meedoen.",
                "name": "Tesfay ter Stoep",
                "role": "moestuin De Zandlaag",
            },
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Oproep: wie heeft een keuken?"},
            {"type": "text", "html": CALL},
            {"type": "button", "label": "Wij hebben een keuken", "url": KITCHEN_ADDRESS},
            {"type": "text", "html": CALL_BY_PHONE},
            {"type": "divider"},
            {"type": "heading", "level": 2, "text": "Geld voor je straat"},
            {"type": "heading", "level": 3, "text": "Straatpotje Groen"},
            {"type": "text", "html": MONEY},
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


def _organisation(slug: str) -> list[dict[str, Any]]:
    if slug:
        return [{"type": "organisation", "organisation": slug, "text": MEET_THEM}]
    return [
        {"type": "heading", "level": 2, "text": "Maak kennis met Moestuin De Zandlaag"},
        {"type": "text", "html": MEET_THEM},
    ]


INTRODUCTION = """
<p>[[mailbox.greeting]]</p>
<p>Een mooi nieuw jaar! We beginnen met een avond waar jullie wat aan hebben. Tien fondsen komen naar de wijk. Jullie
vertellen wat jullie willen doen. Zij vertellen wat er kan.</p>
<p>Verder in deze brief: een moestuin op een oude parkeerplaats, een kookclub zonder keuken, en geld voor jullie
straat.</p>
<p>Groet, <strong>Marit Stoeptegel</strong></p>
"""

MEET_THEM = """
<p>Een jaar geleden lag hier een parkeerplaats. Nu groeien er bonen, munt en pompoenen. Tesfay ter Stoep begon met drie
buren. Nu zijn ze met twintig. Op zaterdagochtend kun je meehelpen. Er is altijd thee.</p>
"""

CALL = """
<p>Kookclub Het Troffeltje kookt elke donderdag voor 40 buren. Hun keuken is te klein. Ze zoeken een plek met een groot
fornuis. Ze komen op donderdag van 15.00 tot 19.00 uur. Ze ruimen alles op.</p>
"""

KITCHEN_ADDRESS = "mailto:keuken@troffeltje.example.org?subject=Wij%20hebben%20een%20keuken"

CALL_BY_PHONE = """
<p>Of bel Gloria da Pedra: 010-000 0231. Reageren kan tot vrijdag 22 januari 2027.</p>
"""

MONEY = """
<p>Tot € 750,00 voor planten, aarde en gereedschap. Vraag aan voor <strong>vrijdag 29 januari 2027, 17.00
uur</strong>.</p>
<p>Hulp nodig? Bel Henk Bakstra, 010-000 0104.</p>
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
<p><strong>Liever bellen?</strong> 010-000 0100, maandag tot en met donderdag, 10.00 – 16.00 uur. Vraag naar Marit.</p>
"""
