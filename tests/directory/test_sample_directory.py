"""The sample is what its tables say, the same for the same seed, and nobody in it exists."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest

from mailer.directory.sample.dice import apportion
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.networks import NETWORKS
from mailer.directory.sample.organisation_names import LONG_NAME, TRAPS
from mailer.directory.sample.organisations import KINDS, TABLE, THEMES
from mailer.directory.sample.people import CHANNELS, LANGUAGES
from mailer.directory.sample.sketch import SAMPLE_DAY, Mail, Reach, Sample, SampleOrganisation
from mailer.wire.spelling import fold

# Organisations that do exist in and around Delfshaven: the sample must not speak for any of them.
REAL_NAMES = [
    "Delfshaven Coöperatie",
    "Delfshaven Lokaal",
    "Delfshaven Helpt",
    "Dakpark Rotterdam",
    "Dakpark",
    "Couleur Locale",
    "WMO Radar",
    "Rabobankfonds",
    "WijkConnect",
    "Veldacademie",
    "Huize Middelland",
    "De Groene Connectie",
    "Team Toekomst",
    "Zorgvrijstaat West",
    "Armoedeplatform Delfshaven",
    "Veerkrachtig BoTu",
    "Havensteder",
    "Huizen van de wijk",
    "Lokaal Budget Delfshaven",
    "Welzijnscoalitie Delfshaven",
]
SEEDS = [2027, 1, 99]


@pytest.fixture(scope="module", params=SEEDS)
def sample(request: pytest.FixtureRequest) -> Sample:
    return imagine(request.param)


def _current(organisation: SampleOrganisation) -> list[str]:
    return [found.network for found in organisation.memberships if found.left_on is None]


def test_the_table_adds_up_to_216() -> None:
    assert {place: sum(row) for place, row in TABLE.items()} == {
        "bospolder": 26,
        "tussendijken": 28,
        "spangen": 28,
        "nieuwe-westen": 34,
        "middelland": 32,
        "delfshaven-buurt": 18,
        "schiemond": 12,
        "oud-mathenesse": 16,
        "witte-dorp": 3,
        "nieuw-mathenesse": 5,
        "heel-delfshaven": 10,
        "buiten-delfshaven": 2,
        "onbekend": 2,
    }
    assert [sum(column) for column in zip(*TABLE.values(), strict=True)] == [54, 26, 24, 26, 28, 18, 16, 10, 10, 4]


def test_organisations_are_spread_as_the_table_says(sample: Sample) -> None:
    found = Counter((organisation.neighbourhood, organisation.theme) for organisation in sample.organisations)

    assert found == {
        (place, theme): n for place, row in TABLE.items() for theme, n in zip(THEMES, row, strict=True) if n
    }
    assert Counter(organisation.kind for organisation in sample.organisations) == KINDS


def test_organisations_work_in_one_two_or_many_neighbourhoods(sample: Sample) -> None:
    areas = [organisation.areas for organisation in sample.organisations]

    whole = [found for found in areas if "heel-delfshaven" in found]
    others = [min(len(found), 3) for found in areas if "heel-delfshaven" not in found]
    assert len(whole) == 11
    assert Counter(others) == {1: 147, 2: 43, 3: 15}
    assert all(len(set(found)) == len(found) for found in areas)


def test_records_are_as_incomplete_as_real_ones(sample: Sample) -> None:
    organisations = sample.organisations
    informal = [found for found in organisations if not found.chamber_number and not found.website]
    streets = [found.street for found in organisations if found.street]

    assert sum(1 for found in organisations if found.website) == 120
    assert len(informal) == 40
    assert {found.kind for found in informal} == {"bewonersinitiatief"}
    assert sum(1 for found in organisations if not found.description) == 44
    assert len(streets) == 216 - 31
    assert sum(1 for street in streets if not re.search(r"\d", street)) == 14
    assert sum(1 for found in organisations if re.fullmatch(r"\d{4}", found.postcode)) == 6


def test_some_organisations_are_new_some_forgotten_some_stopped(sample: Sample) -> None:
    ages = [(SAMPLE_DAY - organisation.added_on).days for organisation in sample.organisations]
    unchecked = [
        organisation
        for organisation in sample.organisations
        if organisation.checked_on and not organisation.stopped_on and (SAMPLE_DAY - organisation.checked_on).days > 548
    ]

    assert sum(1 for age in ages if age <= 60) == 18
    assert len(unchecked) == 22
    assert sum(1 for organisation in sample.organisations if organisation.stopped_on) == 9
    assert sum(1 for organisation in sample.organisations if organisation.aliases) == 3


def test_networks_have_their_members(sample: Sample) -> None:
    members = Counter(network for organisation in sample.organisations for network in _current(organisation))
    numbers = Counter(min(len(_current(organisation)), 2) for organisation in sample.organisations)
    former = [
        organisation
        for organisation in sample.organisations
        if any(found.left_on for found in organisation.memberships)
    ]

    assert members == {network.slug: network.size for network in NETWORKS}
    assert members["welzijnscoalitie"] == 60
    assert numbers == {0: 70, 1: 82, 2: 64}
    assert len(former) == 7
    assert sum(1 for organisation in former if "welzijnscoalitie" in _current(organisation)) == 2


def test_people_are_tied_to_organisations_as_the_tables_say(sample: Sample) -> None:
    people_of = Counter(role.organisation.slug for person in sample.people for role in person.roles)
    sizes = Counter(people_of[organisation.slug] for organisation in sample.organisations)

    assert Counter(len(person.roles) for person in sample.people) == {0: 120, 1: 372, 2: 44, 3: 4}
    assert sum(people_of.values()) == 472
    assert sizes == {0: 18, 1: 58, 2: 64, 3: 42, 4: 22, 5: 4, 6: 4, 7: 4}
    for person in sample.people:
        assert len({role.organisation.slug for role in person.roles}) == len(person.roles)


def test_mailboxes_add_up_to_589(sample: Sample) -> None:
    functional = [address for organisation in sample.organisations for address in organisation.addresses]
    own = [person.address for person in sample.people if person.mail is Mail.OWN]
    households = Counter(person.address for person in sample.people if person.mail is Mail.HOUSEHOLD)
    shared = Counter(person.address for person in sample.people if person.mail is Mail.SHARED)

    assert Counter(found.reach for found in sample.organisations) == {
        Reach.OWN_MAILBOX: 168,
        Reach.PRIVATE_ADDRESS: 36,
        Reach.PHONE_ONLY: 12,
    }
    assert Counter(len(found.addresses) for found in sample.organisations) == {0: 48, 1: 156, 2: 12}
    assert len(own) == len(set(own)) == 402
    assert sorted(households.values()) == [2] * 7
    assert Counter(shared.values()) == {2: 25, 3: 3, 5: 1}
    assert len({*functional, *own, *households}) == 589
    assert shared.keys() <= set(functional)


def test_organisations_without_a_mailbox_are_reached_otherwise(sample: Sample) -> None:
    contacts = {role.organisation.slug: person for person in sample.people for role in person.roles if role.is_contact}
    private = [found for found in sample.organisations if found.reach is Reach.PRIVATE_ADDRESS]

    assert all(contacts[found.slug].mail is Mail.OWN for found in private)
    assert all(found.phone for found in sample.organisations if found.reach is Reach.PHONE_ONLY)


def test_names_of_people_are_as_varied_as_the_tables_say(sample: Sample) -> None:
    people = sample.people
    accented = [
        person
        for person in people
        if any(ord(letter) > 127 and "LATIN" in unicodedata.name(letter, "") for letter in person.full_name)
    ]
    names = Counter(person.full_name for person in people)

    assert sum(1 for person in people if person.particle) == 113
    assert len(accented) == 97
    assert sum(1 for person in people if not person.family_name) == 12
    assert sum(1 for person in people if not person.given_name) == 9
    assert sum(1 for person in people if "-" in person.family_name) == 15
    assert sum(1 for person in people if len(person.full_name) >= 60) == 2
    assert sum(1 for person in people if person.title) == 8
    assert [name for name, n in names.items() if n > 2] == []
    assert sum(1 for n in names.values() if n == 2) == 3


def test_people_speak_and_are_reached_as_the_tables_say(sample: Sample) -> None:
    without_mail = [person for person in sample.people if person.mail is Mail.NONE]

    assert Counter(person.language for person in sample.people) == LANGUAGES
    assert Counter(person.channel for person in sample.people) == CHANNELS
    assert Counter(bool(person.mobile) for person in without_mail) == {True: 48, False: 12}


def test_names_of_organisations_hold_every_trap(sample: Sample) -> None:
    names = Counter(organisation.name for organisation in sample.organisations)

    assert {name for _theme, name in TRAPS} <= set(names)
    assert len(LONG_NAME) == 120
    assert sum(1 for n in names.values() if n == 2) == 2
    assert max(names.values()) == 2
    assert sum(1 for name in names if name.startswith("=")) == 1
    assert sum(1 for name in names if name.isupper()) == 3
    assert names.keys() & {person.full_name for person in sample.people} == {"Gloria Stoeptegel"}
    assert len({organisation.slug for organisation in sample.organisations}) == 216


def test_nobody_in_the_sample_exists(sample: Sample) -> None:
    addresses = [address for found in sample.organisations for address in found.addresses]
    addresses += [person.address for person in sample.people if person.address]
    phones = [found.phone for found in sample.organisations]
    phones += [number for person in sample.people for number in (person.mobile, person.phone)]

    for address in addresses:
        assert re.search(r"(@|\.)example\.(org|com|net)$|\.test$", address), address
    for found in sample.organisations:
        assert not found.website or found.website.endswith(".example.org")
        assert not found.postcode or re.fullmatch(r"30\d\d( Z[XYZ])?", found.postcode)
        assert not found.chamber_number or found.chamber_number.startswith("0000")
    for phone in filter(None, phones):
        assert re.fullmatch(r"\+31100000\d{3}|\+3160000\d{4}", phone), phone


def test_no_organisation_bears_a_real_name(sample: Sample) -> None:
    real = {fold(name) for name in REAL_NAMES}
    names = [fold(name) for found in sample.organisations for name in (found.name, *found.aliases)]
    names += [fold(network.name) for network in NETWORKS]

    assert [name for name in names for known in real if known in name] == []


def test_the_same_seed_is_the_same_sample() -> None:
    assert imagine(2027) == imagine(2027)
    assert imagine(2027) != imagine(2028)


def test_another_size_keeps_the_proportions() -> None:
    big = imagine(2027, organisation_count=432, person_count=1080)

    assert len(big.organisations) == 432
    assert len(big.people) == 1080
    assert sum(len(person.roles) for person in big.people) == 944
    assert Counter(found.reach for found in big.organisations)[Reach.OWN_MAILBOX] == 336


def test_shares_are_exact_when_the_weights_add_up_and_never_lose_one() -> None:
    assert apportion(216, {"a": 168, "b": 48}) == {"a": 168, "b": 48}
    assert sum(apportion(7, {"a": 1, "b": 1, "c": 1}).values()) == 7
    assert apportion(0, {"a": 1}) == {"a": 0}
