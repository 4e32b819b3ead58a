"""Who does what in which organisation: 472 roles of 420 people, and 120 people without an organisation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from mailer.directory.sample.dice import a_day, apportion, deal, some
from mailer.directory.sample.sketch import Mail, Reach, SampleOrganisation, SamplePerson, SampleRole

# Organisations by their number of people, of 216; the six are five, six or seven in turn.
PEOPLE_OF_ORGANISATION = {0: 18, 1: 58, 2: 64, 3: 42, 4: 22, 6: 12}
# People by their number of organisations, of 540.
ORGANISATIONS_OF_PERSON = {0: 120, 1: 372, 2: 44, 3: 4}
# Shared mailboxes by how many people have no other address: 29 mailboxes, 64 people.
SHARED_BY = {2: 25, 3: 3, 5: 1}
DESCRIPTIONS = ["coördinator kookgroep", "sleutelbeheer", "penningmeester", "contact met de school", "tuinploeg"]


@dataclass
class Bench:
    """An organisation and the places people take in it."""

    organisation: SampleOrganisation
    places: int
    # How many of them have no other address than the organisation's.
    sharers: int = 0
    people: list[SamplePerson] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.places - len(self.people)


def give_roles(rng: Random, organisations: list[SampleOrganisation], people: list[SamplePerson]) -> None:
    """Tie people to organisations, and say who shares the organisation's mailbox or has no mail at all."""
    counts = deal(rng, len(people), ORGANISATIONS_OF_PERSON)
    benches = _set_benches(rng, organisations, sum(counts))
    _choose_sharers(rng, benches, apportion(len(people), {1: 64, 0: 476})[1])
    by_count: dict[int, list[SamplePerson]] = {0: [], 1: [], 2: [], 3: []}
    for person, count in zip(people, counts, strict=True):
        by_count[count].append(person)
    singles = iter(by_count[1])
    for bench in benches:
        for _place in range(bench.sharers):
            _seat(bench, next(singles), Mail.SHARED)
        if bench.organisation.reach is Reach.PHONE_ONLY and bench.free:
            _seat(bench, next(singles), Mail.NONE)
    for count in (3, 2):
        for person in by_count[count]:
            _seat_in_several(rng, benches, person, count)
    rest = [bench for bench in benches for _place in range(bench.free)]
    rng.shuffle(rest)
    for bench, person in zip(rest, singles, strict=True):
        _seat(bench, person, Mail.OWN)
    for bench in benches:
        _describe(rng, bench)


def choose_contacts(organisations: list[SampleOrganisation], people: list[SamplePerson]) -> None:
    """Mark who receives mail for each organisation: whoever can be mailed goes first; in a big one, two."""
    order = {Mail.OWN: 0, Mail.SHARED: 1, Mail.HOUSEHOLD: 2, Mail.NONE: 3}
    roles: dict[str, list[tuple[SamplePerson, SampleRole]]] = {found.slug: [] for found in organisations}
    for person in people:
        for role in person.roles:
            roles[role.organisation.slug].append((person, role))
    for of_one in roles.values():
        of_one.sort(key=lambda pair: order[pair[0].mail])
        for _person, role in of_one[: 2 if len(of_one) >= 4 else 1]:
            role.is_contact = True
            role.kind = role.kind or "coordinator"


def _set_benches(rng: Random, organisations: list[SampleOrganisation], links: int) -> list[Bench]:
    """Places per organisation, in all exactly ``links``. Who has only a phone has one person or none."""
    counts = deal(rng, len(organisations), PEOPLE_OF_ORGANISATION)
    counts = [count + (n % 3 - 1 if count == 6 else 0) for n, count in _numbered_sixes(counts)]
    _adjust(counts, links - sum(counts))
    phone_only = [found for found in organisations if found.reach is Reach.PHONE_ONLY]
    private = [found for found in organisations if found.reach is Reach.PRIVATE_ADDRESS]
    own = [found for found in organisations if found.reach is Reach.OWN_MAILBOX]
    counts.sort()
    empty = counts.count(0)
    few, rest = counts[empty:], counts[:empty]
    of_phone = [rest.pop() if n % 2 and rest else few.pop(0) for n in range(len(phone_only))]
    of_private = few[: len(private)]
    of_own = rest + few[len(private) :]
    rng.shuffle(of_own)
    pairs = [*zip(phone_only, of_phone, strict=True), *zip(private, of_private, strict=True)]
    pairs += zip(own, of_own, strict=True)
    rng.shuffle(pairs)
    return [Bench(organisation, places) for organisation, places in pairs]


def _adjust(counts: list[int], missing: int) -> None:
    """Add or take one here and there, at organisations with several people, until nothing is missing."""
    while missing:
        step = 1 if missing > 0 else -1
        several = [n for n, count in enumerate(counts) if count > 1] or [n for n, count in enumerate(counts) if count]
        for n in several[: abs(missing)]:
            counts[n] += step
        missing -= step * min(abs(missing), len(several))


def _numbered_sixes(counts: list[int]) -> list[tuple[int, int]]:
    sixes = 0
    numbered = []
    for count in counts:
        numbered.append((sixes, count))
        sixes += count == 6
    return numbered


def _choose_sharers(rng: Random, benches: list[Bench], people: int) -> None:
    own = [bench for bench in benches if bench.organisation.reach is Reach.OWN_MAILBOX and bench.places >= 2]
    rng.shuffle(own)
    left = people
    for size, count in sorted(apportion(people * 29 // 64, SHARED_BY).items(), reverse=True):
        fitting = [bench for bench in own if bench.places >= size and not bench.sharers]
        for bench in fitting[:count]:
            bench.sharers = min(size, left)
            left -= bench.sharers


def _seat(bench: Bench, person: SamplePerson, mail: Mail) -> None:
    bench.people.append(person)
    person.mail = mail
    person.roles.append(SampleRole(bench.organisation))


def _seat_in_several(rng: Random, benches: list[Bench], person: SamplePerson, count: int) -> None:
    """The fullest benches first keep enough room for everybody who needs several."""
    free = [bench for bench in benches if bench.free and bench.organisation.reach is Reach.OWN_MAILBOX]
    for bench in some(rng, free, count):
        _seat(bench, person, Mail.OWN)


def _describe(rng: Random, bench: Bench) -> None:
    kinds = [
        "coordinator",
        "vrijwilliger",
        "bestuur",
        "vrijwilliger",
        "beroepskracht",
        "vrijwilliger",
        "contactpersoon",
    ]
    for position, person in enumerate(bench.people):
        role = next(role for role in person.roles if role.organisation is bench.organisation)
        role.kind = kinds[position % len(kinds)]
        if rng.random() < 0.2:
            role.description = rng.choice(DESCRIPTIONS)
        if rng.random() < 0.6:
            role.since_on = a_day(rng, date(2016, 1, 1), date(2026, 6, 1))
