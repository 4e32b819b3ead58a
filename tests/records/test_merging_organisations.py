"""Two organisations that are one: what follows, what joins, and that it all comes back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.showing.counting import count
from mailer.audiences.why.explaining import explain
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.duplicates import call_two, propose
from mailer.directory.models import (
    ImportBatch,
    ImportRow,
    NetworkMembership,
    Organisation,
    OrganisationMailbox,
    Role,
    RowOutcome,
)
from mailer.directory.provenance import by_hand, sources_of, stamp
from mailer.foundation.errors import BadInput, Conflict, NotFound
from mailer.mailings.models import Mailing
from mailer.records.forwarding import where_now
from mailer.records.merging import LOSE, Choices, merge, unmerge
from mailer.records.merging.following import not_treated
from mailer.records.merging.pointing import columns_pointing_at, name_of
from mailer.records.models import Merge, MergeKind
from tests.factories import (
    A_MOMENT,
    a_mailbox,
    a_mailing,
    a_network,
    a_person,
    an_event,
    an_invitation,
    an_organisation,
)
from tests.records.dumps import difference, dump

LATER = A_MOMENT + timedelta(days=3)


def _merge(session: Session, keep: Organisation, lose: Organisation, **chosen: Any) -> Merge:
    choices = Choices(**chosen)
    return merge(session, MergeKind.ORGANISATION, keep.id, lose.id, choices=choices, now=LATER, by=None)


def test_half_an_address_typed_by_hand_does_not_take_the_street_away(session: Session) -> None:
    keep, lose = an_organisation(session, "Dansgroep De Voeg"), an_organisation(session, "Dansgroep De Vog")
    keep.street, keep.postcode, keep.city = "Stoepkade 18a", "3024 ZX", "Rotterdam"
    lose.postcode, lose.city = "3024 ZX", "Rotterdam"
    stamp(session, lose, ["street", "postcode", "city"], by_hand(None, A_MOMENT))
    session.flush()

    _merge(session, keep, lose)

    assert (keep.street, keep.postcode) == ("Stoepkade 18a", "3024 ZX")


@pytest.mark.parametrize("kind", list(MergeKind))
def test_every_column_that_points_at_such_a_row_has_its_treatment(kind: MergeKind) -> None:
    """A later table cannot be forgotten: say in ``records/merging/following.py`` what happens with it."""
    assert not_treated(kind) == []


def test_every_column_that_points_at_an_invitation_is_known() -> None:
    """Whatever hangs on an invitation or an answer follows in ``invitations``; a new table must be looked at there."""
    known = {"invitation_mailbox.invitation_id", "rsvp.invitation_id", "rsvp_answer.invitation_id", "guest.rsvp_id"}

    pointing = (*columns_pointing_at("invitation"), *columns_pointing_at("rsvp"))

    assert {name_of(column) for column in pointing} == known
    assert [name_of(one) for table in ("role", "network_membership") for one in columns_pointing_at(table)] == []


def test_the_name_of_the_lost_one_becomes_an_alias(session: Session) -> None:
    keep, lose = an_organisation(session, "Buurttuin De Voeg"), an_organisation(session, "Stg. Buurttuin de Voeg")

    _merge(session, keep, lose)

    assert keep.name == "Buurttuin De Voeg"
    assert [alias.name for alias in keep.aliases] == ["Stg. Buurttuin de Voeg"]
    assert session.scalars(select(Organisation)).all() == [keep]


def test_chosen_fields_win_and_the_other_name_is_kept(session: Session) -> None:
    keep = an_organisation(session, "De Voeg", website="https://oud.example.org", phone="+31100000123")
    lose = an_organisation(session, "Buurttuin De Voeg", website="https://devoeg.example.org")

    _merge(session, keep, lose, fields={"name": LOSE, "website": LOSE})

    assert (keep.name, keep.name_key) == ("Buurttuin De Voeg", "buurttuin de voeg")
    assert (keep.website, keep.phone) == ("https://devoeg.example.org", "+31100000123")
    assert [alias.name for alias in keep.aliases] == ["De Voeg"]


def test_a_field_that_only_the_lost_one_had_is_taken_over_with_its_source(session: Session) -> None:
    keep = an_organisation(session, "De Voeg")
    lose = an_organisation(session, "Buurttuin De Voeg", phone="+31100000123")

    _merge(session, keep, lose)

    source = sources_of(session, keep)["phone"]
    assert (keep.phone, source.kind.value, source.note) == ("+31100000123", "merge", "Buurttuin De Voeg")


def test_what_was_typed_by_hand_stays_typed_by_hand_when_it_is_taken_over(session: Session) -> None:
    """Else the next list would overwrite it."""
    keep = an_organisation(session, "De Voeg")
    lose = an_organisation(session, "Buurttuin De Voeg", phone="+31100000123", website="https://devoeg.example.org")
    stamp(session, lose, ["phone"], by_hand(None, A_MOMENT))

    _merge(session, keep, lose)

    kinds = {field: source.kind.value for field, source in sources_of(session, keep).items()}
    assert (kinds["phone"], kinds["website"]) == ("hand", "merge")


def test_what_was_typed_by_hand_is_proposed_above_what_is_newer(session: Session) -> None:
    keep = an_organisation(session, "De Voeg", website="https://hand.example.org")
    lose = an_organisation(session, "Buurttuin De Voeg", website="https://lijst.example.org")
    stamp(session, keep, ["website"], by_hand(None, A_MOMENT))
    lose.changed_at = LATER

    _merge(session, keep, lose)

    assert keep.website == "https://hand.example.org"


def test_a_choice_of_a_field_that_does_not_exist_is_refused(session: Session) -> None:
    keep, lose = an_organisation(session), an_organisation(session)

    with pytest.raises(BadInput, match="Kies voor elk veld"):
        _merge(session, keep, lose, fields={"slug": LOSE})


def test_themes_join_and_one_is_the_first(session: Session) -> None:
    keep = an_organisation(session, themes=["groen", "sport"], areas=["spangen"])
    lose = an_organisation(session, themes=["jeugd", "groen"], areas=["spangen", "bospolder"])

    _merge(session, keep, lose)

    assert {row.theme.slug: row.is_primary for row in keep.themes} == {"groen": True, "sport": False, "jeugd": False}
    assert {row.neighbourhood.slug for row in keep.service_areas} == {"spangen", "bospolder"}


def _member(session: Session, organisation: Organisation, joined: int | None, left: int | None) -> None:
    network = a_network(session)
    days = {"joined_on": date(joined, 1, 1) if joined else None, "left_on": date(left, 1, 1) if left else None}
    session.add(NetworkMembership(organisation_id=organisation.id, network_id=network.id, **days))
    session.flush()


def test_memberships_that_overlap_join_and_gaps_stay(session: Session) -> None:
    keep, lose = an_organisation(session), an_organisation(session)
    _member(session, keep, 2015, 2018)
    _member(session, keep, 2022, None)
    _member(session, lose, 2017, 2019)
    _member(session, lose, 2020, 2022)

    _merge(session, keep, lose)

    spans = sorted((str(row.joined_on), str(row.left_on)) for row in keep.memberships)
    assert spans == [("2015-01-01", "2019-01-01"), ("2020-01-01", "None")]


def test_one_membership_may_close_the_gap_between_two(session: Session) -> None:
    keep, lose = an_organisation(session), an_organisation(session)
    _member(session, keep, 2015, 2018)
    _member(session, keep, 2020, None)
    _member(session, lose, None, 2021)

    _merge(session, keep, lose)

    assert [(row.joined_on, row.left_on) for row in keep.memberships] == [(None, None)]


def test_the_same_person_in_both_has_one_role_and_is_contact_if_either_was(session: Session) -> None:
    keep, lose = an_organisation(session), an_organisation(session)
    samira = a_person(session, of=keep)
    more = {"is_contact": True, "description": "trekker", "since_on": date(2024, 3, 1)}
    session.add(Role(person_id=samira.id, organisation_id=lose.id, **more))
    a_person(session, "Joost", of=lose)

    _merge(session, keep, lose)

    roles = session.scalars(select(Role).where(Role.organisation_id == keep.id).order_by(Role.id)).all()
    assert [(role.person.given_name, role.is_contact, role.description, role.since_on) for role in roles] == [
        ("Samira", True, "trekker", date(2024, 3, 1)),
        ("Joost", False, "", None),
    ]


def test_a_role_with_a_gap_before_it_stays_a_second_one(session: Session) -> None:
    keep, lose = an_organisation(session), an_organisation(session)
    samira = a_person(session)
    session.add(Role(person_id=samira.id, organisation_id=keep.id, until_on=date(2020, 1, 1)))
    session.add(Role(person_id=samira.id, organisation_id=lose.id, since_on=date(2023, 1, 1)))
    session.flush()

    _merge(session, keep, lose)

    assert len(session.scalars(select(Role).where(Role.organisation_id == keep.id)).all()) == 2


def test_mailboxes_of_both_stay_in_order(session: Session) -> None:
    shared = a_mailbox(session, "info@devoeg.example.org")
    keep, lose = an_organisation(session, mailbox=shared), an_organisation(session, mailbox=shared)
    tuin = a_mailbox(session, "tuin@devoeg.example.org")
    session.add(OrganisationMailbox(organisation_id=lose.id, mailbox_id=tuin.id, position=2))
    session.flush()

    _merge(session, keep, lose)

    uses = select(OrganisationMailbox.mailbox_id).order_by(OrganisationMailbox.position)
    assert session.scalars(uses).all() == [shared.id, tuin.id]


def test_notes_of_both_are_kept(session: Session) -> None:
    keep, lose = an_organisation(session, note="Bel na 16.00 uur."), an_organisation(session, note="Sleutel bij Joost.")

    _merge(session, keep, lose)

    assert keep.note == "Bel na 16.00 uur.\n\nSleutel bij Joost."


def test_what_was_called_two_is_remembered_of_the_one_that_stays(session: Session) -> None:
    keep, lose = an_organisation(session, "Koor Halfsteens"), an_organisation(session, "Koor  Halfsteens")
    other = an_organisation(session, "Koor Halfsteens")
    call_two(session, lose, other, now=A_MOMENT, by=None)
    call_two(session, keep, lose, now=A_MOMENT, by=None)

    _merge(session, keep, lose)

    assert propose(session, day=A_MOMENT.date()) == []


def test_rules_that_name_the_lost_one_name_the_one_that_stays(session: Session) -> None:
    keep, lose = an_organisation(session, mailbox="info@a.example.org"), an_organisation(session)
    rule = {"any": [{"organisation": [lose.slug, keep.slug]}, {"none": [{"organisation": lose.slug}]}]}
    segment = Segment(slug="s", name="S", audience={"rule": rule}, created_at=A_MOMENT, changed_at=A_MOMENT)
    session.add(segment)
    mailing = a_mailing(
        session,
        {"type": "organisation", "organisation": lose.slug, "text": "<p>Hallo</p>"},
        audience={"rule": {"organisation": [lose.slug]}, "reach": "everyone"},
    )

    _merge(session, keep, lose)

    assert segment.audience["rule"] == {"any": [{"organisation": [keep.slug]}, {"none": [{"organisation": keep.slug}]}]}
    assert mailing.audience is not None
    assert mailing.audience["rule"] == {"organisation": [keep.slug]}
    assert mailing.blocks[0].fields["organisation"] == keep.slug
    assert count(session, mailing.audience, now=LATER).organisations == 1


def test_afterwards_it_is_one_organisation_and_one_letter(session: Session) -> None:
    keep = an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    lose = an_organisation(session, themes=["groen"], mailbox="tuin@devoeg.example.org")
    audience = {"rule": {"theme": ["groen"]}, "reach": "one_per_organisation"}

    _merge(session, keep, lose)

    counted = count(session, audience, now=LATER)
    assert (counted.organisations, counted.mailable) == (1, 1)


def test_the_explanation_names_the_one_that_stays(session: Session) -> None:
    keep = an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
    lose = an_organisation(session, "Stichting De Voeg", mailbox="tuin@devoeg.example.org")
    audience = {"rule": {"theme": ["groen"]}, "reach": "everyone"}

    _merge(session, keep, lose)

    explained = explain(session, audience, "tuin@devoeg.example.org", now=LATER)
    assert explained.because[0] == "De Voeg doet mee met het thema Groen en duurzaamheid."
    assert "Stichting" not in " ".join(explained.because)
    assert explained.goes_to == ["info@devoeg.example.org"]


def test_old_numbers_lead_to_the_one_that_stays_also_in_a_chain(session: Session) -> None:
    first, second, third = (an_organisation(session, slug=slug) for slug in ("een", "twee", "drie"))
    first_id, second_id = first.id, second.id

    _merge(session, second, first)
    _merge(session, third, second)

    assert where_now(session, "organisation", first_id) == third.id
    assert where_now(session, "organisation", second_id) == third.id
    assert where_now(session, "organisation", third.id) is None


def _full_house(session: Session) -> tuple[Organisation, Organisation]:
    """Two organisations with something in every table that follows."""
    shared = a_mailbox(session, "info@devoeg.example.org")
    keep = an_organisation(
        session, "De Voeg", themes=["groen"], areas=["spangen"], member_of=["groen-lint"], mailbox=shared, note="A"
    )
    lose = an_organisation(
        session,
        "Stichting De Voeg",
        themes=["jeugd", "groen"],
        areas=["bospolder", "spangen"],
        member_of=["groen-lint", "welzijnscoalitie"],
        mailbox=shared,
        phone="+31100000123",
        website="https://devoeg.example.org",
        note="B",
    )
    samira = a_person(session, of=keep, is_contact=True)
    session.add(Role(person_id=samira.id, organisation_id=lose.id, is_contact=True))
    a_person(session, "Joost", of=lose)
    stamp(session, lose, ["phone", "website"], by_hand(None, A_MOMENT))
    for party in (keep, lose):
        an_invitation(session, an_event(session, f"Alleen {party.name}"), party, through=[shared])
    both = an_event(session, "Samen")
    for party in (keep, lose):
        an_invitation(session, both, party, through=[shared])
    mailing = a_mailing(session, audience={"rule": {"organisation": [lose.slug]}, "reach": "everyone"})
    _delivered(session, mailing, shared.id, keep.id, lose.id)
    call_two(session, lose, an_organisation(session, "De Voeg Zuid"), now=A_MOMENT, by=None)
    batch = ImportBatch(file_name="lijst.csv", file_hash="0" * 64, subject="organisations", read_at=A_MOMENT)
    batch.rows = [ImportRow(number=2, outcome=RowOutcome.NEW, organisation_id=lose.id)]
    session.add(batch)
    session.flush()
    return keep, lose


def _delivered(session: Session, mailing: Mailing, mailbox_id: int, *organisation_ids: int) -> None:
    delivery = Delivery(
        mailing_id=mailing.id,
        mailbox_id=mailbox_id,
        address="info@devoeg.example.org",
        state=DeliveryState.ACCEPTED,
        created_at=A_MOMENT,
        settled_at=A_MOMENT,
    )
    session.add(delivery)
    session.flush()
    session.add_all(DeliveryAddressee(delivery_id=delivery.id, organisation_id=one) for one in organisation_ids)
    session.flush()


def test_a_merge_that_is_taken_back_leaves_no_trace(session: Session) -> None:
    keep, lose = _full_house(session)
    before = dump(session)

    merged = _merge(session, keep, lose)
    halfway = dump(session)
    told = unmerge(session, merged.id, now=LATER, by=None)

    assert difference(before, halfway) != {}
    assert difference(before, dump(session)) == {}
    assert told.kept == ()
    assert merged.taken_back_at == LATER


def test_after_the_merge_nothing_points_at_the_lost_one(session: Session) -> None:
    keep, lose = _full_house(session)
    lost_id = lose.id

    _merge(session, keep, lose)

    for column in columns_pointing_at("organisation"):
        assert session.scalars(select(column).where(column == lost_id)).all() == [], name_of(column)


def test_what_was_changed_by_hand_since_stays_and_is_told(session: Session) -> None:
    keep = an_organisation(session, "De Voeg")
    lose = an_organisation(session, "Stichting De Voeg", phone="+31100000123")
    merged = _merge(session, keep, lose)
    keep.phone, keep.city = "+31100000999", "Schiedam"
    session.flush()

    told = unmerge(session, merged.id, now=LATER, by=None)

    revived = session.get_one(Organisation, merged.lost_id)
    assert (keep.phone, keep.city, revived.phone) == ("+31100000999", "Schiedam", "+31100000123")
    assert told.kept == ("Gegevens van de organisatie: 1 is sindsdien veranderd en blijft zoals het nu is.",)


def test_it_cannot_be_taken_back_twice_or_after_thirty_days(session: Session) -> None:
    merged = _merge(session, an_organisation(session), an_organisation(session))
    another = _merge(session, an_organisation(session), an_organisation(session))
    unmerge(session, merged.id, now=LATER, by=None)

    with pytest.raises(Conflict, match="al teruggedraaid"):
        unmerge(session, merged.id, now=LATER, by=None)
    with pytest.raises(Conflict, match="dertig dagen"):
        unmerge(session, another.id, now=LATER + timedelta(days=31), by=None)
    with pytest.raises(NotFound):
        unmerge(session, 999_999, now=LATER, by=None)


def test_the_last_merge_is_taken_back_first(session: Session) -> None:
    first, second, third = an_organisation(session), an_organisation(session), an_organisation(session)
    before = dump(session)
    one = _merge(session, second, first)
    two = _merge(session, third, second)

    with pytest.raises(Conflict, match="eerst terug"):
        unmerge(session, one.id, now=LATER, by=None)
    unmerge(session, two.id, now=LATER, by=None)
    unmerge(session, one.id, now=LATER, by=None)

    assert difference(before, dump(session)) == {}


def test_a_row_is_not_merged_with_itself_or_with_one_that_is_gone(session: Session) -> None:
    keep = an_organisation(session)

    with pytest.raises(BadInput, match="twee keer hetzelfde"):
        merge(session, MergeKind.ORGANISATION, keep.id, keep.id, now=LATER, by=None)
    with pytest.raises(NotFound, match="Iemand anders"):
        merge(session, MergeKind.ORGANISATION, keep.id, 999_999, now=LATER, by=None)
