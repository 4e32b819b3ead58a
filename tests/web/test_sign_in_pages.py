"""Signing in by a link in one's mail."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

import time_machine
from sqlalchemy import func, select

from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.outbox import OwedLetter
from mailer.staff.models import SignInLink
from mailer.staff.operators import disable, find_operator
from mailer.staff.signing_in import make_sign_in_link
from tests.web.visitor import Visitor, an_operator

SignIn = Callable[..., Visitor]


def a_link(database: Database) -> str:
    with database.transaction() as session:
        link = make_sign_in_link(session, an_operator(session), now=clock.now())
        return database.settings.links.sign_in(link.id).removeprefix("https://tegelpost.example.org")


def test_start_page_sends_a_stranger_to_the_door(visitor: Visitor) -> None:
    response = visitor.get("/")

    assert (response.status_code, response.location) == (303, "/inloggen?verder=/")


def test_looking_at_a_link_does_not_use_it_up(visitor: Visitor, database: Database) -> None:
    path = a_link(database)

    for _ in range(3):
        assert "Log in" in visitor.get(path).text
    entered = visitor.post(path)

    assert (entered.status_code, entered.location) == (303, "/")
    assert "Dag Admin." in visitor.get("/").text


def test_a_link_works_once(app: object, visitor: Visitor, database: Database) -> None:
    path = a_link(database)
    visitor.post(path)
    second = Visitor(visitor.app)

    response = second.post(path)

    assert response.status_code == 410
    assert "Deze link werkt niet meer." in response.text
    assert second.get("/").status_code == 303


def test_a_made_up_link_opens_nothing(visitor: Visitor, database: Database) -> None:
    path = a_link(database)

    for wrong in (path[:-1], path + "a", "/inloggen/abc", "/inloggen/" + "a" * 300):
        assert visitor.get(wrong).status_code == 410
        assert visitor.post(wrong).status_code == 410


def test_page_says_the_same_for_known_and_unknown_addresses(visitor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        an_operator(session, "marit@tegelpost.example.org")

    known = visitor.post("/inloggen", {"address": "marit@tegelpost.example.org"})
    unknown = visitor.post("/inloggen", {"address": "marin@tegelpost.example.org"})

    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("marit@", "marin@") == unknown.text
    with database.transaction(writes=False) as session:
        owed = session.scalars(select(OwedLetter)).all()
        assert [(letter.letter, letter.address) for letter in owed] == [("sign-in-link", "marit@tegelpost.example.org")]


def test_no_more_than_three_letters_in_a_quarter_of_an_hour(visitor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        an_operator(session)

    pages = {visitor.post("/inloggen", {"address": "marit@tegelpost.example.org"}).status_code for _ in range(5)}

    assert pages == {200}
    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count(SignInLink.id))) == 3


def test_an_address_without_at_is_told_so_beside_its_field(visitor: Visitor) -> None:
    response = visitor.post("/inloggen", {"address": "marit.example.org"})

    assert response.status_code == 422
    assert "<title>Fout: Inloggen" in response.text
    assert 'href="#address"' in response.text
    assert 'value="marit.example.org"' in response.text


def test_a_disabled_operator_is_out_at_the_next_request(sign_in: SignIn, database: Database) -> None:
    visitor = sign_in("editor")
    assert visitor.get("/").status_code == 200

    with database.transaction() as session:
        operator = find_operator(session, "editor@tegelpost.example.org")
        assert operator is not None
        disable(session, operator, now=clock.now(), by=None)

    assert visitor.get("/").status_code == 303


def test_signing_out_ends_the_session_on_every_device(sign_in: SignIn) -> None:
    laptop, phone = sign_in("sender"), sign_in("sender")

    response = laptop.post("/uitloggen")

    assert response.location == "/inloggen"
    assert laptop.get("/").status_code == 303
    assert phone.get("/").status_code == 303


def test_what_a_page_asks_meanwhile_takes_no_message_of_a_deed_away(sign_in: SignIn) -> None:
    """Its answer may come after that of the deed: a cookie in it would be the one of before."""
    visitor = sign_in("sender")
    visitor.get("/")

    assert "Set-Cookie" not in visitor.get("/mailings").headers


def test_who_comes_back_within_two_weeks_stays_in(sign_in: SignIn) -> None:
    with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock_on_the_wall:
        visitor = sign_in("sender")

        for _week in range(3):
            clock_on_the_wall.shift(timedelta(days=13))
            assert visitor.get("/").status_code == 200
        clock_on_the_wall.shift(timedelta(days=15))
        assert visitor.get("/").status_code == 303


def test_signing_in_goes_on_to_where_one_was_going_but_never_to_another_site(
    visitor: Visitor, database: Database
) -> None:
    with database.transaction() as session:
        an_operator(session)

    for onward, lands in (("/inloggen?x=1", "/inloggen?x=1"), ("//evil.example", "/"), ("/\\evil.example", "/")):
        visitor.post("/inloggen", {"address": "marit@tegelpost.example.org", "verder": onward})
        assert visitor.post(a_link(database)).location == lands


def test_language_is_kept_with_the_operator(sign_in: SignIn) -> None:
    visitor = sign_in("editor")

    visitor.post("/taal", {"language": "en", "back": "/"})

    assert '<html lang="en">' in visitor.get("/").text
    assert '<html lang="en">' in sign_in("editor").get("/").text


def test_the_clock_does_not_tell_who_works_here(visitor: Visitor, database: Database) -> None:
    """Median over pairs, as an outsider would measure; the target is 10 ms. A busy machine is measured longer."""
    pairs, most_pairs = 30, 150
    with database.transaction() as session:
        for number in range(most_pairs):
            an_operator(session, f"known{number}@tegelpost.example.org")
    token = visitor.form_token()
    differences: list[float] = []

    def seconds(address: str) -> float:
        begun = time.perf_counter()
        visitor.post("/inloggen", {"address": address}, token=token)
        return time.perf_counter() - begun

    while len(differences) < most_pairs:
        for number in range(len(differences), len(differences) + pairs):
            known = seconds(f"known{number}@tegelpost.example.org")
            differences.append(known - seconds(f"other{number}@tegelpost.example.org"))
        if abs(median(differences)) < 0.010:
            break

    assert abs(median(differences)) < 0.010
