"""Reading in a list through the office: upload, look, apply, and what could not be read."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from mailer.directory.models import ImportBatch, Mailbox, Organisation, Proposal
from mailer.directory.provenance import by_hand, stamp
from mailer.foundation.database import Database
from mailer.staff.models import LogbookEntry, Operator
from mailer.wire.sheets import read_sheets
from tests.factories import an_organisation
from tests.web.visitor import Visitor, counting_queries

LIST = (
    "Naam organisatie;Wijk;Telefoon;E-mail\n"
    "Koor De Stoep;Spangen;010-000 1234;koor@x.test\n"
    "Buurttuin De Voegg;Spangen;;\n"
    "Naaiatelier De Dorpel;Delfshaven;;\n"
    "Totaal: 3;;;\n"
)


def upload(visitor: Visitor, text: str = LIST, *, name: str = "organisaties.csv") -> str:
    answer = visitor.post("/adresboek/inlezen", {"list": (io.BytesIO(text.encode("cp1252")), name)})
    assert answer.status_code == 303, answer.text
    return press_on(visitor, str(answer.location))


def press_on(visitor: Visitor, columns: str) -> str:
    """Say that the columns are right, and return where the report is."""
    tried = visitor.post(columns, {"deed": "try"})
    assert tried.status_code == 303, tried.text
    return str(tried.location)


def number_of(database: Database, model: type) -> int:
    with database.transaction(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def editor(sign_in: Callable[..., Visitor], database: Database) -> Visitor:
    with database.transaction() as session:
        an_organisation(session, "Buurttuin De Voeg", phone="+31100009999")
    return sign_in("editor")


def test_a_list_is_tried_first_and_changes_nothing(editor: Visitor, database: Database) -> None:
    page = editor.get(upload(editor)).text

    assert "De proef is klaar. Er is nog niets veranderd." in page
    assert "1 + 0 + 0 + 2 + 1 = <strong>4 rijen</strong>" in page
    assert number_of(database, Organisation) == 1


def test_a_doubt_stands_beside_its_candidate(editor: Visitor) -> None:
    page = editor.get(upload(editor)).text

    assert "Dit lijkt op Buurttuin De Voeg. Is het dezelfde organisatie?" in page
    assert "Staat al in het adresboek" in page
    assert "Bekijk Buurttuin De Voeg in het adresboek" in page


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("new", "Koor De Stoep"),
        ("changed", "Geen enkele rij."),
        ("same", "Geen enkele rij."),
        ("doubtful", "Delfshaven (buurt) of Heel Delfshaven"),
        ("rejected", "Dit lijkt op een totaalregel."),
        ("zomaar", "Dit lijkt op Buurttuin De Voeg"),
    ],
)
def test_every_outcome_has_its_rows(editor: Visitor, outcome: str, said: str) -> None:
    assert said in editor.get(f"{upload(editor)}?toon={outcome}").text


def test_applying_writes_what_was_shown_and_only_once(editor: Visitor, database: Database) -> None:
    path = upload(editor)

    applied = editor.post(f"{path}/toepassen")
    again = editor.post(f"{path}/toepassen")

    assert applied.status_code == 303
    page = editor.get(path).text
    assert "Deze lijst is ingelezen." in page
    assert "Leg vast waarom we mogen mailen" in page
    assert again.status_code == 409
    assert "Deze lijst is al ingelezen." in again.text
    assert number_of(database, Organisation) == 2
    with database.transaction(writes=False) as session:
        assert "import-applied" in session.scalars(select(LogbookEntry.action)).all()


def test_a_directory_that_changed_meanwhile_gives_a_new_trial(editor: Visitor, database: Database) -> None:
    path = upload(editor)
    with database.transaction() as session:
        an_organisation(session, "Koor De Stoep")

    answer = editor.post(f"{path}/toepassen")
    page = editor.get(str(answer.location)).text

    assert "Het adresboek is intussen veranderd." in page
    assert "De proef is klaar. Er is nog niets veranderd." in page
    with database.transaction(writes=False) as session:
        assert session.scalars(select(ImportBatch.applied_at)).all() == [None]
        koor = session.scalars(select(Organisation).where(Organisation.name == "Koor De Stoep")).one()
        assert koor.phone == ""
    assert editor.post(f"{path}/toepassen").status_code == 303
    assert "Deze lijst is ingelezen." in editor.get(path).text


def test_what_could_not_be_read_comes_back_with_the_reason_and_can_be_read_again(
    editor: Visitor, database: Database
) -> None:
    path = upload(editor)

    answer = editor.get(f"{path}/wat-niet-kon.xlsx")

    (sheet,) = read_sheets(answer.data)
    assert sheet.lines[0].cells == ("Naam organisatie", "Wijk", "Telefoon", "E-mail", "Waarom niet")
    assert [line.cells[0] for line in sheet.lines[1:]] == ["Buurttuin De Voegg", "Naaiatelier De Dorpel", "Totaal: 3"]
    assert sheet.lines[3].cells[4] == "Dit lijkt op een totaalregel."
    again = editor.post("/adresboek/inlezen", {"list": (io.BytesIO(answer.data), "wat-niet-kon.xlsx")})
    page = editor.get(press_on(editor, str(again.location))).text
    assert "0 + 0 + 0 + 2 + 1 = <strong>3 rijen</strong>" in page
    assert "kennen we niet en lezen we niet in" not in page


TOO_MANY = b"Nr;Naam organisatie;Wijk\n" + b"".join(b"%d;Koor %d;Spangen\n" % (row, row) for row in range(20_001))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Kies eerst een bestand."),
        ({"list": (io.BytesIO(b""), "leeg.csv")}, "Dit bestand is leeg."),
        ({"list": (io.BytesIO(b"zomaar een brief"), "brief.csv")}, "We vinden geen rij met kolomnamen."),
        ({"list": (io.BytesIO(b"Nr;Naam organisatie;Wijk\n"), "kaal.csv")}, "In deze lijst staan alleen kolomnamen."),
        ({"list": (io.BytesIO(TOO_MANY), "lang.csv")}, "Deze lijst heeft 20001 rijen."),
        ({"list": (io.BytesIO(b"PK\x03\x04"), "stuk.xlsx")}, "Dit Excel-bestand is beschadigd."),
    ],
)
def test_a_file_that_cannot_be_read_says_why_at_its_field(
    editor: Visitor, database: Database, data: dict[str, object], said: str
) -> None:
    answer = editor.post("/adresboek/inlezen", data)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="list-error"' in answer.text
    assert number_of(database, ImportBatch) == 0


def test_earlier_lists_are_listed(editor: Visitor) -> None:
    assert "Nog geen lijsten." in editor.get("/adresboek/inlezen").text
    upload(editor)

    page = editor.get("/adresboek/inlezen").text

    assert "organisaties.csv" in page
    assert "1 nieuw, 0 gewijzigd, 0 gelijk, 2 twijfel, 1 afgekeurd." in page
    assert "Proef klaar" in page


def test_the_uploaded_bytes_are_for_their_owner_only(editor: Visitor, database: Database) -> None:
    upload(editor)

    (kept,) = database.settings.imports_dir.iterdir()

    assert kept.stat().st_mode & 0o777 == 0o600


def test_an_upload_that_is_gone_is_asked_for_again(editor: Visitor, database: Database) -> None:
    path = upload(editor)
    for kept in database.settings.imports_dir.iterdir():
        kept.unlink()

    answer = editor.post(f"{path}/toepassen")

    assert answer.status_code == 422
    assert "Kies het opnieuw" in answer.text


@pytest.mark.parametrize("role", ["sender", "host", "reader"])
def test_only_who_may_import_sees_it(sign_in: Callable[..., Visitor], role: str) -> None:
    assert sign_in(role).get("/adresboek/inlezen").status_code == 403


def test_the_whole_directory_is_taken_out_and_that_is_written_down(editor: Visitor, database: Database) -> None:
    answer = editor.post("/adresboek/meenemen")

    assert [sheet.name for sheet in read_sheets(answer.data)] == ["Organisaties", "Personen", "Postvakken"]
    assert editor.get("/adresboek/meenemen").status_code in (404, 405)
    with database.transaction(writes=False) as session:
        assert "directory-exported" in session.scalars(select(LogbookEntry.action)).all()


def test_the_number_of_queries_does_not_grow_with_the_rows(editor: Visitor, database: Database) -> None:
    def count(rows: int) -> int:
        text = "Naam organisatie;Wijk\n" + "".join(f"Koor {'x' * n};Spangen\n" for n in range(1, rows + 1))
        path = upload(editor, text, name=f"{rows}.csv")
        with counting_queries(database) as asked:
            editor.get(f"{path}?toon=new")
        return len(asked)

    assert count(1) == count(12)


def test_an_applied_list_is_taken_back_after_a_look(editor: Visitor, database: Database) -> None:
    page = upload(editor)
    editor.post(f"{page}/toepassen")
    with database.transaction() as session:
        session.scalars(select(Organisation).where(Organisation.name == "Koor De Stoep")).one().note = "Belt liever."

    assert "Draai deze inlezing terug" in editor.get(page).text
    beforehand = editor.get(f"{page}/terugdraaien").text
    assert "Deze inlezing terugdraaien?" in beforehand
    assert "Intussen met de hand gewijzigd, dus blijft zo: notitie." in beforehand
    assert number_of(database, Organisation) == 2

    afterwards = editor.get(str(editor.post(f"{page}/terugdraaien").location)).text
    assert "Deze lijst is teruggedraaid." in afterwards
    assert "Koor De Stoep</a>: Intussen met de hand gewijzigd" in afterwards
    assert number_of(database, Organisation) == 2
    assert "Draai deze inlezing terug" not in afterwards
    assert "al teruggedraaid" in editor.get(str(editor.post(f"{page}/terugdraaien").location)).text


def test_the_page_of_an_organisation_says_that_a_list_was_taken_back(editor: Visitor) -> None:
    path = upload(editor, "Naam organisatie;Telefoon\nBuurttuin De Voeg;010-000 1234\n")
    editor.post(f"{path}/toepassen")
    editor.post(f"{path}/terugdraaien")

    assert (
        "Ingelezen uit organisaties.csv, rij 2, en weer teruggedraaid" in editor.get("/adresboek/organisaties/1").text
    )


def test_where_everything_stays_nothing_is_said_to_come_back(editor: Visitor, database: Database) -> None:
    comes_back = "Alles wordt weer zoals het was"
    page = upload(editor, "Naam organisatie\nKoor De Stoep\n")
    editor.post(f"{page}/toepassen")
    assert comes_back in editor.get(f"{page}/terugdraaien").text

    with database.transaction() as session:
        session.scalars(select(Organisation).where(Organisation.name == "Koor De Stoep")).one().note = "Belt liever."

    beforehand = editor.get(f"{page}/terugdraaien").text
    assert ("Er verandert niets." in beforehand, comes_back in beforehand) == (True, False)


def test_a_list_that_was_only_tried_has_nothing_to_take_back(editor: Visitor) -> None:
    page = upload(editor)

    assert "Draai deze inlezing terug" not in editor.get(page).text
    answer = editor.get(f"{page}/terugdraaien")
    assert answer.status_code == 303
    assert "niet toegepast" in editor.get(str(answer.location)).text


def on_page(page: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_doubts_are_decided_on_the_page_and_the_report_follows(editor: Visitor, database: Database) -> None:
    path = upload(editor)
    page = editor.get(path).text
    row = on_page(page, "row")
    assert "Is dit Buurttuin De Voeg?" in page

    answer = editor.post(f"{path}/twijfels", {"row": row, f"r{row}-who": "new"})
    after = editor.get(str(answer.location)).text

    assert "1 keuze bewaard. Nog 1 twijfel." in after
    assert "2 + 0 + 0 + 1 + 1 = <strong>4 rijen</strong>" in after
    assert "1 gekozen" in after
    decided = editor.get(f"{path}?toon=decided").text
    assert "Kies opnieuw" in decided
    assert "Gekozen: een nieuwe." in decided
    editor.post(f"{path}/toepassen")
    assert number_of(database, Organisation) == 3


def test_the_same_one_takes_the_sides_that_were_ticked(editor: Visitor, database: Database) -> None:
    text = "Naam organisatie;Telefoon;Website\nBuurttuin De Voegg;010-000 1234;www.voeg.example.org\n"
    path = upload(editor, text)
    row = on_page(editor.get(path).text, "row")
    sides = {f"r{row}-f0": "ours", f"r{row}-f1": "theirs"}

    page = editor.get(str(editor.post(f"{path}/twijfels", {"row": row, f"r{row}-who": "same", **sides}).location)).text
    editor.post(f"{path}/toepassen")

    assert "Er is geen twijfel meer." in page
    with database.transaction(writes=False) as session:
        (known,) = session.scalars(select(Organisation)).all()
        assert (known.name, known.phone) == ("Buurttuin De Voeg", "+31100001234")
        assert known.website == "https://www.voeg.example.org"


def test_a_choice_can_be_made_again(editor: Visitor) -> None:
    path = upload(editor)
    row = on_page(editor.get(path).text, "row")
    editor.post(f"{path}/twijfels", {"row": row, f"r{row}-who": "left-out"})
    decided = editor.get(f"{path}?toon=decided").text
    again = re.search(r'action="([^"]*/opnieuw)"', decided)
    assert again is not None

    page = editor.get(str(editor.post(again[1]).location)).text

    assert "1 + 0 + 0 + 2 + 1" in page
    assert "Er is nog niets gekozen." in editor.get(str(editor.post(f"{path}/twijfels", {"row": row}).location)).text


def test_a_proposal_for_a_cell_is_taken_or_typed_anew(editor: Visitor, database: Database) -> None:
    text = "Naam organisatie;E-mail\nKoor De Stoep;koor@gmial.com\nKoor De Drempel;drempel@gmial.com\n"
    path = upload(editor, text)
    page = editor.get(path).text
    first, second = re.findall(r'name="row" value="(\d+)"', page)
    chosen = {"row": [first, second], f"r{first}-c1": "0", f"r{second}-c1": "own", f"r{second}-o1": "drempel@x.test"}

    editor.post(f"{path}/twijfels", chosen)
    editor.post(f"{path}/toepassen")

    with database.transaction(writes=False) as session:
        addresses = session.scalars(select(Mailbox.address).order_by(Mailbox.id)).all()
    assert addresses == ["koor@gmail.com", "drempel@x.test"]


def test_a_row_that_only_asks_about_a_cell_is_read_in_once_that_is_chosen(editor: Visitor) -> None:
    path = upload(editor, "Naam organisatie;E-mail\nKoor De Stoep;koor@gmial.com\n")

    page = editor.get(path).text

    assert "Lezen we deze rij in?" in page
    assert "als hierboven alles is gekozen" in page
    assert "Kies ik later" not in page


def test_who_it_is_stays_chosen_while_a_cell_of_the_row_still_waits(editor: Visitor, database: Database) -> None:
    path = upload(editor, "Naam organisatie;E-mail\nBuurttuin De Voegg;tuin@gmial.com\n")
    row = on_page(editor.get(path).text, "row")

    editor.post(f"{path}/twijfels", {"row": row, f"r{row}-who": "new"})
    asked = editor.get(path).text
    row = on_page(asked, "row")
    editor.post(f"{path}/twijfels", {"row": row, f"r{row}-who": "", f"r{row}-c1": "0"})
    page = editor.get(path).text

    assert "Is dit Buurttuin De Voeg?" not in asked
    assert "1 + 0 + 0 + 0 + 0 = <strong>1 rij</strong>" in page


def test_another_spelling_of_the_same_is_no_difference_to_judge(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        known = session.scalars(select(Organisation)).one()
        known.city, known.postcode, known.website = "Rotterdam", "3024 ZX", "https://www.voeg.example.org"
    headers = "Naam organisatie;Plaats;Postcode;Website;Telefoon\n"

    page = editor.get(upload(editor, headers + "Buurttuin De Voegg;R'dam;3024zx;voeg.example.org;(010) 0001234\n")).text

    sides = re.findall(r'<span class="pair-label"[^>]*>([^<]*)</span>', page)
    assert sides == ["Naam organisatie", "Telefoon", "Blijft zo"]
    assert "Plaats, Postcode en Website" in page


def test_the_list_wins_where_somebody_says_so(editor: Visitor, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        known = session.scalars(select(Organisation)).one()
        stamp(session, known, ["phone"], by_hand(None, now))
    path = upload(editor, "Naam organisatie;Telefoon\nBuurttuin De Voeg;010-000 1234\n")
    page = editor.get(f"{path}?toon=same").text
    assert "We houden “010-000 9999”" in page
    wins = re.search(r'action="([^"]*/rij/\d+/lijst-wint)"', page)
    assert wins is not None

    page = editor.get(str(editor.post(wins[1]).location)).text
    assert "In deze rij wint de lijst." in page
    assert "0 + 1 + 0 + 0 + 0" in page

    editor.post(f"{path}/lijst-wint", {"column": "Telefoon"})
    editor.post(f"{path}/toepassen")
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Organisation.phone)).one() == "+31100001234"


def test_a_page_of_rows_costs_as_many_questions_for_one_as_for_many(editor: Visitor, database: Database) -> None:
    few, many = (
        upload(editor, "Naam organisatie;Wijk\n" + "".join(f"Koor {word};Spangen\n" for word in words))
        for words in (["Aap"], ["Aap", "Noot", "Mies", "Wim", "Zus", "Jet"])
    )

    counts = []
    for path in (few, many):
        with counting_queries(database) as asked:
            assert "Koor Aap" in editor.get(path).text
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_the_page_of_an_organisation_says_where_it_comes_from(editor: Visitor, database: Database) -> None:
    path = upload(editor)
    editor.post(f"{path}/toepassen")
    with database.transaction() as session:
        koor = session.scalars(select(Organisation).where(Organisation.name == "Koor De Stoep")).one()
        stamp(session, koor, ["phone"], by_hand(session.scalars(select(Operator)).first(), koor.added_at))

    page = editor.get(f"/adresboek/organisaties/{koor.id}").text

    assert "Waar komt dit vandaan?" in page
    assert "uit organisaties.csv, rij 2" in page
    assert "naam, wijk en koor@x.test" in page
    assert "met de hand, door Editor" in page


def test_who_is_not_in_a_later_list_stays_and_is_named(editor: Visitor, database: Database) -> None:
    first = upload(editor, "Naam organisatie;Wijk\nKoor De Stoep;Spangen\nKoor De Drempel;Spangen\n")
    editor.post(f"{first}/toepassen")
    later = upload(editor, "Naam organisatie;Wijk\nKoor De Stoep;Bospolder\n", name="later.csv")

    assert "1 organisatie staat niet in deze lijst, en blijft" in editor.get(later).text
    page = editor.get(f"{later}/ontbreekt").text
    assert "Koor De Drempel" in page
    assert "Buurttuin De Voeg" not in page
    drempel = re.search(r'name="organisation" value="(\d+)"', page)
    assert drempel is not None
    editor.post(f"{later}/ontbreekt", {"organisation": drempel[1]})

    editor.post(f"{later}/toepassen")
    assert number_of(database, Organisation) == 3
    with database.transaction(writes=False) as session:
        said = session.scalars(select(Proposal)).one()
        assert said.organisation_id == int(drempel[1])
        assert "Staat niet in de lijst later.csv" in str(said.wanted)


def test_a_row_that_waits_for_its_address_is_not_missing(editor: Visitor) -> None:
    first = upload(editor, "Naam organisatie;E-mail\nKoor De Stoep;koor@x.test\nKoor De Drempel;drempel@x.test\n")
    editor.post(f"{first}/toepassen")

    later = upload(editor, "Naam organisatie;E-mail\nKoor De Stoep;koor(at)x.test\n", name="later.csv")

    page = editor.get(f"{later}/ontbreekt").text
    assert "Koor De Drempel" in page
    assert "Koor De Stoep" not in page


def test_a_list_of_doubts_alone_says_to_choose_first(editor: Visitor) -> None:
    path = upload(editor, "Naam organisatie;E-mail\nKoor De Stoep;koor(at)x.test\n")

    assert "Kies eerst bij de twijfels hieronder." in editor.get(path).text


def test_a_list_of_who_left_says_that_they_get_no_more_mail(editor: Visitor) -> None:
    path = upload(editor, "Email Address,UNSUB_TIME\nweg@x.test,2026-01-01 10:00:00\n", name="unsubscribed.csv")

    assert "1 adres mailen we daarna niet meer." in editor.get(path).text
    editor.post(f"{path}/toepassen")
    page = editor.get(path).text
    assert "Wie in deze lijst staat, krijgt geen mail meer van ons." in page
    assert "Leg vast waarom we mogen mailen" not in page
    assert "1 adres gaat van ‘niet meer mailen’ af." in editor.get(f"{path}/terugdraaien").text


def test_another_kind_of_list_misses_nobody(editor: Visitor) -> None:
    first = upload(editor, "Naam organisatie;Wijk\nKoor De Stoep;Spangen\n")
    editor.post(f"{first}/toepassen")

    other = upload(editor, "Naam organisatie;Telefoon\nKoor De Drempel;010-000 1234\n")

    assert "niet in deze lijst" not in editor.get(other).text
    assert "Er ontbreekt niemand." in editor.get(f"{other}/ontbreekt").text
