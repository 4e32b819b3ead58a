"""What a district has more than the small sample: former roles and memberships, and what people care about.

Together with what is there already that makes exactly three roles, themes and memberships for every person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from mailer.directory.sample.dice import a_day, apportion, some
from mailer.directory.sample.networks import NETWORKS
from mailer.directory.sample.organisations import THEMES
from mailer.directory.sample.sketch import Sample, SampleMembership, SampleOrganisation, SamplePerson

LINKS_PER_PERSON = 3
# Of 100 people, who did something before that they no longer do; of 100 organisations, who left a network.
FORMER_ROLES = {True: 35, False: 65}
FORMER_MEMBERSHIPS = {True: 60, False: 40}
FIRST, LAST = date(2012, 1, 1), date(2024, 12, 31)


@dataclass(frozen=True)
class FormerRole:
    person: int
    organisation: int
    kind: str
    since_on: date
    until_on: date


@dataclass
class History:
    """By the place of people and organisations in their district."""

    roles: list[FormerRole] = field(default_factory=list)
    memberships: list[tuple[int, SampleMembership]] = field(default_factory=list)
    interests: list[tuple[int, str]] = field(default_factory=list)


def imagine_history(rng: Random, sample: Sample) -> History:
    """Return what was, and what people care about, for a district of at least a few organisations."""
    history = History()
    people, organisations = range(len(sample.people)), range(len(sample.organisations))
    for person in some(rng, list(people), apportion(len(people), FORMER_ROLES)[True]):
        since, until = _period(rng)
        kind = rng.choice(["vrijwilliger", "vrijwilliger", "bestuur", "beroepskracht", "coordinator"])
        history.roles.append(FormerRole(person, rng.choice(organisations), kind, since, until))
    for place in some(rng, list(organisations), apportion(len(organisations), FORMER_MEMBERSHIPS)[True]):
        since, until = _period(rng)
        history.memberships.append((place, SampleMembership(rng.choice(NETWORKS).slug, since, until)))
    history.interests = _interests(rng, sample, LINKS_PER_PERSON * len(people) - _links(sample, history))
    return history


def _period(rng: Random) -> tuple[date, date]:
    since = a_day(rng, FIRST, LAST)
    return since, since + timedelta(days=rng.randint(30, 680))


def _links(sample: Sample, history: History) -> int:
    """The roles, themes and memberships there are already."""
    of_people = sum(len(person.roles) + len(person.themes) for person in sample.people)
    of_organisations = sum(len(found.themes) + len(found.memberships) for found in sample.organisations)
    return of_people + of_organisations + len(history.roles) + len(history.memberships)


def _interests(rng: Random, sample: Sample, count: int) -> list[tuple[int, str]]:
    """People with a role care most about the themes of their own organisation."""
    free = [(place, theme) for place, person in enumerate(sample.people) for theme in _themes_to_choose(rng, person)]
    return some(rng, free, max(count, 0))


def _themes_to_choose(rng: Random, person: SamplePerson) -> list[str]:
    own = [theme for role in person.roles for theme in _two(role.organisation)]
    wanted = dict.fromkeys([*own, *rng.sample(THEMES, 3)])
    return [theme for theme in wanted if theme not in person.themes]


def _two(organisation: SampleOrganisation) -> list[str]:
    return organisation.themes[:2]
