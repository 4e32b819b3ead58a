"""Names of organisations: what they do, and something out of the paving. None of them exists."""

from __future__ import annotations

from random import Random

from mailer.directory.sample.sketch import SampleOrganisation
from mailer.wire.spelling import fold_name, slug_of

HEADS = {
    "welzijn": ["Buurthuiskamer", "Inloop", "Ouderenclub", "Vrouwenkring", "Kookclub", "Koffietafel"],
    "groen": ["Buurttuin", "Moestuin", "Geveltuin", "Kruidenhof"],
    "gezondheid": ["Zorgkring", "Wandelgroep", "Gezonde Kring"],
    "onderwijs": ["Taalhuis", "Leeskring", "Huiswerkklas"],
    "kunst-cultuur": ["Atelier", "Koor", "Muziekschool", "Naaiatelier", "Verhalenhuis"],
    "sport": ["Voetbalplein", "Sportgroep", "Dansgroep"],
    "jeugd": ["Speeltuin", "Jongerenplek", "Bouwspeelplaats"],
    "armoede": ["Kledingkamer", "Weggeefwinkel", "Spreekuur"],
    "ondernemen": ["Fietswerkplaats", "Repair Café", "Winkelkring"],
    "wonen": ["Energiegroep", "Klusgroep"],
}
# Kinds that one hears in the name.
HEADS_OF_KIND = {
    "religieuze-organisatie": ["Gebedshuis", "Geloofsgemeenschap"],
    "school": ["Basisschool", "Kinderopvang"],
    "zorgaanbieder": ["Gezondheidscentrum", "Thuiszorg"],
    "overheid": ["Wijkraad"],
    "fonds": ["Tegelfonds"],
    "corporatie": ["Woningcorporatie"],
}
TAILS = [
    "De Voeg",
    "'t Kasseitje",
    "De Stoep",
    "Klinkerhart",
    "Het Troffeltje",
    "Onder de Tegel",
    "De Zandlaag",
    "Opsluitband",
    "De Kruisvoeg",
    "Halfsteens",
    "Keperverband",
    "De Dorpel",
]
PLACES = {
    "bospolder": "Bospolder",
    "tussendijken": "Tussendijken",
    "spangen": "Spangen",
    "nieuwe-westen": "Nieuwe Westen",
    "middelland": "Middelland",
    "delfshaven-buurt": "Delfshaven",
    "schiemond": "Schiemond",
    "oud-mathenesse": "Oud-Mathenesse",
    "witte-dorp": "Witte Dorp",
    "nieuw-mathenesse": "M4H",
    "heel-delfshaven": "Delfshaven",
    "buiten-delfshaven": "Rotterdam",
    "onbekend": "West",
}

# A name of exactly 120 characters, for screens and labels that think a name is short.
LONG_NAME = (
    "Samenwerking van bewoners, ouders, winkeliers en vrijwilligers rond de Voegstraat, "
    "Kasseistraat en Stoepkade (voorbeeld)"
)
# A name that is also a person's (see people).
NAME_OF_A_PERSON = ("Gloria", "Stoeptegel")
# (theme, name): spellings that break careless programs. An import must bring each of them in whole.
TRAPS = [
    ("welzijn", "Eten, Drinken & Delen (voorbeeld)"),
    ("kunst-cultuur", 'Atelier "De Gouden Tegel"'),
    ("welzijn", "Kook & Klets Klinkerhart"),
    ("jeugd", "'t Stoepkrijtje"),
    ("groen", "Moestuin Onkruid Vergaat Niet 🌱"),
    ("wonen", "ENERGIEGROEP WARME STENEN"),
    ("sport", "SPORTGROEP TEGELSPRONG"),
    ("armoede", "SPREEKUUR GELD EN STOEP"),
    ("welzijn", "بيت البلاط (Bayt al-Balat)"),
    ("welzijn", LONG_NAME),
    ("kunst-cultuur", " ".join(NAME_OF_A_PERSON)),
    ("onderwijs", "=Plus Taal en Rekenen (voorbeeld)"),
]
# Two names that each belong to two organisations, in different neighbourhoods.
TWICE = ["groen", "jeugd"]
FORMER_NAMES = ["Werkgroep Schone Stoep", "De Oude Klinker", "Bewonersgroep Voegstraat"]


def name_organisations(rng: Random, organisations: list[SampleOrganisation]) -> None:
    """Give every organisation a name and a slug; names are unique but for two pairs."""
    used: set[str] = set()
    for organisation in organisations:
        organisation.name = _new_name(rng, organisation, used)
        used.add(fold_name(organisation.name))
    _set_traps(rng, organisations)
    _name_twice(organisations)
    for organisation, former in zip(_plain(organisations)[10:40:10], FORMER_NAMES, strict=False):
        organisation.aliases.append(former)
    _give_slugs(organisations)


def _new_name(rng: Random, organisation: SampleOrganisation, used: set[str]) -> str:
    heads = HEADS_OF_KIND.get(organisation.kind) or HEADS[organisation.theme]
    place = PLACES[organisation.neighbourhood]
    for attempt in range(60):
        name = f"{rng.choice(heads)} {rng.choice(TAILS)}"
        if attempt > 8 or rng.random() < 0.15:
            name = f"{name} {place}"
        if organisation.kind == "stichting" and rng.random() < 0.4:
            name = f"Stichting {name}"
        if fold_name(name) not in used:
            return name
    return f"{name} {organisation.number}"


def _set_traps(rng: Random, organisations: list[SampleOrganisation]) -> None:
    free = [organisation for organisation in organisations if organisation.kind not in HEADS_OF_KIND]
    rng.shuffle(free)
    for theme, name in TRAPS:
        found = next((candidate for candidate in free if candidate.theme == theme), None)
        if found is not None:
            free.remove(found)
            found.name = name


def _name_twice(organisations: list[SampleOrganisation]) -> None:
    """Namesakes have nothing but the name in common: not a neighbourhood, and not the whole area."""
    for theme in TWICE:
        local = [found for found in _plain(organisations) if found.theme == theme and found.kind not in HEADS_OF_KIND]
        local = [found for found in local if "heel-delfshaven" not in found.areas]
        local.sort(key=lambda found: found.name.endswith(PLACES[found.neighbourhood]))
        for other in local[1:]:
            if not set(other.areas) & set(local[0].areas):
                other.name = local[0].name
                break


def _plain(organisations: list[SampleOrganisation]) -> list[SampleOrganisation]:
    trapped = {name for _theme, name in TRAPS}
    return [organisation for organisation in organisations if organisation.name not in trapped]


def _give_slugs(organisations: list[SampleOrganisation]) -> None:
    used: set[str] = set()
    for organisation in organisations:
        slug = slug_of(organisation.name)
        if slug in used:
            slug = f"{slug}-{organisation.neighbourhood}"
        if slug in used:
            slug = f"{slug}-{organisation.number}"
        used.add(slug)
        organisation.slug = slug
