"""Addresses that cannot exist: invented streets, and postcodes that end in ZZ, ZY or ZX."""

from __future__ import annotations

from random import Random

from mailer.directory.sample.sketch import SampleOrganisation

STREETS = ["Voegstraat", "Kasseistraat", "Stoepkade", "Trottoirhof", "Klinkerplein", "Opsluitbandweg"]
LETTERS = ["ZZ", "ZY", "ZX"]
DIGITS = {
    "bospolder": ["3025"],
    "tussendijken": ["3026"],
    "spangen": ["3027"],
    "nieuwe-westen": ["3022", "3023"],
    "middelland": ["3021"],
    "delfshaven-buurt": ["3024"],
    "schiemond": ["3024", "3029"],
    "oud-mathenesse": ["3028"],
    "witte-dorp": ["3028"],
    "nieuw-mathenesse": ["3029"],
    "buiten-delfshaven": ["3011"],
}


def give_addresses(rng: Random, organisations: list[SampleOrganisation], gaps: list[str]) -> None:
    """Give every organisation a seat and, where ``gaps`` does not take it away, a street and a postcode."""
    for organisation, gap in zip(organisations, gaps, strict=True):
        organisation.seat = _seat(rng, organisation.neighbourhood)
        if gap == "no-address":
            continue
        organisation.street = rng.choice(STREETS)
        if gap != "no-house-number":
            organisation.street += f" {rng.randint(1, 180)}{rng.choice(['', '', '', 'a', 'b', '-2'])}"
        digits = rng.choice(DIGITS[organisation.seat or "middelland"])
        organisation.postcode = digits if gap == "digits-only" else f"{digits} {rng.choice(LETTERS)}"
        organisation.city = "Rotterdam"


def domain_label(organisation: SampleOrganisation) -> str:
    """Return what stands before ".example.org": the name without its legal form, not too long."""
    return organisation.slug.removeprefix("stichting-")[:40].strip("-")


def _seat(rng: Random, neighbourhood: str) -> str | None:
    """Who works in the whole of Delfshaven has an address somewhere; of who is unknown we know nothing."""
    if neighbourhood == "heel-delfshaven":
        return rng.choice(["middelland", "nieuwe-westen", "bospolder", "delfshaven-buurt"])
    return None if neighbourhood == "onbekend" else neighbourhood
