"""E-mail addresses, all on reserved domains: an organisation's own, a person's own, a household's.

``*.example.org``, ``.com`` and ``.net`` accept. What a ``.test`` domain does is told by its name, for a mail server
that plays along: ``bounce.test`` refuses for good, ``vol.test`` is full, ``scanner.test`` follows every link.
"""

from __future__ import annotations

from random import Random

from mailer.directory.sample.dice import apportion, some
from mailer.directory.sample.places import domain_label
from mailer.directory.sample.sketch import Mail, Reach, SampleOrganisation, SamplePerson
from mailer.wire.spelling import slug_of

HOMES = ["post.example.net", "mail.example.com", "bericht.example.net", "brief.example.com", "thuis.example.org"]
FUNCTIONS = ["info", "info", "info", "contact", "hallo", "buurt"]
SECOND_FUNCTIONS = ["bestuur", "activiteiten", "vrijwilligers"]
# Of 216 organisations, 12 have a second address of their own.
SECOND = {True: 12, False: 204}
# Of 540 people: no mail 60, a household's address 14 (seven pairs).
WITHOUT_MAIL = {True: 60, False: 480}
HOUSEHOLDS = {True: 7, False: 533}
# Addresses that bounced for good: of 180 functional and of 409 personal ones.
BOUNCED = {"functional": (4, 180), "personal": (9, 409)}
# Live addresses that each make a mail server do something odd; nobody may write to them until staff says why.
ODD_DOMAINS = ["vol.test", "traag.test", "scanner.test", "spam.test", "autoreply.test"]
BOUNCING = "bounce.test"


def choose_mail(rng: Random, people: list[SamplePerson]) -> None:
    """Say who has no mail, and which two share a household's address; all others keep one of their own."""
    free = [person for person in people if person.mail is Mail.OWN and _may_be_without(person)]
    rng.shuffle(free)
    missing = apportion(len(people), WITHOUT_MAIL)[True] - sum(person.mail is Mail.NONE for person in people)
    for person in free[:missing]:
        person.mail = Mail.NONE
    at_home: dict[str, SamplePerson] = {}
    wanted = apportion(len(people), HOUSEHOLDS)[True]
    for person in free[missing:]:
        if not wanted:
            break
        family = person.family_name
        if not family or not person.given_name:
            continue
        partner = at_home.pop(family, None)
        if partner is None or partner.given_name == person.given_name:
            at_home[family] = person
            continue
        partner.mail = person.mail = Mail.HOUSEHOLD
        wanted -= 1


def give_addresses(rng: Random, organisations: list[SampleOrganisation], people: list[SamplePerson]) -> None:
    """Give each its address; every address is used once, but for shared mailboxes and households."""
    used: set[str] = set()
    _of_organisations(rng, organisations, used)
    _of_people(rng, people, used)
    _bounce(rng, organisations, people)


def _may_be_without(person: SamplePerson) -> bool:
    """Who stands for an organisation with its own address cannot leave it unreachable."""
    return all(role.organisation.reach is Reach.OWN_MAILBOX for role in person.roles) and len(person.roles) < 2


def _of_organisations(rng: Random, organisations: list[SampleOrganisation], used: set[str]) -> None:
    own = [found for found in organisations if found.reach is Reach.OWN_MAILBOX]
    with_two = {found.slug for found in some(rng, own, apportion(len(organisations), SECOND)[True])}
    for organisation in own:
        domain = f"{domain_label(organisation)}.example.org"
        local = rng.choice(FUNCTIONS)
        if not organisation.website and rng.random() < 0.5:
            local, domain = domain_label(organisation).replace("-", ""), "mail.example.com"
        organisation.addresses.append(_unused(local, domain, used))
        if organisation.slug in with_two:
            organisation.addresses.append(_unused(rng.choice(SECOND_FUNCTIONS), domain, used))


def _of_people(rng: Random, people: list[SamplePerson], used: set[str]) -> None:
    households: dict[str, str] = {}
    for number, person in enumerate(people, start=1):
        if person.mail is Mail.SHARED:
            person.address = person.roles[0].organisation.addresses[0]
        elif person.mail is Mail.HOUSEHOLD:
            key = person.family_name
            waiting = households.pop(key, "")
            person.address = waiting or _unused(f"familie.{slug_of(key)}", "thuis.example.org", used)
            if not waiting:
                households[key] = person.address
        elif person.mail is Mail.OWN:
            person.address = _unused(_local_part(rng, person, number), _home(rng, person), used)


def _local_part(rng: Random, person: SamplePerson, number: int) -> str:
    given = slug_of(person.given_name).replace("-", "")[:20]
    family = slug_of(f"{person.particle} {person.family_name}").replace("-", "")[:25]
    if not given and not family:
        return f"bewoner{number}"
    if not given or not family:
        return given or family
    return rng.choice([f"{given}.{family}", f"{given}.{family}", f"{given[0]}.{family}", f"{given}{number % 100}"])


def _home(rng: Random, person: SamplePerson) -> str:
    """A paid worker often has an address at the organisation's own domain."""
    if person.roles and person.roles[0].kind in ("beroepskracht", "bestuur"):
        website = person.roles[0].organisation.website
        if website:
            return website.removeprefix("https://www.")
    return rng.choice(HOMES)


def _unused(local: str, domain: str, used: set[str]) -> str:
    address, number = f"{local}@{domain}", 1
    while address in used:
        number += 1
        address = f"{local}{number}@{domain}"
    used.add(address)
    return address


def _bounce(rng: Random, organisations: list[SampleOrganisation], people: list[SamplePerson]) -> None:
    """Move some addresses to domains that do not accept; their local parts carry a number, so none meets another."""
    shared = {person.address for person in people if person.mail is Mail.SHARED}
    firsts = [found for found in organisations if found.addresses and found.addresses[0] not in shared]
    functional = sum(len(found.addresses) for found in organisations)
    for number, organisation in enumerate(some(rng, firsts, apportion(functional, _parts("functional"))[True])):
        organisation.addresses[0] = f"info{number}.{domain_label(organisation)}@{BOUNCING}"
    own = [person for person in people if person.mail is Mail.OWN]
    personal = len(own) + sum(person.mail is Mail.HOUSEHOLD for person in people) // 2
    bouncing = apportion(personal, _parts("personal"))[True]
    moved = some(rng, own, bouncing + len(ODD_DOMAINS))
    for number, person in enumerate(moved):
        domain = BOUNCING if number < bouncing else ODD_DOMAINS[number - bouncing]
        person.address = f"{person.address.partition('@')[0]}.{number}@{domain}"


def _parts(kind: str) -> dict[bool, int]:
    bounced, of_all = BOUNCED[kind]
    return {True: bounced, False: of_all - bounced}
