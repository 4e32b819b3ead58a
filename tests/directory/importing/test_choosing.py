"""A doubt is decided once: the report is made anew with the choice, applying does that, and nobody is asked again."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import Report, import_file
from mailer.directory.importing.choices.choosing import open_questions
from mailer.directory.importing.choices.decisions import Decision, Decisions
from mailer.directory.models import (
    ImportRow,
    Mailbox,
    NotDuplicate,
    Organisation,
    OrganisationAlias,
    Person,
    RowOutcome,
)
from mailer.foundation.errors import BadInput
from tests.directory.importing.lists import organisation, organisations, people, person
from tests.factories import an_organisation


def read(session: Session, data: bytes, now: datetime, **chosen: Decision) -> Report:
    """Try the list and then apply it; what ``row2=`` chooses is the choice for row 2."""
    decisions = Decisions({("", int(name.removeprefix("row"))): one for name, one in chosen.items()})
    tried = import_file(session, data, file_name="l.csv", now=now, apply=False, decisions=decisions)
    applied = import_file(session, data, file_name="l.csv", now=now, apply=True, decisions=decisions)
    assert [row.gist for row in tried.rows] == [row.gist for row in applied.rows]
    return applied


def outcomes(report: Report) -> list[RowOutcome]:
    return [row.outcome for row in report.rows]


def test_the_same_one_takes_what_was_chosen_field_by_field(session: Session, now: datetime) -> None:
    known = an_organisation(session, "Buurttuin De Voeg", phone="+31100001111")
    known.website = "https://devoeg.example.org"
    data = organisations(
        organisation("Buurttuin De Voegg", telefoon="010-000 2222", website="www.nieuw.example.org", straat="Stoep 1")
    )
    fields = {"Naam organisatie": "ours", "Telefoon": "theirs", "Website": "ours"}

    report = read(session, data, now, row2=Decision("same", {"organisation": known.id}, fields))

    assert outcomes(report) == [RowOutcome.CHANGED]
    assert (known.name, known.phone, known.street) == ("Buurttuin De Voeg", "+31100002222", "Stoep 1")
    assert known.website == "https://devoeg.example.org"
    # Its other name is known from now on, so a changed row finds it by itself.
    again = read(session, organisations(organisation("Buurttuin De Voegg", telefoon="010-000 3333")), now)
    assert outcomes(again) == [RowOutcome.CHANGED]
    assert session.scalars(select(OrganisationAlias.name)).all() == ["Buurttuin De Voegg"]


def test_a_new_one_is_remembered_as_no_duplicate(session: Session, now: datetime) -> None:
    known = an_organisation(session, "Buurttuin De Voeg")
    data = organisations(organisation("Buurttuin De Voegg"))
    assert outcomes(read(session, data, now)) == [RowOutcome.DOUBTFUL]

    report = read(session, data, now, row2=Decision("new", {"organisation": known.id}))

    assert outcomes(report) == [RowOutcome.NEW]
    made = session.scalars(select(Organisation).where(Organisation.name == "Buurttuin De Voegg")).one()
    pair = session.scalars(select(NotDuplicate)).one()
    assert (pair.organisation_id, pair.other_organisation_id) == (known.id, made.id)
    assert outcomes(read(session, data, now)) == [RowOutcome.SAME]


def test_what_is_left_out_is_not_asked_again(session: Session, now: datetime) -> None:
    an_organisation(session, "Buurttuin De Voeg")
    data = organisations(organisation("Buurttuin De Voegg"))

    report = read(session, data, now, row2=Decision("left-out"))
    again = read(session, data, now)

    for one in (report, again):
        assert outcomes(one) == [RowOutcome.REJECTED]
        assert [problem.code for problem in one.rows[0].problems] == ["left-out"]


def test_how_a_cell_is_read_is_not_asked_again_after_applying(session: Session, now: datetime) -> None:
    data = organisations(organisation("Koor De Stoep", mail="koor@gmial.com"))
    chosen = Decision(cells={"E-mail": "koor@gmail.com"}, as_typed=frozenset({"E-mail"}))
    assert outcomes(read(session, data, now, row2=chosen)) == [RowOutcome.NEW]

    assert outcomes(read(session, data, now)) == [RowOutcome.SAME]


def test_a_candidate_that_is_gone_is_asked_about_anew(session: Session, now: datetime) -> None:
    an_organisation(session, "Buurttuin De Voeg")

    report = read(
        session, organisations(organisation("Buurttuin De Voegg")), now, row2=Decision("same", {"organisation": 77})
    )

    assert outcomes(report) == [RowOutcome.DOUBTFUL]


def test_the_candidate_may_be_another_row_of_the_list(session: Session, now: datetime) -> None:
    data = organisations(organisation("Buurttuin De Voeg"), organisation("Buurttuin De Voegg", telefoon="010-000 2222"))

    report = read(session, data, now, row3=Decision("same", {"row": 2}, {"Naam organisatie": "ours"}))

    assert outcomes(report) == [RowOutcome.NEW, RowOutcome.CHANGED]
    assert session.scalars(select(Organisation.phone)).one() == "+31100002222"


@pytest.mark.parametrize(
    ("decision", "name"),
    [
        (Decision(cells={"Naam organisatie": "Café 't Hoekje"}), "Café 't Hoekje"),
        (Decision(as_typed=frozenset({"Naam organisatie"})), "CafÃ© 't Hoekje"),
    ],
)
def test_broken_accents_are_mended_or_left(session: Session, now: datetime, decision: Decision, name: str) -> None:
    data = organisations(organisation("CafÃ© 't Hoekje"), encoding="utf-8-sig")
    tried = import_file(session, data, file_name="l.csv", now=now, apply=False)
    assert tried.rows[0].problems[0].proposals == ("Café 't Hoekje",)

    report = read(session, data, now, row2=decision)

    assert outcomes(report) == [RowOutcome.NEW]
    assert session.scalars(select(Organisation.name)).one() == name
    assert report.rows[0].cells["Naam organisatie"] == "CafÃ© 't Hoekje"


@pytest.mark.parametrize(
    ("decision", "addresses"),
    [
        (Decision(cells={"E-mail werk": "a@x.test; jan@gmail.com"}), ["a@x.test", "jan@gmail.com"]),
        (Decision(as_typed=frozenset({"E-mail werk"})), ["a@x.test", "jan@gmial.com"]),
    ],
)
def test_a_mistyped_address_is_mended_or_taken_as_it_is(
    session: Session, now: datetime, decision: Decision, addresses: list[str]
) -> None:
    data = people(person("Jan", "Jansen", werk="a@x.test; jan@gmial.com"))
    data = data.replace(b";a@x.test; jan@gmial.com;", b';"a@x.test; jan@gmial.com";')
    tried = import_file(session, data, file_name="l.csv", now=now, apply=False)
    assert tried.rows[0].problems[0].proposals == ("a@x.test; jan@gmail.com",)

    report = read(session, data, now, row2=decision)

    assert outcomes(report) == [RowOutcome.NEW]
    assert session.scalars(select(Mailbox.address).order_by(Mailbox.address)).all() == addresses


@pytest.mark.parametrize(
    ("chosen", "names"),
    [("Eten; Drinken", ["Drinken", "Eten"]), ("Eten, Drinken", ["Eten, Drinken"])],
)
def test_one_organisation_or_two_is_chosen(session: Session, now: datetime, chosen: str, names: list[str]) -> None:
    data = people(person("Jan", "Jansen", werk="a@x.test", organisatie="Eten, Drinken"))
    column = "Organisatie(s)"
    tried = import_file(session, data, file_name="l.csv", now=now, apply=False)
    assert tried.rows[0].problems[0].proposals == ("Eten; Drinken", "Eten, Drinken")

    read(session, data, now, row2=Decision(cells={column: chosen}, as_typed=frozenset({column})))

    assert session.scalars(select(Organisation.name).order_by(Organisation.name)).all() == names


def test_a_row_that_says_otherwise_than_one_above_may_win(session: Session, now: datetime) -> None:
    data = organisations(
        organisation("De Voeg", telefoon="010-000 1111"), organisation("De Voeg", telefoon="010-000 2222")
    )
    assert outcomes(import_file(session, data, file_name="l.csv", now=now, apply=False))[1] is RowOutcome.DOUBTFUL

    read(session, data, now, row3=Decision(fields={"Telefoon": "theirs"}))

    assert session.scalars(select(Organisation.phone)).one() == "+31100002222"


def test_somebody_of_the_same_name_is_chosen(session: Session, now: datetime) -> None:
    first = people(person("Jan", "Jansen", werk="jan@a.test", organisatie="De Voeg"))
    second = people(person("Jan", "Jansen", werk="jan@b.test", organisatie="De Voeg"))
    read(session, first, now)
    known = session.scalars(select(Person)).one()
    assert outcomes(import_file(session, second, file_name="l.csv", now=now, apply=False)) == [RowOutcome.DOUBTFUL]

    report = read(session, second, now, row2=Decision("same", {"person": known.id}))

    assert outcomes(report) == [RowOutcome.CHANGED]
    assert session.scalars(select(Person)).all() == [known]
    assert len(session.scalars(select(Mailbox)).all()) == 2


def test_choices_are_kept_with_the_row(session: Session, now: datetime) -> None:
    known = an_organisation(session, "Buurttuin De Voeg")
    decision = Decision("new", {"organisation": known.id})

    read(session, organisations(organisation("Buurttuin De Voegg"), organisation("Koor")), now, row2=decision)

    kept = session.execute(select(ImportRow.decision, ImportRow.decided_at).order_by(ImportRow.number)).all()
    assert [tuple(row) for row in kept] == [(decision.as_json(), now), ({}, None)]


def test_open_questions_can_be_filled_in_as_a_file(session: Session, now: datetime) -> None:
    known = an_organisation(session, "Buurttuin De Voeg")
    data = organisations(organisation("Buurttuin De Voegg"), organisation("Koor De Stoep"))
    tried = import_file(session, data, file_name="l.csv", now=now, apply=False)

    asked = open_questions(tried.rows)

    assert [(one["row"], one["candidate"]) for one in asked["rows"]] == [(2, {"organisation": known.id})]
    assert Decisions.from_json(asked).rows == {("", 2): Decision(candidate={"organisation": known.id})}
    asked["rows"][0]["who"] = "perhaps"
    with pytest.raises(BadInput, match="keuzes"):
        Decisions.from_json(asked)
