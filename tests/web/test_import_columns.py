"""What the columns of a list are about: proposed, looked at, changed, remembered for the next time."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from mailer.directory.importing.lists.working import read_due
from mailer.directory.models import ImportJob, ImportSource, Organisation
from mailer.foundation.database import Database
from tests.web.visitor import Visitor

LIST = "Naam organisatie;Wijk;Schoenmaat;Opmerkingen\nCoöperatie De Voeg;Spangen;42;zit in schulden\n"


def upload(visitor: Visitor, data: str | bytes = LIST, *, name: str = "lijst.csv") -> str:
    raw = data.encode("cp1252") if isinstance(data, str) else data
    answer = visitor.post("/adresboek/inlezen", {"list": (io.BytesIO(raw), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def press(visitor: Visitor, columns: str, deed: str = "try", **choices: Any) -> str:
    answer = visitor.post(columns, {"deed": deed, **choices})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def apply(visitor: Visitor, report: str) -> None:
    assert visitor.post(f"{report}/toepassen").status_code == 303


@pytest.fixture
def editor(sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in("editor")


def organisations(database: Database) -> list[Organisation]:
    with database.transaction(writes=False) as session:
        return list(session.scalars(select(Organisation).order_by(Organisation.name)))


def test_a_list_shows_its_columns_with_their_examples_and_its_accents(editor: Visitor) -> None:
    page = editor.get(upload(editor)).text

    assert "Klopt het wat er in de kolommen staat?" in page
    assert "<q>Coöperatie De Voeg</q>" in page
    assert "Deze kolom kennen we niet." in page
    assert '<option value="name" selected>Naam van de organisatie</option>' in page


def test_remarks_are_off_until_somebody_says_so_and_then_only_the_office_sees_them(
    editor: Visitor, database: Database
) -> None:
    columns = upload(editor)
    page = editor.get(columns).text
    assert "In opmerkingen staat soms iets over gezondheid, geloof of schulden." in page

    apply(editor, press(editor, columns, **{"s0-c3": "remarks"}))

    assert [one.note for one in organisations(database)] == ["zit in schulden"]


def test_a_column_is_made_into_something_else_and_the_next_list_is_read_the_same_way(
    editor: Visitor, database: Database
) -> None:
    apply(editor, press(editor, upload(editor), **{"s0-c2": "description"}))

    again = upload(editor, "Wijk;Opmerkingen;Naam organisatie;Schoenmaat\nSpangen;;Koor De Stoep;43\n")
    page = editor.get(again).text
    assert "Ik ken deze lijst" in page
    assert "Editor las zo’n lijst in op" in page
    apply(editor, press(editor, again))

    assert [one.description for one in organisations(database)] == ["42", "43"]


def test_another_encoding_is_chosen_looked_at_and_remembered(editor: Visitor, database: Database) -> None:
    data = "Naam organisatie;Wijk\nCafé ’t Hof;Spangen\n".encode("mac-roman")
    columns = upload(editor, data)
    assert "Café" not in editor.get(columns).text

    assert press(editor, columns, "again", encoding="mac-roman").startswith(columns)
    assert "<q>Café ’t Hof</q>" in editor.get(columns).text
    apply(editor, press(editor, columns))

    assert [one.name for one in organisations(database)] == ["Café ’t Hof"]
    assert "<q>Café ’t Hof</q>" in editor.get(upload(editor, data)).text


def test_another_row_holds_the_column_names(editor: Visitor, database: Database) -> None:
    columns = upload(editor, "Naam;Adres\nNaam organisatie;Wijk;Telefoon\nDe Voeg;Spangen;010-000 1234\n")

    press(editor, columns, "again", **{"s0-header": "1", "s0-subject": "people"})
    page = editor.get(columns).text

    assert '<option value="1" selected>Rij 1' in page
    assert '<option value="full_name" selected>' in page


def test_a_word_that_we_do_not_know_is_asked_and_remembered(editor: Visitor, database: Database) -> None:
    data = "Naam organisatie;Thema's;Wijk\nDe Voeg;buurtkoken;Delfshaven\n"
    columns = upload(editor, data)
    page = editor.get(columns).text
    assert "Welk thema is dit? <strong>‘buurtkoken’</strong>" in page
    assert "Welke wijk is dit? <strong>‘Delfshaven’</strong>" in page

    chosen = {"w-theme-buurtkoken": "welzijn", "w-neighbourhood-delfshaven": "heel-delfshaven"}
    apply(editor, press(editor, columns, **chosen))

    with database.transaction(writes=False) as session:
        found = session.scalars(select(Organisation)).one()
        assert [row.theme.slug for row in found.themes] == ["welzijn"]
        assert [row.neighbourhood.slug for row in found.service_areas] == ["heel-delfshaven"]
        assert session.scalars(select(ImportSource)).one().choices["words"]["theme"] == {"buurtkoken": ["welzijn"]}
    assert '<option value="welzijn" selected>' in editor.get(upload(editor, data)).text


def test_broken_letters_are_mended_where_somebody_says_so(editor: Visitor, database: Database) -> None:
    columns = upload(editor, "Naam organisatie;Wijk\nCafÃ© 't Pleintje;Spangen\n".encode())
    assert "Herstel kapotte letters: ‘CafÃ© &#39;t Pleintje’ wordt ‘Café &#39;t Pleintje’" in editor.get(columns).text

    apply(editor, press(editor, columns, **{"s0-c0-mends": "yes"}))

    assert [one.name for one in organisations(database)] == ["Café 't Pleintje"]


def test_an_empty_cell_erases_only_in_the_column_that_was_said(editor: Visitor, database: Database) -> None:
    first = "Naam organisatie;Telefoon;Plaats\nDe Voeg;010-000 1234;Rotterdam\n"
    apply(editor, press(editor, upload(editor, first)))

    second = "Naam organisatie;Telefoon;Plaats\nDe Voeg;;\nKoor De Stoep;010-000 4321;Rotterdam\n"
    apply(editor, press(editor, upload(editor, second), **{"s0-c1-erases": "yes"}))

    assert [(one.phone, one.city) for one in organisations(database)][:1] == [("", "Rotterdam")]


def test_without_a_row_of_column_names_the_file_is_refused_at_its_field(editor: Visitor) -> None:
    answer = editor.post("/adresboek/inlezen", {"list": (io.BytesIO(b"a;b\n1;2\n"), "x.csv")})

    assert answer.status_code == 422
    assert "We vinden geen rij met kolomnamen." in answer.text


@pytest.fixture
def long_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.web.office.directory.imports.columns.AT_ONCE", 0)
    monkeypatch.setattr("mailer.web.office.directory.imports.progress.AT_ONCE", 0)


@pytest.mark.usefixtures("long_from_here")
def test_a_long_list_is_read_by_a_worker_while_its_page_tells_how_far(editor: Visitor, database: Database) -> None:
    progress = press(editor, upload(editor))

    page = editor.get(progress).text
    assert "De lijst staat klaar om gelezen te worden" in page
    assert '<meta http-equiv="refresh" content="2">' in page
    assert editor.get(f"{progress}/stand").headers["X-State"] == "busy"

    read_due(database)
    assert editor.get(f"{progress}/stand").headers["X-State"] == "done"
    report = str(editor.get(progress).location)
    assert "De proef is klaar. Er is nog niets veranderd." in editor.get(report).text

    assert str(editor.post(f"{report}/toepassen").location) == progress
    assert "We zetten de lijst in het adresboek" in editor.get(progress).text
    read_due(database)
    assert "Deze lijst is ingelezen." in editor.get(str(editor.get(progress).location)).text
    assert len(organisations(database)) == 1


@pytest.mark.usefixtures("long_from_here")
def test_reading_is_stopped_by_a_button(editor: Visitor, database: Database) -> None:
    progress = press(editor, upload(editor))

    stopped = editor.post(f"{progress}/stoppen")

    assert "Gestopt. Er is niets veranderd." in editor.get(str(stopped.location), follow_redirects=True).text
    assert read_due(database) == 0


@pytest.mark.usefixtures("long_from_here")
def test_the_bar_shows_rows_that_are_settled_and_says_when_it_saves(editor: Visitor, database: Database) -> None:
    progress = press(editor, upload(editor))
    with database.transaction() as session:
        session.execute(update(ImportJob).values(settled=1250, total=20_000))
    assert '<progress class="bar" value="1250" max="20000"' in editor.get(progress).text
    assert "1.250 van 20.000 rijen" in editor.get(progress).text

    with database.transaction() as session:
        session.execute(update(ImportJob).values(is_saving=True))
    assert "Nog even: opslaan" in editor.get(progress).text
    assert "Stop met lezen" not in editor.get(progress).text


@pytest.mark.usefixtures("long_from_here")
def test_a_long_list_is_taken_back_by_a_worker_after_a_look(editor: Visitor, database: Database) -> None:
    progress = press(editor, upload(editor))
    report = progress.removesuffix("/bezig")
    read_due(database)
    editor.post(f"{report}/toepassen")
    read_due(database)
    undo = f"{report}/terugdraaien"

    assert "Eerst kijken we wat er zou gebeuren" in editor.get(undo).text
    assert str(editor.post(f"{undo}/kijken").location) == progress
    assert str(editor.get(undo).location) == progress
    assert "We kijken wat terugdraaien zou doen" in editor.get(progress).text
    read_due(database)
    assert str(editor.get(progress).location) == undo
    assert "Uit het adresboek gaan: 1 organisatie." in editor.get(undo).text
    assert len(organisations(database)) == 1

    assert str(editor.post(undo).location) == progress
    assert "We draaien de lijst terug" in editor.get(progress).text
    read_due(database)
    done = editor.get(str(editor.get(progress).location)).text
    assert "Weg uit het adresboek: 1 organisatie." in done
    assert "Deze lijst is teruggedraaid." in done
    assert organisations(database) == []
