"""A long list is let go of portion by portion; what a row says of an earlier portion is as if it were not."""

from __future__ import annotations

import gc
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.state import InstanceState

from mailer.directory.importing import Report, import_file
from mailer.directory.importing.lists.files import everybody_wants, settle_file
from mailer.directory.importing.settling import portions
from mailer.directory.importing.settling.listed import Listed
from mailer.directory.models import Mailbox, MailboxKind, PersonMailbox
from mailer.foundation.errors import BadInput
from mailer.wire.sheets import Table, write_xlsx
from tests.directory.importing.lists import organisation, organisations, people, person

SHARED = "balie@devoeg.example.org"


def _bring(session: Session, data: bytes, now: datetime) -> Report:
    return import_file(session, data, file_name="lijst.csv", now=now, apply=True)


def _told(report: Report) -> list[tuple[str, list[str]]]:
    return [(row.outcome.value, [problem.message for problem in row.problems]) for row in report.rows]


@pytest.fixture(params=[1, 500])
def rows_a_portion(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(portions, "ROWS", request.param)
    return int(request.param)


@pytest.mark.usefixtures("rows_a_portion")
def test_a_mailbox_of_an_earlier_portion_is_shared(session: Session, now: datetime) -> None:
    _bring(session, organisations(organisation("Koor De Stoep", mail=SHARED)), now)
    report = _bring(
        session,
        people(
            person("Noor", family="Klinker", werk="noor@post.example.org"),
            person("Joost", family="Dorpel", werk="noor@post.example.org"),
            person("Samira", family="Voeg", werk=SHARED),
        ),
        now,
    )

    assert [outcome for outcome, _messages in _told(report)] == ["new", "new", "new"]
    assert "Gedeeld postvak: noor@post.example.org is ook van Noor Klinker." in _told(report)[1][1]
    readers = select(PersonMailbox).join(Mailbox).order_by(PersonMailbox.person_id)
    assert [use.person.given_name for use in session.scalars(readers.where(Mailbox.address == SHARED))] == ["Samira"]
    noors = session.scalars(readers.where(Mailbox.address == "noor@post.example.org"))
    assert [use.person.given_name for use in noors] == ["Noor", "Joost"]


@pytest.mark.usefixtures("rows_a_portion")
def test_a_known_mailbox_of_nobody_becomes_somebodys_own(session: Session, now: datetime) -> None:
    typed = "noor@post.example.org"
    _bring(session, f"Postvak;Soort postvak\r\n{typed};onbekend".encode(), now)
    header = "Voornaam;Achternaam;E-mail privé"
    _bring(session, f"{header}\r\nJoost;Dorpel;j@post.example.org\r\nNoor;Klinker;{typed}".encode("cp1252"), now)

    mailbox = session.scalars(select(Mailbox).where(Mailbox.address == typed)).one()
    assert mailbox.kind is MailboxKind.PERSONAL


def test_python_sweeps_by_itself_again_after_a_list_also_one_that_fails(session: Session, now: datetime) -> None:
    _bring(session, organisations(organisation("Koor De Stoep")), now)
    assert gc.isenabled()

    with pytest.raises(BadInput):
        _bring(session, b"zomaar;wat", now)
    assert gc.isenabled()


def test_a_long_list_keeps_no_row_in_hand(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "ROWS", 20)
    in_hand: list[int] = []

    def look(_settled: int, _total: int) -> None:
        # What SQLAlchemy keeps beside a row counts as much as the row.
        in_hand.append(sum(isinstance(each, InstanceState) for each in gc.get_objects()))

    rows = [organisation(f"Koor {number}", mail=f"koor{number}@example.org", themas="sport") for number in range(200)]
    settle_file(session, Listed(organisations(*rows), "l.csv"), now=now, is_wanted=everybody_wants, told=look)

    assert len(in_hand) == 1 + 200 // 20
    assert max(in_hand) - in_hand[0] < 20


def test_somebody_whom_the_same_workbook_names_as_contact_is_asked_about(session: Session, now: datetime) -> None:
    contacts = Table("Organisaties", ("Naam organisatie", "Contactpersoon"), (("Koor De Stoep", "Samira Klinker"),))
    person_row = ("S.", "Klinker", "samira@post.example.org", "Koor De Stoep")
    listed = Table("Mensen", ("Voornaam", "Achternaam", "E-mail", "Organisatie"), (person_row,))

    report = _bring(session, write_xlsx([contacts, listed]), now)

    assert [row.outcome.value for row in report.rows] == ["new", "doubtful"]
    assert report.rows[1].problems[0].candidate == {"row": 2}
