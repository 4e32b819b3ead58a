"""A recorded deed can be taken back: each row as it was, but for what others changed or used since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationTheme,
    Person,
    PersonMailbox,
    Role,
)
from mailer.foundation.database import Base, Database
from mailer.foundation.journal import (
    BOOK,
    KEPT_DAYS,
    RecordedDeed,
    RowChange,
    Why,
    erase,
    foresee,
    later_deeds,
    makers_of,
    recording,
    sweep_journal,
    take_back,
    watching,
)
from mailer.staff.logbook import note
from mailer.staff.models import LogbookEntry
from tests.factories import a_mailbox, a_network, a_person, a_theme, an_organisation

DEED = "test:1"


def a_dump(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is no book, in the order of its key."""
    session.flush()
    return {
        table.name: [tuple(row) for row in session.connection().execute(select(table).order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
        if table.info != BOOK
    }


def test_everything_a_deed_wrote_is_put_back_exactly(session: Session, now: datetime) -> None:
    kept, goes = an_organisation(session, name="De Voeg"), an_organisation(session, name="De Naad")
    goes.aliases.append(OrganisationAlias(name="Naad", name_key="naad"))
    goes.themes.append(OrganisationTheme(theme=a_theme(session, "groen"), is_primary=True))
    somebody = a_person(session)
    session.add(PersonMailbox(person=somebody, mailbox=a_mailbox(session), position=3))
    session.flush()
    before = a_dump(session)

    with recording(session, deed=DEED, now=now):
        kept.name, kept.changed_at, kept.stopped_on = "De Voeg in Spangen", now, date(2026, 1, 31)
        session.flush()
        kept.name, kept.kind = "De Voeg", None
        mailbox = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
        session.add(OrganisationMailbox(organisation=kept, mailbox=mailbox))
        new = an_organisation(session, name="Het Cement")
        new.memberships.append(NetworkMembership(network=a_network(session), joined_on=date(2026, 2, 1)))
        somebody.roles.append(Role(organisation=new, is_contact=True))
        session.delete(goes)
        session.execute(update(PersonMailbox).where(PersonMailbox.position == 3).values(is_addressed=False))
    assert a_dump(session) != before
    taken = take_back(session, deed=DEED, now=now)

    assert a_dump(session) == before
    assert taken.kept == ()
    assert (taken.removed, taken.restored, taken.revived) == (7, 2, 3)


def test_foreseeing_tells_the_same_and_changes_nothing(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    with recording(session, deed=DEED, now=now):
        organisation.website = "https://devoeg.example.org"
        an_organisation(session)
    after = a_dump(session)

    foreseen = foresee(session, deed=DEED)

    assert a_dump(session) == after
    assert foreseen == take_back(session, deed=DEED, now=now)


def test_a_value_changed_since_stays_and_is_named(session: Session, now: datetime) -> None:
    organisation = an_organisation(session)
    with recording(session, deed=DEED, now=now):
        organisation.street, organisation.city = "Voegstraat 12", "Rotterdam"
    organisation.street = "Voegstraat 14"

    taken = take_back(session, deed=DEED, now=now)

    assert (organisation.street, organisation.city) == ("Voegstraat 14", "")
    (kept,) = taken.kept
    assert (kept.table, kept.key, kept.why) == ("organisation", (organisation.id,), Why.CHANGED)
    assert kept.columns == {"street": "Voegstraat 14"}


def test_a_new_row_that_was_changed_since_stays_with_what_belongs_to_it(session: Session, now: datetime) -> None:
    with recording(session, deed=DEED, now=now):
        changed, untouched = an_organisation(session), an_organisation(session)
        mailbox, other = a_mailbox(session, basis=None), a_mailbox(session, basis=None)
        changed.themes.append(OrganisationTheme(theme=a_theme(session)))
        session.add(OrganisationMailbox(organisation=changed, mailbox=mailbox))
        session.add(OrganisationMailbox(organisation=untouched, mailbox=other))
    changed.note = "Belt liever."

    taken = take_back(session, deed=DEED, now=now)

    assert session.scalars(select(Organisation)).all() == [changed]
    assert session.scalars(select(Mailbox.id)).all() == [mailbox.id]
    assert len(changed.themes) == 1
    assert {(kept.table, kept.why) for kept in taken.kept} >= {
        ("organisation", Why.CHANGED),
        ("organisation_theme", Why.BELONGS),
        ("mailbox", Why.BELONGS),
    }


def test_a_new_row_that_others_use_by_now_stays(session: Session, now: datetime) -> None:
    with recording(session, deed=DEED, now=now):
        organisation = an_organisation(session)
    somebody = a_person(session)
    with recording(session, deed="test:2", now=now):
        role = Role(person=somebody, organisation=organisation)
        session.add(role)

    taken = take_back(session, deed=DEED, now=now)

    assert session.get(Organisation, organisation.id) is organisation
    (kept,) = taken.kept
    assert (kept.why, kept.used_by) == (Why.USED, {"role": ((role.id,),)})
    assert [deed.name for deed in makers_of(session, [("role", (role.id,))])] == ["test:2"]
    assert taken.removed == 0


def test_what_was_moved_to_a_new_row_moves_back_and_does_not_hold_it(session: Session, now: datetime) -> None:
    former = an_organisation(session)
    role = Role(person=a_person(session), organisation=former)
    session.add(role)
    session.flush()
    with recording(session, deed=DEED, now=now):
        new = an_organisation(session)
        role.organisation = new
    new_id = new.id

    taken = take_back(session, deed=DEED, now=now)

    assert taken.kept == ()
    assert role.organisation_id == former.id
    assert session.scalar(select(Organisation.id).where(Organisation.id == new_id)) is None


def test_rows_that_the_database_takes_along_come_back(session: Session, now: datetime) -> None:
    organisation, mailbox = an_organisation(session), a_mailbox(session)
    session.add(OrganisationMailbox(organisation=organisation, mailbox=mailbox))
    session.flush()
    before = a_dump(session)

    with recording(session, deed=DEED, now=now):
        session.execute(delete(Organisation).where(Organisation.id == organisation.id))
    assert a_dump(session)["organisation_mailbox"] == []
    take_back(session, deed=DEED, now=now)

    assert a_dump(session) == before


def test_a_row_comes_back_only_where_its_place_is_free(session: Session, now: datetime) -> None:
    goes = an_organisation(session, name="De Voeg")
    slug = goes.slug
    with recording(session, deed=DEED, now=now):
        session.delete(goes)
    an_organisation(session, name="Een andere").slug = slug

    taken = take_back(session, deed=DEED, now=now)

    assert [(kept.table, kept.why) for kept in taken.kept] == [("organisation", Why.TAKEN)]
    assert session.scalars(select(Organisation.name)).all() == ["Een andere"]


def test_a_value_that_was_never_loaded_is_asked_first(session: Session, now: datetime) -> None:
    organisation = an_organisation(session, name="De Voeg")
    session.expire(organisation)
    with recording(session, deed=DEED, now=now):
        organisation.name = "De Naad"

    take_back(session, deed=DEED, now=now)

    assert organisation.name == "De Voeg"


def test_rows_that_the_session_does_not_see_are_watched(session: Session, now: datetime) -> None:
    organisation, theme = an_organisation(session), a_theme(session)
    before = a_dump(session)
    own = OrganisationTheme.organisation_id == organisation.id
    values = {"organisation_id": organisation.id, "theme_id": theme.id, "is_primary": False}
    with recording(session, deed=DEED, now=now):
        with pytest.raises(TypeError, match="organisation_theme"):
            session.execute(insert(OrganisationTheme), [values])
        with watching(session, OrganisationTheme, own):
            session.execute(insert(OrganisationTheme), [values])
        with watching(session, Organisation, Organisation.id == organisation.id):
            session.connection().execute(text("UPDATE organisation SET city = 'Schiedam'"))

    take_back(session, deed=DEED, now=now)

    assert a_dump(session) == before


def test_books_are_not_taken_back_and_hold_nothing(session: Session, now: datetime) -> None:
    with recording(session, deed=DEED, now=now):
        organisation = an_organisation(session)
        note(session, None, "organisation-added", organisation, now=now)

    taken = take_back(session, deed=DEED, now=now)

    assert taken.removed == 1
    assert len(session.scalars(select(LogbookEntry)).all()) == 1


def test_a_deed_is_taken_back_once(session: Session, now: datetime) -> None:
    with recording(session, deed=DEED, now=now):
        an_organisation(session)
    take_back(session, deed=DEED, now=now)

    with pytest.raises(LookupError):
        take_back(session, deed=DEED, now=now)
    with pytest.raises(LookupError):
        foresee(session, deed="test:2")
    with pytest.raises(ValueError, match="taken back"), recording(session, deed=DEED, now=now):
        pass


def test_a_later_deed_on_the_same_row_is_known(session: Session, now: datetime) -> None:
    one, other = an_organisation(session), an_organisation(session)
    for deed, changed in (("a", one), ("b", other), ("c", one)):
        with recording(session, deed=deed, now=now):
            changed.city = f"Stad {deed}"

    assert [deed.name for deed in later_deeds(session, "a")] == ["c"]
    assert later_deeds(session, "b") == []
    take_back(session, deed="c", now=now)
    assert later_deeds(session, "a") == []


def test_nothing_is_recorded_of_what_was_rolled_back(session: Session, now: datetime) -> None:
    with session.begin_nested() as trial:
        with recording(session, deed=DEED, now=now):
            an_organisation(session)
        trial.rollback()

    assert session.scalars(select(RowChange)).all() == []


def test_after_thirty_days_a_deed_is_swept(session: Session, now: datetime) -> None:
    with recording(session, deed="old", now=now - timedelta(days=KEPT_DAYS, seconds=1)):
        an_organisation(session)
    with recording(session, deed="new", now=now):
        an_organisation(session)

    assert sweep_journal(session, now=now) == 1
    assert session.scalars(select(RecordedDeed.name)).all() == ["new"]
    assert len(session.scalars(select(RowChange)).all()) == 1


def test_the_changes_of_one_row_can_be_erased(session: Session, now: datetime) -> None:
    with recording(session, deed=DEED, now=now):
        somebody, _other = a_person(session), a_person(session)

    assert erase(session, "person", [(somebody.id,)]) == 1
    assert len(session.scalars(select(RowChange)).all()) == 1


def test_a_deed_survives_the_end_of_its_transaction(make_database: Callable[..., Database]) -> None:
    database, moment = make_database(), datetime(2026, 11, 3, 9, tzinfo=UTC)
    with database.transaction() as session:
        an_organisation(session, name="De Voeg")
    with database.transaction() as session, recording(session, deed=DEED, now=moment):
        session.scalars(select(Organisation)).one().name = "De Naad"
        session.add(Person(given_name="Samira", added_at=moment, changed_at=moment))

    with database.transaction(writes=False) as session:
        assert foresee(session, deed=DEED).removed == 1
    with database.transaction() as session:
        take_back(session, deed=DEED, now=moment)

    with database.transaction(writes=False) as session:
        assert session.scalars(select(Organisation.name)).one() == "De Voeg"
        assert session.scalars(select(Person)).all() == []
