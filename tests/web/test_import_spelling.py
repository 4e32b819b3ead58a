"""Other words, as lists spell them: staff adds one, and the next list is read with it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from mailer.directory.models import Organisation
from mailer.foundation.database import Database
from tests.web.visitor import Visitor

WORDS = "/adresboek/inlezen/woorden"


@pytest.fixture
def editor(sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in("editor")


def test_a_spelling_that_staff_adds_is_known_to_the_next_list(editor: Visitor, database: Database) -> None:
    added = editor.post(WORDS, {"sort": "theme", "word": "welzijn", "spelling": "Buurt-Koken"})
    assert added.status_code == 303
    assert "buurt koken" in editor.get(WORDS).text

    data = b"Naam organisatie;Thema's;Wijk\nDe Voeg;buurt koken;Spangen\n"
    columns = str(editor.post("/adresboek/inlezen", {"list": (io.BytesIO(data), "x.csv")}).location)
    report = str(editor.post(columns, {"deed": "try"}).location)
    editor.post(f"{report}/toepassen")

    with database.transaction(writes=False) as session:
        (organisation,) = session.scalars(select(Organisation))
        assert [row.theme.slug for row in organisation.themes] == ["welzijn"]


def test_a_spelling_is_taken_away_again(editor: Visitor) -> None:
    editor.post(WORDS, {"sort": "role", "word": "coordinator", "spelling": "spil"})
    assert "spil" in editor.get(f"{WORDS}?soort=role").text

    editor.post(f"{WORDS}/weg", {"sort": "role", "word": "coordinator", "spelling": "spil"})

    page = editor.get(f"{WORDS}?soort=role").text.split("</table>")[0].split("<table")[1]
    assert "spil" not in page


@pytest.mark.parametrize(
    ("typed", "word", "said"),
    [
        ("", "groen", "Vul in hoe het in een lijst staat."),
        ("Spul", "", "Kies een woord."),
        ("Sport", "groen", "kennen we al"),
    ],
)
def test_what_cannot_be_a_spelling_is_refused_at_its_field(editor: Visitor, typed: str, word: str, said: str) -> None:
    answer = editor.post(WORDS, {"sort": "theme", "word": word, "spelling": typed})

    assert answer.status_code == 422
    assert said in answer.text


def test_only_who_may_import_sees_the_words(sign_in: Callable[..., Visitor]) -> None:
    assert sign_in("reader").get(WORDS).status_code == 403
