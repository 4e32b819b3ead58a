"""Imagine the whole sample: plain values, made in a fixed order, every subject with dice of its own."""

from __future__ import annotations

from mailer.directory.sample import mailboxes, networks, organisations, people, roles
from mailer.directory.sample.dice import dice
from mailer.directory.sample.sketch import Sample


def imagine(seed: int, *, organisation_count: int = organisations.SIZE, person_count: int = people.SIZE) -> Sample:
    """Return the sample of this seed; other sizes keep the proportions."""
    parties = organisations.imagine_organisations(dice(seed, "organisations"), organisation_count)
    humans = people.imagine_people(dice(seed, "people"), person_count)
    roles.give_roles(dice(seed, "roles"), parties, humans)
    mailboxes.choose_mail(dice(seed, "mail"), humans)
    roles.choose_contacts(parties, humans)
    mailboxes.give_addresses(dice(seed, "addresses"), parties, humans)
    people.settle_people(dice(seed, "settling"), humans)
    networks.join_networks(dice(seed, "networks"), parties)
    return Sample(parties, humans)
