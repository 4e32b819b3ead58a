"""Who works here, in the office."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from mailer.foundation.database import Database
from mailer.foundation.outbox import OwedLetter
from mailer.staff.models import Operator, OperatorRole
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


def test_somebody_is_let_in_and_gets_a_link(sign_in: SignIn, database: Database) -> None:
    admin = sign_in("admin")

    admin.post("/beheer/gebruikers", {"name": "Henk", "address": "henk@example.org", "role": "host"})

    with database.transaction(writes=False) as session:
        henk = session.scalars(select(Operator).where(Operator.address_key == "henk@example.org")).one()
        owed = session.scalars(select(OwedLetter)).one()
        assert (henk.name, henk.role) == ("Henk", OperatorRole.HOST)
        assert (owed.letter, owed.address) == ("sign-in-link", "henk@example.org")


def test_who_works_here_already_is_refused_at_the_field(sign_in: SignIn) -> None:
    response = sign_in("admin").post(
        "/beheer/gebruikers", {"name": "Admin", "address": "ADMIN@tegelpost.example.org", "role": "host"}
    )

    assert (response.status_code, 'href="#address"' in response.text) == (422, True)


def test_the_last_administrator_stays(sign_in: SignIn, database: Database) -> None:
    admin = sign_in("admin")
    with database.transaction(writes=False) as session:
        me = session.scalars(select(Operator)).one().id

    closed = admin.post(f"/beheer/gebruikers/{me}/dicht")
    demoted = admin.post(f"/beheer/gebruikers/{me}/rol", {"role": "reader"})

    assert (closed.status_code, demoted.status_code) == (422, 422)
    assert "de enige beheerder" in closed.text
    assert admin.get("/beheer/gebruikers").status_code == 200


def test_a_closed_door_opens_again_with_a_new_link_only(sign_in: SignIn, database: Database) -> None:
    admin, editor = sign_in("admin"), sign_in("editor")
    with database.transaction(writes=False) as session:
        path = f"/beheer/gebruikers/{session.scalars(select(Operator.id).where(Operator.role == 'editor')).one()}"

    admin.post(f"{path}/dicht")
    while_closed = editor.get("/").status_code
    admin.post(f"{path}/open")

    assert while_closed == 303
    assert editor.get("/").status_code == 303
    assert sign_in("editor").get("/").status_code == 200


def test_another_role_opens_and_closes_screens_at_once(sign_in: SignIn, database: Database) -> None:
    admin, editor = sign_in("admin"), sign_in("editor")
    with database.transaction(writes=False) as session:
        path = f"/beheer/gebruikers/{session.scalars(select(Operator.id).where(Operator.role == 'editor')).one()}"

    admin.post(f"{path}/rol", {"role": "reader"})

    assert editor.get("/adresboek/organisaties/nieuw").status_code == 303
    assert sign_in("editor").get("/adresboek/organisaties/nieuw").status_code == 403
