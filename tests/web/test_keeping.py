"""Blocks and mailings that staff keeps to use again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingTemplate, Snippet
from tests.factories import a_mailing, an_event
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


def a_draft(database: Database, *blocks: dict[str, Any], **more: Any) -> tuple[int, list[int]]:
    with database.transaction() as session:
        mailing = a_mailing(session, *(blocks or ({"type": "text", "html": "<p>Onze gegevens</p>"},)), **more)
        return mailing.id, [block.id for block in mailing.blocks]


def texts(database: Database, mailing: int) -> list[str]:
    with database.transaction(writes=False) as session:
        return [str(block.fields.get("html", "")) for block in session.get_one(Mailing, mailing).blocks]


def test_a_kept_block_is_put_below_the_open_one_of_another_mailing(database: Database, sign_in: SignIn) -> None:
    first, (block,) = a_draft(database)
    second, (one, _two) = a_draft(
        database, {"type": "text", "html": "<p>een</p>"}, {"type": "text", "html": "<p>twee</p>"}
    )
    visitor = sign_in("editor")

    kept = visitor.post(f"/mailings/{first}/blokken/{block}/bewaar", {"name": "Onze gegevens"})
    visitor.post(f"/mailings/{first}/blokken/{block}", {"html": "<p>iets anders</p>"})
    page = visitor.get(f"/mailings/{second}/inhoud?blok=nieuw&na={one}").text
    used = visitor.post(f"/mailings/{second}/bewaarde-blokken/1", {"after": str(one)})

    assert "Onze gegevens" in page
    # Only what was added is told as added.
    assert "gedaan" not in kept.headers["Location"]
    assert used.headers["Location"].endswith("gedaan=erbij#html")
    assert texts(database, second) == ["<p>een</p>", "<p>Onze gegevens</p>", "<p>twee</p>"]


def test_a_mailing_begins_with_a_template_that_has_no_meeting(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        event = an_event(session).id
    mailing, _blocks = a_draft(
        database,
        {"type": "text", "html": "<p>Elke maand</p>"},
        {"type": "event", "event": event},
        kind="invitation",
        event=event,
        subject="Kom je ook?",
        title="Uitnodiging van december",
    )
    visitor = sign_in("editor")

    visitor.post(f"/mailings/{mailing}/sjabloon", {"name": "Onze uitnodiging"})
    page = visitor.get("/mailings/nieuw").text
    answer = visitor.post("/mailings/sjablonen/1")

    assert "Onze uitnodiging" in page
    assert answer.location == f"/mailings/{mailing + 1}/inhoud"
    with database.transaction(writes=False) as session:
        made = session.get_one(Mailing, mailing + 1)
        assert (made.kind.value, made.subject, made.event_id) == ("invitation", "Kom je ook?", None)
        assert made.title == ""
        assert [(block.type, block.fields.get("event")) for block in made.blocks] == [("text", None), ("event", None)]
        assert made.audience == session.get_one(Mailing, mailing).audience


def test_a_name_is_needed_and_used_once(database: Database, sign_in: SignIn) -> None:
    mailing, (block,) = a_draft(database)
    visitor = sign_in("editor")
    path = f"/mailings/{mailing}/blokken/{block}/bewaar"

    said = []
    for name in ("", "x" * 121, "Twee keer", "Twee keer"):
        said.append(visitor.get(visitor.post(path, {"name": name}).location).text)

    assert "Geef het een naam van hoogstens 120 letters." in said[0]
    assert "Geef het een naam van hoogstens 120 letters." in said[1]
    assert "Er is al iets bewaard als “Twee keer”. Kies een andere naam." in said[3]
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Snippet.name)).all() == ["Twee keer"]


def test_what_is_thrown_away_leaves_mailings_as_they_are(database: Database, sign_in: SignIn) -> None:
    mailing, (block,) = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken/{block}/bewaar", {"name": "Blok"})
    visitor.post(f"/mailings/{mailing}/sjabloon", {"name": "Sjabloon"})
    visitor.post(f"/mailings/{mailing}/bewaarde-blokken/1")
    page = visitor.get("/mailings/sjablonen").text

    visitor.post("/mailings/bewaarde-blokken/1/weg")
    visitor.post("/mailings/sjablonen/1/weg")

    assert "Nieuwsbrief ·" in page
    assert "Tekst ·" in page
    assert len(texts(database, mailing)) == 2
    assert "Nog geen sjabloon." in visitor.get("/mailings/sjablonen").text
    assert visitor.post("/mailings/sjablonen/1").status_code == 404
    with database.transaction(writes=False) as session:
        assert session.scalars(select(MailingTemplate.id)).all() == []


def test_who_only_reads_keeps_nothing(database: Database, sign_in: SignIn) -> None:
    mailing, (block,) = a_draft(database)
    visitor = sign_in("reader")

    assert visitor.get("/mailings/sjablonen").status_code == 200
    assert visitor.post(f"/mailings/{mailing}/blokken/{block}/bewaar", {"name": "Blok"}).status_code == 403
    assert visitor.post(f"/mailings/{mailing}/sjabloon", {"name": "Sjabloon"}).status_code == 403
