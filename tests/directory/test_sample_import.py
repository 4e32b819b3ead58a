"""The sample's untidy files go through the import, and every row ends as the table beside them says."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import mailer.subscriptions.importing  # noqa: F401 - so that lists of who left are known
from mailer.directory.importing import Report, import_file
from mailer.directory.models import Mailbox, Organisation, Role
from mailer.directory.provenance import by_hand, saying
from mailer.directory.sample.files.writing import write_files
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.sketch import SampleOrganisation
from mailer.foundation.errors import BadInput
from mailer.subscriptions.models import Consent, Suppression, SuppressionReason
from mailer.subscriptions.suppressing import suppress
from mailer.wire.phones import read_phone

FILES = ["organisaties_voorbeeld_cp1252.csv", "sleutelfiguren_voorbeeld.xlsx"]
MAILCHIMP = [f"mailchimp_{kind}_voorbeeld.csv" for kind in ("subscribed", "unsubscribed", "cleaned")]
SECOND = "organisaties_voorbeeld_utf8bom_v2.csv"
SEED = 2027


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(imagine(SEED), seed=SEED, to=folder)
    return folder


def _import(session: Session, folder: Path, name: str, now: datetime) -> Report:
    return import_file(session, (folder / name).read_bytes(), file_name=name, now=now, apply=True)


def _as_expected(report: Report, folder: Path, name: str) -> list[str]:
    """Every row that ended otherwise than the table says."""
    text = (folder / "verwacht.csv").read_text(encoding="utf-8-sig")
    expected = [row for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["bestand"] == name]
    outcomes = {(row["sheet"], row["row"]): row for row in report.as_json()["outcomes"]}
    assert len(outcomes) == len(expected)
    wrong = []
    for row in expected:
        found = outcomes[row["blad"], int(row["rij"])]
        codes = {problem["code"] for problem in found["problems"]}
        if found["outcome"] != row["uitkomst"] or (row["code"] and row["code"] not in codes):
            wrong.append(f"{name} {row} became {found['outcome']} {codes}")
    return wrong


def test_every_row_ends_as_the_table_says(session: Session, folder: Path, now: datetime) -> None:
    for name in FILES:
        report = _import(session, folder, name, now)

        assert _as_expected(report, folder, name) == []


def test_the_files_of_another_mailing_program_end_as_the_table_says(
    session: Session, folder: Path, now: datetime
) -> None:
    for name in FILES:
        _import(session, folder, name, now)

    for name in MAILCHIMP:
        report = _import(session, folder, name, now)

        assert _as_expected(report, folder, name) == []
    reasons = Counter(session.scalars(select(Suppression.reason)))
    assert reasons == {SuppressionReason.REQUEST: 38, SuppressionReason.HARD_BOUNCE: 13}
    assert session.scalar(select(func.count(Consent.id))) == 0


def test_the_same_list_three_months_later_ends_as_the_table_says(session: Session, folder: Path, now: datetime) -> None:
    for name in FILES:
        _import(session, folder, name, now)
    left = [_do_before(session, row, now) for row in _rows_of(folder / "v2_vooraf.csv")]
    later = now + timedelta(days=90)

    report = _import(session, folder, SECOND, later)

    assert _as_expected(report, folder, SECOND) == []
    assert report.counts["changed"] == 9
    assert sum(row.outcome.value == "new" for row in report.rows) == 6
    by_hand_still = session.scalars(select(Organisation.phone).where(Organisation.phone.like("+311000008%"))).all()
    assert sorted(by_hand_still) == ["+31100000800", "+31100000801", "+31100000802"]
    suppressed = set(session.scalars(select(Suppression.address_hash)))
    kept = session.scalars(select(Mailbox).where(Mailbox.address.in_([one for one in left if one]))).all()
    assert {mailbox.address_hash for mailbox in kept} == suppressed
    assert len(suppressed) == 2


def _do_before(session: Session, row: dict[str, str], now: datetime) -> str:
    """Do what the table says to do before the second list: change a telephone by hand, unsubscribe an address."""
    if row["wat"] == "uitschrijven":
        suppress(session, row["waarde"], SuppressionReason.REQUEST, now=now)
        return row["waarde"]
    organisation = session.scalars(select(Organisation).where(Organisation.name == row["organisatie"])).one()
    with saying(session, organisation, by_hand(None, now)):
        organisation.phone = read_phone(row["waarde"]) or ""
    return ""


def _rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_every_file_that_is_refused_says_what_the_table_says(session: Session, folder: Path, now: datetime) -> None:
    for row in _rows_of(folder / "verwacht_geweigerd.csv"):
        with pytest.raises(BadInput) as refusal:
            _import(session, folder, row["bestand"], now)
        assert refusal.value.sentence.startswith(row["begint met"])


def test_the_same_file_again_changes_nothing(session: Session, folder: Path, now: datetime) -> None:
    for name in FILES:
        _import(session, folder, name, now)

        again = _import(session, folder, name, now).as_json()["outcomes"]

        assert [row for row in again if row["outcome"] in ("new", "changed")] == []


def test_contacts_are_recognised_once_their_people_are_there(session: Session, folder: Path, now: datetime) -> None:
    for name in [*FILES, FILES[0]]:
        _import(session, folder, name, now)

    # "F. van der Klinker" in the first list is Fatuma of the second.
    assert session.scalars(select(func.count(Role.id)).where(Role.is_contact)).one() > 120


def test_what_was_typed_in_every_spelling_comes_back_as_one_word(session: Session, folder: Path, now: datetime) -> None:
    sample = {str(found.number): found for found in imagine(SEED).organisations}
    _import(session, folder, FILES[0], now)

    organisations = session.scalars(select(Organisation)).all()
    assert len(organisations) > 205
    for organisation in organisations:
        assert _words(organisation) == _sample_words(sample[organisation.list_number]), organisation.name


def _words(organisation: Organisation) -> tuple[object, ...]:
    themes = [row.theme.slug for row in organisation.themes]
    return (
        organisation.kind.slug if organisation.kind else "",
        themes[0],
        set(themes),
        {row.neighbourhood.slug for row in organisation.service_areas},
        {row.target_group.slug for row in organisation.target_groups},
    )


def _sample_words(found: SampleOrganisation) -> tuple[object, ...]:
    return found.kind, found.theme, set(found.themes), set(found.areas), set(found.target_groups)
