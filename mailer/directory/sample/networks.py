"""Networks and who is a member: the coalition with 60, ten others of 5 to 25, and who left and came back.

Of 216 organisations 70 are in none today, 82 in one, 64 in two or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from mailer.directory.sample.dice import a_day, apportion, some
from mailer.directory.sample.sketch import SAMPLE_DAY, SampleMembership, SampleOrganisation


@dataclass(frozen=True)
class SampleNetwork:
    slug: str
    name: str
    size: int
    # Themes its members mostly have; empty: any.
    themes: tuple[str, ...] = ()
    description: str = ""


COALITION = SampleNetwork(
    "welzijnscoalitie",
    "Welzijnscoalitie (voorbeeld)",
    60,
    ("welzijn", "groen", "armoede"),
    "Lokale organisaties die samen werken aan welzijn in de wijk. Wijk, tenzij.",
)
NETWORKS = [
    COALITION,
    SampleNetwork("groen-lint", "Groen Lint", 25, ("groen",), "Tuinen en gevels aan elkaar."),
    SampleNetwork("buurthuiskamers-west", "Buurthuiskamers West", 22, ("welzijn",), "Plekken waar je binnenloopt."),
    SampleNetwork("kunst-op-de-stoep", "Kunst op de Stoep", 20, ("kunst-cultuur",), "Makers uit de wijk."),
    SampleNetwork("jong-delfshaven", "Jong Delfshaven (voorbeeld)", 19, ("jeugd", "sport"), "Voor wie opgroeit."),
    SampleNetwork("taal-aan-tafel", "Taal aan Tafel", 18, ("onderwijs",), "Oefenen met taal, aan een gewone tafel."),
    SampleNetwork("sport-in-de-straat", "Sport in de Straat", 17, ("sport",), "Bewegen waar je woont."),
    SampleNetwork("zorg-dichtbij", "Zorg Dichtbij", 15, ("gezondheid",), "Zorgen voor elkaar."),
    SampleNetwork("speeltuinen-samen", "Speeltuinen Samen", 13, ("jeugd", "groen"), "Speelplekken met een beheerder."),
    SampleNetwork("armoede-tafel", "Armoede Tafel", 10, ("armoede", "welzijn"), "Rondkomen, en elkaar helpen."),
    SampleNetwork("energie-samen", "Energie Samen", 7, ("wonen", "groen"), "Minder stoken, samen opwekken."),
]
# How many networks an organisation is in today, of 216.
MEMBERSHIPS = {0: 70, 1: 82, 2: 50, 3: 12, 4: 2}
# Of 216: who left the coalition for good, and who left and came back.
FORMER = {"left": 5, "rejoined": 2, "never": 209}


def join_networks(rng: Random, organisations: list[SampleOrganisation]) -> None:
    """Make organisations members, as many as the table says, by theme as far as the numbers allow."""
    wanted = _numbers_of_networks(rng, organisations)
    members = _spread(rng, wanted, apportion(sum(wanted.values()), {net.slug: net.size for net in NETWORKS}))
    by_slug = {organisation.slug: organisation for organisation in organisations}
    _suit_themes(rng, members, by_slug)
    for network in NETWORKS:
        for slug in members[network.slug]:
            joined = None if rng.random() < 0.2 else a_day(rng, date(2017, 9, 1), date(2025, 12, 31))
            by_slug[slug].memberships.append(SampleMembership(network.slug, joined))
    _leave_the_coalition(rng, organisations)


def _numbers_of_networks(rng: Random, organisations: list[SampleOrganisation]) -> dict[str, int]:
    """Stopped organisations are in none."""
    mixed = list(organisations)
    rng.shuffle(mixed)
    mixed.sort(key=lambda found: found.stopped_on is None)
    counts = [count for count, n in apportion(len(mixed), MEMBERSHIPS).items() for _ in range(n)]
    none = counts.count(0)
    rest = counts[none:]
    rng.shuffle(rest)
    return {found.slug: count for found, count in zip(mixed, counts[:none] + rest, strict=True)}


def _spread(rng: Random, wanted: dict[str, int], sizes: dict[str, int]) -> dict[str, list[str]]:
    """Fill the biggest network first, with whoever still needs most: that always comes out (Gale and Ryser)."""
    left, order = dict(wanted), list(wanted)
    rng.shuffle(order)
    members = {}
    for network, size in sorted(sizes.items(), key=lambda item: -item[1]):
        order.sort(key=lambda slug: -left[slug])
        members[network] = order[:size]
        for slug in members[network]:
            left[slug] -= 1
    return members


def _suit_themes(rng: Random, members: dict[str, list[str]], by_slug: dict[str, SampleOrganisation]) -> None:
    """Swap members between networks as long as it brings organisations nearer to their themes."""
    themes = {network.slug: network.themes for network in NETWORKS}
    held = {network: set(slugs) for network, slugs in members.items()}

    def suits(slug: str, network: str) -> int:
        organisation = by_slug[slug]
        return 2 * (organisation.theme in themes[network]) + any(t in themes[network] for t in organisation.themes)

    places = [(network, position) for network, slugs in members.items() for position in range(len(slugs))]
    for _swap in range(40 * len(places)):
        (one, here), (other, there) = rng.choice(places), rng.choice(places)
        a, b = members[one][here], members[other][there]
        if one == other or b in held[one] or a in held[other]:
            continue
        if suits(b, one) + suits(a, other) > suits(a, one) + suits(b, other):
            members[one][here], members[other][there] = b, a
            held[one] ^= {a, b}
            held[other] ^= {a, b}


def _leave_the_coalition(rng: Random, organisations: list[SampleOrganisation]) -> None:
    """Each time is a row of its own: who came back has left first."""
    counts = apportion(len(organisations), FORMER)
    now = [found for found in organisations if any(m.network == COALITION.slug for m in found.memberships)]
    ids = {found.slug for found in now}
    never = [found for found in organisations if found.slug not in ids]
    for organisation in some(rng, never, counts["left"]):
        left = a_day(rng, date(2022, 1, 1), date(2026, 9, 1))
        organisation.memberships.append(SampleMembership(COALITION.slug, date(2018, 1, 15), left))
    for organisation in some(rng, now, counts["rejoined"]):
        current = next(m for m in organisation.memberships if m.network == COALITION.slug)
        current.joined_on = a_day(rng, date(2025, 1, 1), SAMPLE_DAY)
        organisation.memberships.append(SampleMembership(COALITION.slug, date(2017, 9, 1), date(2023, 6, 30)))
