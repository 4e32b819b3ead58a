"""Organisations: where and about what, of which kind, how old, how well described. The counts are those of a table."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from mailer.directory.sample.descriptions import describe
from mailer.directory.sample.dice import a_day, apportion, deal, some
from mailer.directory.sample.organisation_names import name_organisations
from mailer.directory.sample.places import domain_label, give_addresses
from mailer.directory.sample.sketch import SAMPLE_DAY, Reach, SampleOrganisation

THEMES = [
    "welzijn",
    "groen",
    "gezondheid",
    "onderwijs",
    "kunst-cultuur",
    "sport",
    "jeugd",
    "armoede",
    "ondernemen",
    "wonen",
]
# Organisations by neighbourhood (where they mainly work) and primary theme: 216 in all.
TABLE = {
    "bospolder": [7, 3, 3, 3, 3, 2, 2, 1, 1, 1],
    "tussendijken": [7, 3, 3, 4, 3, 2, 2, 2, 1, 1],
    "spangen": [7, 3, 3, 3, 3, 4, 3, 1, 1, 0],
    "nieuwe-westen": [8, 6, 4, 4, 4, 3, 2, 1, 1, 1],
    "middelland": [8, 3, 4, 4, 5, 3, 2, 1, 1, 1],
    "delfshaven-buurt": [4, 2, 2, 2, 3, 2, 1, 1, 1, 0],
    "schiemond": [3, 1, 1, 2, 1, 1, 1, 1, 1, 0],
    "oud-mathenesse": [4, 2, 2, 2, 2, 1, 1, 1, 1, 0],
    "witte-dorp": [2, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    "nieuw-mathenesse": [0, 1, 0, 0, 2, 0, 0, 0, 2, 0],
    "heel-delfshaven": [3, 1, 2, 1, 1, 0, 1, 1, 0, 0],
    # "Onbekend of buiten": four organisations, half of each.
    "buiten-delfshaven": [1, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    "onbekend": [0, 1, 0, 1, 0, 0, 0, 0, 0, 0],
}
SIZE = sum(sum(row) for row in TABLE.values())

KINDS = {
    "bewonersinitiatief": 92,
    "stichting": 58,
    "vereniging": 24,
    "sociale-onderneming": 16,
    "religieuze-organisatie": 8,
    "school": 6,
    "zorgaanbieder": 5,
    "overheid": 4,
    "fonds": 2,
    "corporatie": 1,
}
# Kinds that only make sense with some themes; the others go anywhere.
KINDS_OF_THEME = {
    "school": {"onderwijs", "jeugd"},
    "zorgaanbieder": {"gezondheid"},
    "corporatie": {"wonen"},
    "sociale-onderneming": {"ondernemen", "armoede", "kunst-cultuur", "groen"},
    "religieuze-organisatie": {"welzijn", "armoede"},
    "fonds": {"welzijn", "armoede", "kunst-cultuur"},
    "overheid": {"welzijn", "wonen", "groen"},
    "vereniging": {"sport", "groen", "kunst-cultuur", "welzijn"},
}
TARGET_GROUPS = {
    "jeugd": ["kinderen", "jongeren"],
    "onderwijs": ["nieuwkomers", "kinderen", "volwassenen"],
    "sport": ["jongeren", "iedereen", "ouderen"],
    "gezondheid": ["ouderen", "mensen-met-een-beperking", "volwassenen"],
    "welzijn": ["iedereen", "ouderen", "vrouwen"],
}
# What is left undone in a directory that people keep by hand; parts of 216.
GAPS = {"no-address": 31, "no-house-number": 14, "digits-only": 6, "whole": 165}
REACHES = {Reach.OWN_MAILBOX: 168, Reach.PRIVATE_ADDRESS: 36, Reach.PHONE_ONLY: 12}


def imagine_organisations(rng: Random, count: int) -> list[SampleOrganisation]:
    """Return so many organisations, in the proportions of the table."""
    cells = {(place, theme): n for place, row in TABLE.items() for theme, n in zip(THEMES, row, strict=True)}
    dealt = deal(rng, count, cells)
    organisations = [
        SampleOrganisation(number=number, neighbourhood=place, theme=theme)
        for number, (place, theme) in enumerate(dealt, start=1)
    ]
    _choose_kinds(rng, organisations)
    _choose_areas(rng, organisations)
    name_organisations(rng, organisations)
    _choose_subjects(rng, organisations)
    _choose_age(rng, organisations)
    _choose_reach(rng, organisations)
    give_addresses(rng, organisations, deal(rng, count, GAPS))
    _choose_websites(rng, organisations)
    for organisation, length in zip(organisations, deal(rng, count, {0: 44, 1: 80, 4: 92}), strict=True):
        organisation.description = describe(rng, organisation, sentences=length)
    return organisations


def _choose_kinds(rng: Random, organisations: list[SampleOrganisation]) -> None:
    left = apportion(len(organisations), KINDS)
    free = list(organisations)
    for kind, themes in KINDS_OF_THEME.items():
        fitting = some(rng, [found for found in free if found.theme in themes], left[kind])
        for organisation in fitting:
            organisation.kind = kind
            free.remove(organisation)
        left[kind] -= len(fitting)
    rest = deal(rng, len(free), {kind: n for kind, n in left.items() if n})
    for organisation, kind in zip(free, rest, strict=True):
        organisation.kind = kind


def _choose_areas(rng: Random, organisations: list[SampleOrganisation]) -> None:
    """One neighbourhood 147, two 43, three or more 15, the whole of Delfshaven 11 (of 216)."""
    for organisation in organisations:
        organisation.areas = [organisation.neighbourhood]
    inside = [found for found in organisations if TABLE[found.neighbourhood] and _is_place(found.neighbourhood)]
    counts = apportion(len(organisations), {"two": 43, "three": 15, "whole": 1, "one": 157})
    rng.shuffle(inside)
    inside.sort(key=lambda found: found.neighbourhood not in ("bospolder", "tussendijken"))
    two, rest = inside[: counts["two"]], inside[counts["two"] :]
    rng.shuffle(rest)
    places = [place for place in TABLE if _is_place(place)]
    for organisation in two:
        organisation.areas.append(_neighbour(rng, organisation.neighbourhood, places))
    for organisation in rest[: counts["three"]]:
        others = [place for place in places if place != organisation.neighbourhood]
        organisation.areas += rng.sample(others, rng.choice([2, 2, 3]))
    for organisation in rest[counts["three"] : counts["three"] + counts["whole"]]:
        organisation.areas.append("heel-delfshaven")


def _is_place(slug: str) -> bool:
    return slug not in ("heel-delfshaven", "buiten-delfshaven", "onbekend")


def _neighbour(rng: Random, place: str, places: list[str]) -> str:
    pairs = {"bospolder": "tussendijken", "tussendijken": "bospolder"}
    if place in pairs and rng.random() < 0.8:
        return pairs[place]
    return rng.choice([other for other in places if other != place])


def _choose_subjects(rng: Random, organisations: list[SampleOrganisation]) -> None:
    counts = deal(rng, len(organisations), {0: 35, 1: 40, 2: 20, 3: 5})
    for organisation, count in zip(organisations, counts, strict=True):
        organisation.other_themes = rng.sample([theme for theme in THEMES if theme != organisation.theme], count)
        groups = TARGET_GROUPS.get(organisation.theme, ["iedereen", "volwassenen"])
        organisation.target_groups = rng.sample(groups, rng.choice([1, 1, 2]))


def _choose_age(rng: Random, organisations: list[SampleOrganisation]) -> None:
    """Of 216: 18 are new (60 days), 22 not checked for 18 months, 9 stopped."""
    ages = deal(rng, len(organisations), {"new": 18, "unchecked": 22, "stopped": 9, "settled": 167})
    for organisation, age in zip(organisations, ages, strict=True):
        if age == "new":
            organisation.added_on = a_day(rng, SAMPLE_DAY - timedelta(days=59), SAMPLE_DAY - timedelta(days=1))
            organisation.checked_on = organisation.added_on
            continue
        organisation.added_on = a_day(rng, date(2015, 3, 1), date(2024, 6, 1))
        organisation.checked_on = (
            a_day(rng, date(2023, 1, 1), date(2025, 4, 30))
            if age == "unchecked"
            else a_day(rng, date(2025, 7, 1), SAMPLE_DAY - timedelta(days=7))
        )
        if age == "stopped":
            organisation.stopped_on = organisation.checked_on


def _choose_reach(rng: Random, organisations: list[SampleOrganisation]) -> None:
    for organisation, reach in zip(organisations, deal(rng, len(organisations), REACHES), strict=True):
        organisation.reach = reach
        if reach is Reach.PHONE_ONLY or rng.random() < 0.6:
            organisation.phone = f"+31100000{organisation.number % 1000:03d}"


def _choose_websites(rng: Random, organisations: list[SampleOrganisation]) -> None:
    """Websites for 120 of 216; registered are all but 40 informal initiatives, which have no website either."""
    counts = apportion(len(organisations), {"website": 120, "informal": 40, "neither": 56})
    initiatives = [found for found in organisations if found.kind == "bewonersinitiatief"]
    informal = {found.number for found in some(rng, initiatives, counts["informal"])}
    rest = [found for found in organisations if found.number not in informal]
    for organisation in rest:
        organisation.chamber_number = f"0000{organisation.number % 10000:04d}"
    rng.shuffle(rest)
    rest.sort(key=lambda found: found.reach is not Reach.OWN_MAILBOX)
    for organisation in some(rng, rest[: max(counts["website"], len(rest) * 5 // 6)], counts["website"]):
        organisation.website = f"https://www.{domain_label(organisation)}.example.org"
