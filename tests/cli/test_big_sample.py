"""A big sample: stamped out of districts, with exact numbers, and nothing shared between two districts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.cli.sample import create_sample
from mailer.directory.models import (
    Mailbox,
    NetworkMembership,
    Organisation,
    OrganisationTheme,
    Person,
    PersonTheme,
    Role,
)
from mailer.directory.sample.districts.dividing import LARGE, divide
from mailer.directory.sample.districts.stamping import own_address
from mailer.foundation.addresses import address_hash, parse_address
from mailer.foundation.database import Database, settings_of
from mailer.subscriptions.models import Consent, Subscription, Suppression
from tests.factories import a_person

DISTRICTS = LARGE // 1000


def _count(session: Session, kind: type[Any], *conditions: Any) -> int:
    return session.scalars(select(func.count()).select_from(kind).where(*conditions)).one()


def test_a_big_sample_has_three_links_for_each_person(session: Session) -> None:
    create_sample(session, people=LARGE)

    assert [_count(session, kind) for kind in (Organisation, Person)] == [LARGE // 4, LARGE]
    links = [_count(session, kind) for kind in (Role, OrganisationTheme, PersonTheme, NetworkMembership)]
    assert sum(links) == 3 * LARGE
    former = _count(session, Role, Role.until_on.is_not(None))
    assert former == LARGE * 35 // 100
    assert _count(session, Consent) > LARGE // 2 < _count(session, Subscription)


def test_every_address_of_a_big_sample_is_known_by_its_own_hash(session: Session) -> None:
    create_sample(session, people=LARGE)
    mailboxes = session.scalars(select(Mailbox)).all()

    secret = settings_of(session).secret
    for mailbox in mailboxes[:: len(mailboxes) // 200]:
        parsed = parse_address(mailbox.address)
        assert (parsed.key, parsed.domain) == (mailbox.address_key, mailbox.domain)
        assert address_hash(parsed.key, secret=secret) == mailbox.address_hash
    bounced = [mailbox for mailbox in mailboxes if mailbox.domain == "bounce.test"]
    suppressed = set(session.scalars(select(Suppression.address_hash)))
    assert len(bounced) >= DISTRICTS
    assert {mailbox.address_hash for mailbox in bounced} <= suppressed


def test_after_a_big_sample_the_next_person_gets_the_next_id(session: Session) -> None:
    create_sample(session, people=LARGE)

    assert a_person(session, "Iemand").id == LARGE + 1


def test_the_same_seed_makes_the_same_big_sample(make_database: Callable[..., Database]) -> None:
    found = []
    for seed in (7, 7, 8):
        database = make_database()
        with database.transaction() as session:
            create_sample(session, seed=seed, people=LARGE, organisations=1_000)
            rows = [session.execute(select(kind.__table__)).all() for kind in (Organisation, Person, Mailbox)]
            rows.append(session.execute(select(Role.person_id, Role.organisation_id, Role.until_on)).all())
            rows.append(session.execute(select(Consent.mailbox_id, Consent.basis, Consent.given_on)).all())
            found.append([sorted(map(str, each)) for each in rows])

    assert found[0] == found[1]
    assert found[0] != found[2]


def test_districts_add_up_to_what_was_asked() -> None:
    districts = list(divide(organisations=2_501, people=10_007))

    assert sum(district.pattern.people for district in districts) == 10_007
    assert sum(district.pattern.organisations for district in districts) == 2_501


def test_each_district_has_addresses_of_its_own() -> None:
    assert own_address("info@devoeg.example.org", 0) == "info@devoeg.example.org"
    assert own_address("info@devoeg.example.org", 17) == "info@devoeg-17.example.org"
    assert own_address("noor@post.example.net", 17) == "noor_17@post.example.net"
    assert own_address("noor.3@bounce.test", 17) == "noor.3_17@bounce.test"
