"""The page of days that staff keeps."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from mailer.events.models import SpecialDay
from mailer.foundation.database import Database
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
ZOMERCARNAVAL = {"name": "Zomercarnaval", "first_on": "24-7-2027", "source": "voorbeeld.example.org"}


def kept(database: Database) -> list[str]:
    with database.transaction(writes=False) as session:
        return list(session.scalars(select(SpecialDay.name).order_by(SpecialDay.id)))


def test_a_day_is_added_and_taken_away(database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("editor")
    before = kept(database)

    answer = visitor.post("/bijeenkomsten/dagen", ZOMERCARNAVAL)
    page = visitor.get(answer.location).text
    with database.transaction(writes=False) as session:
        number = session.scalars(select(SpecialDay.id).where(SpecialDay.name == "Zomercarnaval")).one()
    visitor.post(f"/bijeenkomsten/dagen/{number}/weg")

    assert "24 juli 2027" in page
    assert "Bron: voorbeeld.example.org" in page
    assert kept(database) == before


def test_a_day_without_a_source_is_refused_and_nothing_is_lost(database: Database, sign_in: SignIn) -> None:
    before = kept(database)

    answer = sign_in("editor").post("/bijeenkomsten/dagen", {**ZOMERCARNAVAL, "source": ""})

    assert answer.status_code == 422
    assert "Vul in wie dat zegt, of op welke website het staat." in answer.text
    assert 'value="Zomercarnaval"' in answer.text
    assert kept(database) == before


def test_who_only_reads_changes_no_day(database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("reader")

    page = visitor.get("/bijeenkomsten/dagen").text
    assert "Keti Koti" in page
    assert "Elk jaar op 1 juli" in page
    assert visitor.post("/bijeenkomsten/dagen", ZOMERCARNAVAL).status_code == 403
