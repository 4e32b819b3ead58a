"""Two people at one draft, and taking back: nobody's words get lost."""

from __future__ import annotations

import re
from collections.abc import Callable

from mailer.foundation.database import Database
from mailer.mailings.drafts.undoing import steps_of
from mailer.mailings.models import Mailing
from tests.factories import a_mailing
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
JSON = {"Accept": "application/json", "Referer": "https://tegelpost.example.org/"}


def a_draft(database: Database) -> tuple[int, int]:
    with database.transaction() as session:
        mailing = a_mailing(session, {"type": "text", "html": "<p>een</p>"}, {"type": "heading", "text": "twee"})
        return mailing.id, mailing.blocks[0].id


def first_text(database: Database, mailing: int) -> str:
    with database.transaction(writes=False) as session:
        return str(session.get_one(Mailing, mailing).blocks[0].fields["html"])


def words_aside(database: Database, mailing: int) -> list[str]:
    with database.transaction(writes=False) as session:
        steps = steps_of(session, session.get_one(Mailing, mailing))
        return [step.content["blocks"][0]["fields"]["html"] for step in steps if step.standing.value == "aside"]


def two(sign_in: SignIn) -> tuple[Visitor, Visitor]:
    return sign_in("editor", address="marit@tegelpost.example.org"), sign_in(
        "sender", address="joost@tegelpost.example.org"
    )


def test_who_comes_second_reads_along_and_may_take_over(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    marit, joost = two(sign_in)

    mine = marit.post(f"/mailings/{mailing}/beurt").get_json()
    theirs = joost.post(f"/mailings/{mailing}/beurt").get_json()
    page = joost.get(f"/mailings/{mailing}/inhoud?blok={block}").text

    assert (mine["mine"], theirs["mine"]) == (True, False)
    assert theirs["sentence"] == "Editor is nu in deze mailing bezig."
    assert "<strong>Editor</strong> is nu in deze mailing bezig. Je kunt meelezen." in page
    assert "data-saves-itself" not in page
    assert joost.post(f"/mailings/{mailing}/neem-over").status_code == 303
    assert "data-saves-itself" in joost.get(f"/mailings/{mailing}/inhoud?blok={block}").text


def test_what_is_typed_after_a_takeover_is_kept_among_the_earlier_versions(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    marit, joost = two(sign_in)
    path = f"/mailings/{mailing}/blokken/{block}"
    marit.post(path, {"html": "<p>van Marit</p>"})
    joost.post(f"/mailings/{mailing}/neem-over")
    joost.post(path, {"html": "<p>van Joost</p>"})

    told = marit.post(path, {"html": "<p>van Marit, en nog meer</p>"}, headers=JSON).get_json()

    assert told["overtaken"].startswith(
        "Sender is nu in deze mailing bezig. Wat jij schreef, staat bij Eerdere versies."
    )
    assert first_text(database, mailing) == "<p>van Joost</p>"
    assert words_aside(database, mailing) == ["<p>van Marit, en nog meer</p>"]
    versions = marit.get(f"/mailings/{mailing}/versies").text
    assert "Niet in de mailing gekomen" in versions
    assert "van Marit, en nog meer" in versions


def test_a_form_from_before_somebody_elses_change_overwrites_nothing(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    marit = sign_in("editor")
    path = f"/mailings/{mailing}/blokken/{block}"
    seen = re.search(r'name="seen" value="(\w+)"', marit.get(f"/mailings/{mailing}/inhoud?blok={block}").text)
    assert seen is not None

    first = marit.post(path, {"html": "<p>eerste venster</p>", "seen": seen[1]}, headers=JSON).get_json()
    second = marit.post(path, {"html": "<p>tweede venster</p>", "seen": seen[1]})
    page = marit.get(second.location).text
    on = marit.post(path, {"html": "<p>eerste venster, verder</p>", "seen": first["seen"]}, headers=JSON).get_json()

    assert second.status_code == 303
    assert "Dit is intussen in een ander venster veranderd." in page
    assert on["saved"].startswith("Opgeslagen om ")
    assert first_text(database, mailing) == "<p>eerste venster, verder</p>"
    assert words_aside(database, mailing) == ["<p>tweede venster</p>"]


def test_recipients_that_were_chosen_out_of_turn_are_kept_too(database: Database, sign_in: SignIn) -> None:
    mailing, _block = a_draft(database)
    marit, joost = two(sign_in)
    marit.post(f"/mailings/{mailing}/beurt")
    with database.transaction(writes=False) as session:
        before = session.get_one(Mailing, mailing).audience

    answer = joost.post(f"/mailings/{mailing}/ontvangers", {"clause": "1", "kind-1": "everybody", "reach": "contacts"})

    assert answer.status_code == 303
    with database.transaction(writes=False) as session:
        draft = session.get_one(Mailing, mailing)
        assert draft.audience == before
        assert [step.content["audience"]["reach"] for step in steps_of(session, draft)] == ["contacts"]


def test_blocks_are_not_moved_under_somebody_elses_hands(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    marit, joost = two(sign_in)
    marit.post(f"/mailings/{mailing}/beurt")

    for deed in ("omlaag", "kopie", "weg"):
        joost.post(f"/mailings/{mailing}/blokken/{block}/{deed}")
    joost.post(f"/mailings/{mailing}/blokken", {"type": "divider"})

    with database.transaction(writes=False) as session:
        assert [row.type for row in session.get_one(Mailing, mailing).blocks] == ["text", "heading"]


def test_a_block_that_was_thrown_away_comes_back(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken/{block}/weg")
    page = visitor.get(f"/mailings/{mailing}/inhoud").text

    answer = visitor.post(f"/mailings/{mailing}/ongedaan")

    assert "Maak ongedaan" in page
    assert answer.status_code == 303
    assert "Ongedaan gemaakt: blok weggehaald." in visitor.get(answer.location).text
    assert first_text(database, mailing) == "<p>een</p>"
    assert visitor.post(f"/mailings/{mailing}/opnieuw").status_code == 303
    with database.transaction(writes=False) as session:
        assert [row.type for row in session.get_one(Mailing, mailing).blocks] == ["heading"]


def test_saving_what_did_not_change_is_no_step(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)

    sign_in("editor").post(f"/mailings/{mailing}/blokken/{block}", {"html": "<p>een</p>"})

    with database.transaction(writes=False) as session:
        assert steps_of(session, session.get_one(Mailing, mailing)) == []


def test_an_earlier_version_is_looked_at_and_put_back(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken/{block}", {"html": "<p>nieuw</p>"})
    with database.transaction(writes=False) as session:
        step = steps_of(session, session.get_one(Mailing, mailing))[0].id

    page = visitor.get(f"/mailings/{mailing}/versies?kijk={step}").text
    letter = visitor.get(f"/mailings/{mailing}/versies/{step}")
    visitor.post(f"/mailings/{mailing}/versies/{step}/terug")

    assert "Blok gewijzigd" in page
    assert f'src="/mailings/{mailing}/versies/{step}"' in page
    assert "een</p>" in letter.text
    assert "nieuw</p>" not in letter.text
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert first_text(database, mailing) == "<p>een</p>"


def test_the_versions_of_one_mailing_are_not_those_of_another(database: Database, sign_in: SignIn) -> None:
    mailing, block = a_draft(database)
    other, _block = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken/{block}", {"html": "<p>nieuw</p>"})
    with database.transaction(writes=False) as session:
        step = steps_of(session, session.get_one(Mailing, mailing))[0].id

    assert visitor.get(f"/mailings/{other}/versies/{step}").status_code == 404
    assert visitor.post(f"/mailings/{other}/versies/{step}/terug").status_code == 404
