"""The screens of a mailing, from an empty list to a mailing that leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from mailer.app import create_app
from mailer.audiences.saving import save_segment
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.foundation.outbox import OwedLetter
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import LogbookEntry
from mailer.staff.signing_in import make_sign_in_link
from mailer.web.office.mailings import sending
from tests.factories import A_MOMENT, a_mailing, a_person, a_topic, an_event
from tests.web.visitor import Visitor, an_operator, counting_queries

SignIn = Callable[..., Visitor]
LATER = datetime(2099, 1, 14, 18, 30, tzinfo=UTC)


def a_draft(database: Database, *, readers: int = 2, **more: Any) -> int:
    """A draft that could be sent, to so many people."""
    with database.transaction() as session:
        for number in range(readers):
            a_person(session, f"Lezer{number}", mailbox=f"lezer{number}@devoeg.example.org")
        return a_mailing(session, **more).id


def stored(database: Database, mailing_id: int) -> Mailing:
    with database.transaction(writes=False) as session:
        mailing = session.get_one(Mailing, mailing_id)
        assert mailing.blocks is not None
        return mailing


def block_id(database: Database, mailing_id: int, position: int = 0) -> int:
    return stored(database, mailing_id).blocks[position].id


def test_an_empty_list_says_what_to_do(sign_in: SignIn) -> None:
    page = sign_in("editor").get("/mailings").text

    assert "Hier staat nog niets." in page
    assert "/mailings/nieuw" in page


def test_the_list_asks_as_much_for_three_mailings_as_for_one(database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("reader")
    a_draft(database)
    visitor.get("/mailings")

    with counting_queries(database) as for_one:
        visitor.get("/mailings")
    a_draft(database, readers=0)
    a_draft(database, readers=0)
    with counting_queries(database) as for_three:
        visitor.get("/mailings")

    assert len(for_three) == len(for_one)


def test_a_tab_shows_only_its_states(database: Database, sign_in: SignIn) -> None:
    a_draft(database, subject="Nog een concept")
    with database.transaction() as session:
        a_mailing(session, subject="Al verzonden").state = MailingState.SENT

    page = sign_in("reader").get("/mailings?toon=verzonden").text

    assert "Al verzonden" in page
    assert "Nog een concept" not in page


def test_a_new_newsletter_begins_in_its_own_order_and_with_its_topic(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        a_topic(session)

    answer = sign_in("editor").post("/mailings/nieuw", {"kind": "newsletter"})

    mailing = stored(database, 1)
    assert answer.location == "/mailings/1/inhoud"
    parts = [block.type for block in mailing.blocks if block.type != "divider"]
    assert parts == ["intro", "in_short", "heading", "agenda", "organisation", "call", "funding", "news", "partners"]
    with database.transaction(writes=False) as session:
        topic = session.get_one(Mailing, 1).topic
        assert topic is not None
        assert topic.slug == "nieuwsbrief"


def test_the_check_names_each_block_that_was_left_empty_once(database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("editor")
    visitor.post("/mailings/nieuw", {"kind": "newsletter"})

    page = visitor.get("/mailings/1/controle").text

    blocks = {block.type: block.id for block in stored(database, 1).blocks}
    stops = page.partition('id="stoppen"')[2].partition("</section>")[0]
    named = [int(number) for number in re.findall(r"blok=(\d+)", stops)]
    assert named == [blocks[one] for one in ("intro", "organisation", "call", "funding", "news", "partners")]


def test_an_empty_block_is_taken_out_in_the_check_itself_and_one_that_was_begun_is_not_offered(
    database: Database, sign_in: SignIn
) -> None:
    visitor = sign_in("editor")
    visitor.post("/mailings/nieuw", {"kind": "newsletter"})
    blocks = {block.type: block.id for block in stored(database, 1).blocks}
    visitor.post(f"/mailings/1/blokken/{blocks['news']}", {"text": "Zaterdag feest", "title": ""})
    offered = [blocks[one] for one in ("intro", "organisation", "call", "funding", "partners")]
    page = visitor.get("/mailings/1/controle").text
    assert [int(number) for number in re.findall(r"blokken/(\d+)/weg", page)] == offered

    answer = visitor.post(f"/mailings/1/blokken/{blocks['funding']}/weg", {"back": "check"})

    assert answer.headers["Location"].endswith("/mailings/1/controle#uitkomst")
    assert "funding" not in {block.type for block in stored(database, 1).blocks}
    assert f"blokken/{blocks['funding']}/weg" not in visitor.get("/mailings/1/controle").text
    visitor.post("/mailings/1/ongedaan")
    assert "funding" in {block.type for block in stored(database, 1).blocks}


def test_who_only_reads_is_not_offered_to_take_a_block_out(database: Database, sign_in: SignIn) -> None:
    sign_in("editor").post("/mailings/nieuw", {"kind": "newsletter"})

    page = sign_in("reader").get("/mailings/1/controle").text

    assert "Los dit eerst op" in page
    assert "/weg" not in page


def test_news_of_a_meeting_begins_with_what_is_different_and_one_button(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        meeting = an_event(session, "Matchavond", starts_at=LATER, ends_at=LATER + timedelta(hours=2)).id
    visitor = sign_in("editor")

    visitor.post("/mailings/nieuw", {"kind": "event_news", "event": str(meeting)})

    blocks = [(block.type, block.fields.get("text") or block.fields.get("url")) for block in stored(database, 1).blocks]
    assert blocks == [("heading", "Matchavond"), ("text", None), ("change", None), ("button", "[[link.rsvp]]")]
    assert "Schrijf op wat er anders is" in visitor.get("/mailings/1/controle").text


def test_a_new_call_begins_with_what_is_asked(database: Database, sign_in: SignIn) -> None:
    sign_in("editor").post("/mailings/nieuw", {"kind": "call"})

    assert [block.type for block in stored(database, 1).blocks] == ["text", "call"]


def test_an_invitation_needs_a_meeting(sign_in: SignIn, database: Database) -> None:
    answer = sign_in("editor").post("/mailings/nieuw", {"kind": "invitation"})

    assert answer.status_code == 422
    assert "Kies over welke bijeenkomst het gaat." in answer.text


def test_subject_and_topic_are_kept(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    answer = sign_in("editor").post(
        f"/mailings/{mailing}/inhoud", {"subject": "Kom je  ook?", "preheader": "Ja", "topic": "nieuwsbrief"}
    )

    assert answer.status_code == 303
    assert stored(database, mailing).subject == "Kom je ook?"


def test_saving_while_typing_answers_with_the_moment(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    json = {"Accept": "application/json", "Referer": "https://tegelpost.example.org/"}

    answer = visitor.post(f"/mailings/{mailing}/inhoud", {"subject": "Nieuw", "topic": "nieuwsbrief"}, headers=json)
    refused = visitor.post(f"/mailings/{mailing}/inhoud", {"topic": "bestaat-niet"}, headers=json)

    told = answer.get_json()
    assert told["saved"].startswith("Opgeslagen om ")
    assert (told["title"], told["summary"]) == ("Nieuw", "Nieuw")
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["topic"])


def test_a_block_is_added_below_the_open_one_and_opened(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    first = block_id(database, mailing)

    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken", {"type": "divider"})
    answer = visitor.post(f"/mailings/{mailing}/blokken", {"type": "quote", "after": str(first)})

    blocks = stored(database, mailing).blocks
    assert [block.type for block in blocks] == ["text", "quote", "divider"]
    assert answer.location == f"/mailings/{mailing}/inhoud?blok={blocks[1].id}&gedaan=erbij#text"


def test_a_copy_takes_along_what_was_typed_and_a_refused_field_comes_back(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken", {"type": "button"})
    path = f"/mailings/{mailing}/blokken/{block_id(database, mailing, 1)}"
    seen = re.search(r'name="seen" value="(\w+)"', visitor.get(path.replace("blokken/", "inhoud?blok=")).text)
    assert seen is not None

    wrong = {"label": "Bekijk de route", "url": "javascript:alert(1)", "seen": seen[1]}
    refused = visitor.post(f"{path}/kopie", wrong)

    assert refused.status_code == 422
    assert 'value="Bekijk de route"' in refused.text
    assert 'id="url-error"' in refused.text
    assert len(stored(database, mailing).blocks) == 2
    visitor.post(f"{path}/kopie", {**wrong, "url": "https://voorbeeld.example.org"})
    assert [block.fields.get("label") for block in stored(database, mailing).blocks] == [
        None,
        "Bekijk de route",
        "Bekijk de route",
    ]


def test_what_was_typed_in_a_block_that_is_taken_out_is_among_the_earlier_versions(
    database: Database, sign_in: SignIn
) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken", {"type": "button"})
    path = f"/mailings/{mailing}/blokken/{block_id(database, mailing, 1)}"

    visitor.post(f"{path}/weg", {"label": "Kom naar de tuin", "url": "javascript:alert(1)", "seen": "x"})

    assert len(stored(database, mailing).blocks) == 1
    assert "Kom naar de tuin" in visitor.get(f"/mailings/{mailing}/versies").text


@pytest.mark.parametrize(("at", "deed", "next_button"), [(0, "omlaag", "omlaag"), (1, "omhoog", "omlaag")])
def test_the_address_leads_to_the_button_that_moved_the_block_on(
    database: Database, sign_in: SignIn, at: int, deed: str, next_button: str
) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    for kind in ("quote", "divider"):
        visitor.post(f"/mailings/{mailing}/blokken", {"type": kind})
    block = block_id(database, mailing, at)

    answer = visitor.post(f"/mailings/{mailing}/blokken/{block}/{deed}")

    address, _hash, anchor = answer.location.partition("#")
    page = visitor.get(address).text
    assert anchor == f"{next_button}-{block}"
    assert re.search(rf'<button[^>]*id="{anchor}"(?![^>]*disabled)', page)
    assert re.search(r'role="status" data-says="(Tekst|Citaat) staat nu op plaats [12] van 3\."', page)


def test_what_is_written_in_a_block_is_cleaned(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    block = block_id(database, mailing)

    sign_in("editor").post(
        f"/mailings/{mailing}/blokken/{block}", {"html": "<p onclick='x()'>Dag <script>alert(1)</script><b>jij</b></p>"}
    )

    assert stored(database, mailing).blocks[0].fields["html"] == "<p>Dag <strong>jij</strong></p>"


def test_a_wrong_link_is_said_beside_its_field_and_nothing_is_lost(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken", {"type": "button"})
    block = block_id(database, mailing, 1)

    answer = visitor.post(
        f"/mailings/{mailing}/blokken/{block}", {"label": "Bekijk de route", "url": "javascript:alert(1)"}
    )

    assert answer.status_code == 422
    assert 'id="url-error"' in answer.text
    assert 'value="Bekijk de route"' in answer.text
    assert stored(database, mailing).blocks[1].fields["url"] == ""


def test_blocks_move_are_copied_and_taken_out(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    for kind in ("divider", "quote"):
        visitor.post(f"/mailings/{mailing}/blokken", {"type": kind})

    def press(position: int, deed: str) -> list[str]:
        visitor.post(f"/mailings/{mailing}/blokken/{block_id(database, mailing, position)}/{deed}")
        return [block.type for block in stored(database, mailing).blocks]

    assert press(2, "omhoog") == ["text", "quote", "divider"]
    assert press(0, "omlaag") == ["quote", "text", "divider"]
    assert press(1, "kopie") == ["quote", "text", "text", "divider"]
    assert press(0, "weg") == ["text", "text", "divider"]


def test_a_picture_says_what_it_shows_or_that_it_is_decoration(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")
    visitor.post(f"/mailings/{mailing}/blokken", {"type": "image"})
    block = block_id(database, mailing, 1)
    path = f"/mailings/{mailing}/blokken/{block}"

    assert stored(database, mailing).blocks[1].fields["alt"] is None
    visitor.post(path, {"alt": "Kinderen planten een boom"})
    assert stored(database, mailing).blocks[1].fields["alt"] == "Kinderen planten een boom"
    visitor.post(path, {"alt": "", "only_decoration": "yes"})
    assert stored(database, mailing).blocks[1].fields["alt"] == ""


def test_the_preview_is_the_letter_in_a_frame_that_runs_nothing(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    frame = sign_in("reader").get(f"/mailings/{mailing}/voorbeeld")

    policy = frame.headers["Content-Security-Policy"]
    assert "Beste Samira en Joost," in frame.text
    assert "Hallo!" in frame.text
    assert "[[" not in frame.text
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


def test_who_only_reads_finds_no_forms(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    page = sign_in("reader").get(f"/mailings/{mailing}/inhoud").text

    assert "Je kunt meelezen." in page
    assert "/blokken" not in page


def test_a_draft_is_thrown_away_and_a_sent_mailing_is_not(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    with database.transaction() as session:
        sent = a_mailing(session)
        sent.state = MailingState.SENT
        sent_id = sent.id
    visitor = sign_in("editor")

    assert visitor.post(f"/mailings/{mailing}/weggooien").status_code == 303
    assert visitor.post(f"/mailings/{sent_id}/weggooien").status_code == 409

    with database.transaction(writes=False) as session:
        assert session.scalars(select(Mailing.id)).all() == [sent_id]


def test_a_copy_is_a_new_draft(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    answer = sign_in("editor").post(f"/mailings/{mailing}/kopie")

    assert answer.location == f"/mailings/{mailing + 1}/inhoud"
    assert stored(database, mailing + 1).state is MailingState.DRAFT


def test_the_letter_is_shown_as_a_reader_gets_it(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")

    page = visitor.get(f"/mailings/{mailing}/bekijken?zoek=lezer1&kijk=tekst").text

    assert "lezer1@devoeg.example.org" in page
    assert "Beste Lezer1," in page


def test_a_proof_goes_to_the_addresses_that_were_typed(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    answer = sign_in("editor").post(
        f"/mailings/{mailing}/proefmail", {"to": "marit@tegelpost.example.org\njoost@devoeg.example.org"}
    )

    assert answer.status_code == 303
    with database.transaction(writes=False) as session:
        owed = session.scalars(select(OwedLetter).where(OwedLetter.letter == "proof").order_by(OwedLetter.id)).all()
        assert [letter.address for letter in owed] == ["marit@tegelpost.example.org", "joost@devoeg.example.org"]
        assert session.get_one(Mailing, mailing).proofed_at is not None


@pytest.mark.parametrize(("typed", "sentence"), [("marit@", "Dit e-mailadres klopt niet"), ("", "Vul in naar wie")])
def test_a_proof_to_nobody_is_refused(database: Database, sign_in: SignIn, typed: str, sentence: str) -> None:
    answer = sign_in("editor").post(f"/mailings/{a_draft(database)}/proefmail", {"to": typed})

    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_check_links_to_where_it_is_mended(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, subject="", audience=None)

    page = sign_in("editor").get(f"/mailings/{mailing}/controle").text

    assert "Je kunt nog niet verzenden. Los eerst 2 punten op." in page
    assert f'href="/mailings/{mailing}/inhoud?blok=onderwerp#bewerken"' in page
    assert f'href="/mailings/{mailing}/ontvangers"' in page


def test_a_mailing_that_is_stopped_by_the_check_has_no_send_button(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, subject="")
    visitor = sign_in("sender")

    assert "Los eerst 1 punt op." in visitor.get(f"/mailings/{mailing}/verzenden").text
    assert visitor.post(f"/mailings/{mailing}/verzenden", {"when": "now", "expected": "2"}).status_code == 422
    assert stored(database, mailing).state is MailingState.DRAFT


def test_sending_now_plans_the_mailing_and_writes_the_logbook(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("sender")

    page = visitor.get(f"/mailings/{mailing}/verzenden").text
    answer = visitor.post(f"/mailings/{mailing}/verzenden", {"when": "now", "expected": "2"})

    assert "<strong>2 mails</strong>" in page
    assert answer.location == f"/mailings/{mailing}/volgen"
    assert stored(database, mailing).state is MailingState.SCHEDULED
    with database.transaction(writes=False) as session:
        line = session.scalars(select(LogbookEntry).where(LogbookEntry.action == "mailing-scheduled")).one()
        assert (line.subject_id, line.operator is not None) == (mailing, True)


def test_sending_says_how_many_mails_and_how_long_one_can_stop_in_two_sentences(
    make_database: Callable[..., Database],
) -> None:
    database = make_database(grace_seconds=600)
    with database.transaction() as session:
        link = make_sign_in_link(session, an_operator(session, "jij@tegelpost.example.org", role="sender"), now=now())
        path = urlsplit(database.settings.links.sign_in(link.id)).path
    visitor = Visitor(create_app(database.settings, database))
    visitor.post(path)

    page = visitor.get(f"/mailings/{a_draft(database)}/verzenden").text

    assert "aan <strong>2 mensen</strong>. De mail gaat over 10 minuten weg." in " ".join(page.split())


def test_a_second_tab_that_sends_again_is_led_to_how_it_stands(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("sender")
    visitor.post(f"/mailings/{mailing}/verzenden", {"when": "now", "expected": "2"})

    again = visitor.post(f"/mailings/{mailing}/verzenden", {"when": "now", "expected": "2"})

    assert again.location == f"/mailings/{mailing}/volgen"
    assert "Deze mailing was al ingepland of verzonden." in visitor.get(again.location).text
    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(LogbookEntry).where(LogbookEntry.action == "mailing-scheduled")).all()) == 1


def test_a_number_of_mails_in_words_is_asked_again_with_the_number(
    database: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TYPED_ABOVE", 1)
    mailing = a_draft(database)
    form = {"when": "now", "expected": "2"}

    refused = sign_in("sender").post(f"/mailings/{mailing}/verzenden", {**form, "typed": "twee"})

    assert refused.status_code == 422
    assert "Typ het aantal mails (2)." in refused.text


def test_sending_later_takes_the_wall_clock_of_amsterdam(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    sign_in("sender").post(
        f"/mailings/{mailing}/verzenden", {"when": "later", "day": "14-7-2099", "time": "9.00", "expected": "2"}
    )

    planned = stored(database, mailing).scheduled_at
    assert planned is not None
    assert planned.isoformat() == "2099-07-14T07:00:00+00:00"


def test_a_moment_that_was_is_refused(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    answer = sign_in("sender").post(
        f"/mailings/{mailing}/verzenden", {"when": "later", "day": "14-7-2020", "time": "9.00", "expected": "2"}
    )

    assert answer.status_code == 422
    assert "Dat moment is al geweest." in answer.text


def test_another_number_than_was_on_the_screen_is_asked_again(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)

    answer = sign_in("sender").post(f"/mailings/{mailing}/verzenden", {"when": "now", "expected": "3"})

    assert answer.status_code == 422
    assert "Het aantal mails is intussen veranderd: nu 2." in answer.text
    assert stored(database, mailing).state is MailingState.DRAFT


def test_above_two_hundred_who_sends_types_the_number(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, readers=201)
    visitor = sign_in("sender")
    path = f"/mailings/{mailing}/verzenden"

    assert "Hoeveel mails gaan er weg?" in visitor.get(path).text
    for typed in ("", "200"):
        answer = visitor.post(path, {"when": "now", "expected": "201", "typed": typed})
        assert 'id="typed-error"' in answer.text
    assert stored(database, mailing).state is MailingState.DRAFT
    assert visitor.post(path, {"when": "now", "expected": "201", "typed": "201"}).status_code == 303


def test_a_planned_mailing_is_taken_back_whole(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("sender")
    visitor.post(f"/mailings/{mailing}/verzenden", {"when": "now", "expected": "2"})

    visitor.post(f"/mailings/{mailing}/terug")

    assert stored(database, mailing).state is MailingState.DRAFT


def test_every_page_of_a_mailing_has_one_title_and_no_inline_style_or_script(
    database: Database, sign_in: SignIn
) -> None:
    mailing = a_draft(database)
    visitor = sign_in("admin")
    paths = ["inhoud", "inhoud?blok=nieuw", "ontvangers", "bekijken", "controle", "verzenden"]

    for path in ["/mailings", "/mailings/nieuw", *(f"/mailings/{mailing}/{one}" for one in paths)]:
        page = visitor.get(path).text
        assert len(re.findall(r"<h1\b", page)) == 1, path
        assert not re.search(r'<style|\sstyle="|\son\w+="|<script(?![^>]*\bsrc=)', page), path


@pytest.mark.parametrize(
    ("block", "greeting", "link"),
    [
        ({"type": "text"}, True, True),
        ({"type": "heading"}, True, False),
        ({"type": "button"}, False, True),
        ({"type": "divider"}, False, False),
    ],
)
def test_a_block_says_which_slots_can_stand_in_it(
    database: Database, sign_in: SignIn, block: dict[str, str], greeting: bool, link: bool
) -> None:
    mailing_id = a_draft(database, blocks=[block])

    page = sign_in("editor").get(f"/mailings/{mailing_id}/inhoud?blok={block_id(database, mailing_id)}").text

    assert ("<code>[[mailbox.greeting]]</code>" in page) is greeting
    assert ("<code>[[link.rsvp]]</code>" in page) is link


def test_recipients_are_built_in_sentences_and_kept(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, audience=None)
    visitor = sign_in("editor")
    path = f"/mailings/{mailing}/ontvangers"
    everybody = {"clause": "1", "kind-1": "everybody", "reach": "everyone"}

    tried = visitor.post(f"{path}/bouwen", {**everybody, "do": "count"})
    counted = visitor.post(f"{path}/tel", everybody)
    assert stored(database, mailing).audience is None
    kept = visitor.post(path, everybody)

    assert (tried.status_code, counted.status_code) == (200, 200)
    assert '<b class="num">2</b>' in counted.text
    assert kept.location == path
    assert stored(database, mailing).audience == {
        "rule": {"all": [{"all": []}]},
        "reach": "everyone",
        "include": [],
        "exclude": [],
    }


def test_nobody_chosen_is_said_and_not_kept(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, audience=None)

    answer = sign_in("editor").post(f"/mailings/{mailing}/ontvangers", {"reach": "everyone"})

    assert answer.status_code == 422
    assert "Kies eerst een voorwaarde." in answer.text
    assert stored(database, mailing).audience is None


def test_a_saved_selection_is_where_one_begins(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, audience=None)
    with database.transaction() as session:
        rule = {"rule": {"address": ["lezer1@devoeg.example.org"]}, "reach": "everyone"}
        save_segment(session, "Alleen lezer 1", rule, now=A_MOMENT)

    page = sign_in("editor").get(f"/mailings/{mailing}/ontvangers?selectie=alleen-lezer-1").text

    assert "Dit is de selectie <strong>Alleen lezer 1</strong>." in page
    assert '<b class="num">1</b>' in page
    assert stored(database, mailing).audience is None


def test_a_new_invitation_is_written_from_its_meeting(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        a_topic(session, "uitnodigingen")
        meeting = an_event(session, "Matchavond", starts_at=LATER, ends_at=LATER + timedelta(hours=2)).id

    answer = sign_in("editor").post("/mailings/nieuw", {"kind": "invitation", "event": str(meeting)})

    mailing = stored(database, 1)
    assert answer.location == "/mailings/1/inhoud"
    assert (mailing.event_id, mailing.audience) == (meeting, None)
    parts = [block.type for block in mailing.blocks]
    assert parts == ["heading", "text", "event", "divider", "heading", "text"]
    assert mailing.blocks[-2].fields["text"] == "Programma"
    assert "Dit tekstblok is leeg." in sign_in("editor").get("/mailings/1/controle").text
    assert "Matchavond" in mailing.subject


def test_an_hour_of_writing_is_one_line_in_the_logbook(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database)
    visitor = sign_in("editor")

    visitor.post(f"/mailings/{mailing}/inhoud", {"subject": "Een", "topic": "nieuwsbrief"})
    visitor.post(f"/mailings/{mailing}/inhoud", {"subject": "Twee", "topic": "nieuwsbrief"})
    visitor.post(f"/mailings/{mailing}/blokken", {"type": "divider"})

    with database.transaction(writes=False) as session:
        lines = session.scalars(select(LogbookEntry).where(LogbookEntry.action == "mailing-changed")).all()
        assert [(line.subject_kind, line.subject_id) for line in lines] == [("mailing", mailing)]


def test_without_a_script_one_types_a_small_markup_and_finds_it_again(database: Database, sign_in: SignIn) -> None:
    mailing = a_draft(database, blocks=[{"type": "text", "html": "<p>Neem <strong>soep</strong> mee.</p>"}])
    block = block_id(database, mailing)
    visitor = sign_in("editor")
    typed = "Neem **soep** mee, en _brood_.\n\n- een bord\n- een lepel"

    before = visitor.get(f"/mailings/{mailing}/inhoud?blok={block}").text
    visitor.post(f"/mailings/{mailing}/blokken/{block}", {"html": typed})
    after = visitor.get(f"/mailings/{mailing}/inhoud?blok={block}").text

    assert ">Neem **soep** mee.</textarea>" in before
    assert "Vet: **woord**." in before
    assert stored(database, mailing).blocks[0].fields["html"] == (
        "<p>Neem <strong>soep</strong> mee, en <em>brood</em>.</p><ul><li>een bord</li><li>een lepel</li></ul>"
    )
    assert f">{typed}</textarea>" in after
