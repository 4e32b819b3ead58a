from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from mailer.audiences.models import Segment
from mailer.audiences.saving import save_segment
from mailer.directory.models import MailboxKind, Person
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.language import set_language
from mailer.staff.models import LogbookEntry
from mailer.web.office.audiences import Builder
from tests.factories import a_mailbox, a_mailing, a_person, a_topic, an_organisation
from tests.web.visitor import Visitor, counting_queries

SignIn = Callable[..., Visitor]
GREEN: dict[str, Any] = {"clause": "1", "kind-1": "theme", "value-1": "groen"}


@pytest.fixture(autouse=True)
def directory(database: Database) -> None:
    """Green in Spangen with an office and two people, and a sport club in Bospolder."""
    with database.transaction() as session:
        a_topic(session)
        voeg = an_organisation(
            session, "Buurttuin De Voeg", themes=["groen"], areas=["spangen"], mailbox="info@devoeg.example.org"
        )
        a_person(session, of=voeg, mailbox=a_mailbox(session, "samira@devoeg.example.org"))
        a_person(session, "Joost", of=voeg, mailbox=a_mailbox(session, "joost@devoeg.example.org", basis=None))
        an_organisation(session, "Club", themes=["sport"], areas=["bospolder"], mailbox="club@devoeg.example.org")


def saved(database: Database, name: str = "Groen", **audience: Any) -> int:
    with database.transaction() as session:
        value = {"rule": {"theme": ["groen"]}, **audience}
        return save_segment(session, name, value, now=clock.now()).id


def text_of(page: str, identity: str) -> str:
    """The words inside the element of this id (up to the next element that has one)."""
    inside = page.split(f'id="{identity}"', 1)[1].split(" id=", 1)[0]
    return " ".join(re.sub(r"<[^>]*>?", " ", inside.split(">", 1)[1]).split())


def test_a_selection_is_made_clause_by_clause_without_javascript(sign_in: SignIn, database: Database) -> None:
    marit = sign_in("editor")

    page = marit.post("/selecties/nieuw", {"do": "add-0", "new-kind-0": "theme"}).text
    assert 'name="kind-1" value="theme"' in page
    assert "Thema: nog niets gekozen" in page
    page = marit.post("/selecties/nieuw", {**GREEN, "do": "add-0", "new-kind-0": "neighbourhood"}).text
    assert "met thema Groen en duurzaamheid" in page
    assert 'name="kind-2" value="neighbourhood"' in page
    done = marit.post(
        "/selecties/nieuw/bewaar",
        {**GREEN, "clause": ["1", "2"], "kind-2": "neighbourhood", "not-2": "yes", "value-2": "bospolder"}
        | {"wide-2": "yes", "reach": "contacts", "exclude": "Joost@devoeg.example.org", "name": "Groen in Spangen"},
    )

    assert done.status_code == 303
    with database.transaction() as session:
        segment = session.scalars(select(Segment)).one()
        assert (segment.slug, segment.audience) == (
            "groen-in-spangen",
            {
                "rule": {"all": [{"theme": ["groen"]}, {"none": [{"neighbourhood": ["bospolder"]}]}]},
                "reach": "contacts",
                "include": [],
                "exclude": ["joost@devoeg.example.org"],
            },
        )
        assert [entry.action for entry in session.scalars(select(LogbookEntry)) if entry.subject_kind == "segment"] == [
            "segment-saved"
        ]


def test_recipients_of_a_mailing_are_kept_as_a_selection_on_the_way(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        recipients = f"/mailings/{a_mailing(session).id}/ontvangers"
    marit = sign_in("editor")
    assert f'name="back" value="{recipients}"' in marit.get(recipients).text

    done = marit.post("/selecties/nieuw/bewaar", {**GREEN, "name": "Groen", "back": recipients})
    away = marit.post("/selecties/nieuw/bewaar", {**GREEN, "name": "Groen 2", "back": "https://elders.example.org/"})

    assert done.location == f"{recipients}?selectie=groen"
    assert "met thema Groen en duurzaamheid" in marit.get(done.location).text
    assert away.location == "/?selectie=groen-2"


def test_the_answer_counts_and_says_the_sentence(sign_in: SignIn) -> None:
    page = sign_in("reader").post("/selecties/tel", GREEN).text

    tally = text_of(page, "audience-tally")
    assert "2 mails aan 1 van de 1 organisaties" in tally
    assert "Postvakken in de selectie 3 Nog geen toestemming − 1 Mails 2" in tally
    assert "In de selectie zitten 2 mensen." in tally
    assert text_of(page, "said-1") == "met thema Groen en duurzaamheid"
    assert "In deze selectie zit niemand uit Bospolder" in text_of(page, "audience-board")


@pytest.mark.parametrize(
    ("tab", "shown"),
    [
        ("organisations", "Buurttuin De Voeg info@ devoeg.example.org Ja"),
        ("people", "Joost el Mozaïek Buurttuin De Voeg joost@ devoeg.example.org Nog geen toestemming"),
        ("mailboxes", "samira@ devoeg.example.org Samira el Mozaïek, Buurttuin De Voeg"),
        ("refused", "Joost el Mozaïek Buurttuin De Voeg · joost@devoeg.example.org Nog geen toestemming Leg vast"),
    ],
)
def test_each_tab_shows_its_list(sign_in: SignIn, tab: str, shown: str) -> None:
    page = sign_in("reader").post("/selecties/tel", {**GREEN, "tab": tab}).text

    assert shown in text_of(page, "audience-list")


def test_the_missing_basis_is_recorded_for_all_of_them_from_the_list(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        info = a_mailbox(session, "nieuw@devoeg.example.org", kind=MailboxKind.FUNCTIONAL, basis=None)
        an_organisation(session, "Nieuw", themes=["groen"], mailbox=info)
        functional = info.id
    marit = sign_in("editor")

    page = marit.post("/selecties/tel", {**GREEN, "tab": "refused"}).text
    reader = sign_in("reader").post("/selecties/tel", {**GREEN, "tab": "refused"}).text

    assert f'href="/adresboek/postvakken/grondslag?mailbox={functional}">1 algemeen postvak' in page
    assert "1 persoonlijk postvak" in page
    assert "Leg het vast voor" not in reader


def test_a_long_list_is_turned_page_by_page(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        for number in range(30):
            an_organisation(session, f"Tuin {number:02}", themes=["groen"])
    marit = sign_in("reader")

    first = marit.post("/selecties/tel", GREEN).text
    second = marit.post("/selecties/tel", {**GREEN, "page": "2"}).text
    beyond = marit.post("/selecties/tel", {**GREEN, "page": "99"}).text

    assert "31 organisaties = 1 bereikt + 30 niet bereikt." in text_of(first, "audience-list")
    assert (first.count("<tr>"), "Bladzijde 1 van 2" in first) == (21, True)
    assert (second.count("<tr>"), "Bladzijde 2 van 2" in second) == (12, True)
    assert second == beyond


@pytest.mark.parametrize(
    ("tab", "word", "found"),
    [
        ("organisations", "devoeg", ["Buurttuin De Voeg"]),
        ("people", "joost", ["Joost el Mozaïek"]),
        ("people", "moza", ["Joost el Mozaïek", "Samira el Mozaïek"]),
        ("mailboxes", "SAMIRA", ["samira@ devoeg.example.org"]),
        ("mailboxes", "joost", []),
        ("refused", "joost", ["Joost el Mozaïek"]),
        ("refused", "fatuma", []),
    ],
)
def test_a_list_is_searched(sign_in: SignIn, tab: str, word: str, found: list[str]) -> None:
    page = sign_in("reader").post("/selecties/tel", {**GREEN, "tab": tab, "search": word}).text

    rows = re.findall(r'<th scope="row">(.*?)</th>', page, re.S)
    names = [" ".join(re.sub(r"<br>.*|<[^>]*>", " ", row, flags=re.S).split()) for row in rows]
    assert names == found


def test_what_is_done_with_a_list_waits_for_somebody_to_be_chosen(sign_in: SignIn) -> None:
    editor = sign_in("editor")

    nobody = editor.get("/selecties/nieuw").text
    some = editor.post("/selecties/nieuw", GREEN).text

    assert re.findall(r"data-with-list( hidden)?>", nobody) == [" hidden", " hidden"]
    assert re.findall(r"data-with-list( hidden)?>", some) == ["", ""]


def test_the_numbers_of_the_tabs_follow_from_each_other(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        a_person(session, "Mama", of=an_organisation(session, "Kookclub", themes=["groen"]))
    reader = sign_in("reader")

    shown = {
        tab: text_of(reader.post("/selecties/tel", {**GREEN, "tab": tab}).text, "audience-list")
        for tab in ("organisations", "people", "mailboxes", "refused")
    }

    assert "2 organisaties = 1 bereikt + 1 niet bereikt." in shown["organisations"]
    assert "3 mensen = 1 bereikt + 2 niet bereikt." in shown["people"]
    assert "3 postvakken − 1 niet mailbaar = 2 mails." in shown["mailboxes"]
    assert (
        "1 postvak dat geen mail krijgt + 1 organisatie zonder e-mailadres + 1 mens zonder e-mailadres = 3."
        in shown["refused"]
    )
    assert "Mensen 3" in shown["people"]
    assert "Niet mailbaar, omdat 3" in shown["refused"]


def test_a_stand_in_is_shown_in_the_lists(sign_in: SignIn) -> None:
    contacts = {**GREEN, "reach": "contacts"}
    reader = sign_in("reader")

    for tab in ("organisations", "mailboxes"):
        page = reader.post("/selecties/tel", {**contacts, "tab": tab}).text
        assert "heeft geen contactpersoon met een e-mailadres, dus gaat de mail naar het eigen postvak." in page


def test_lists_are_taken_along_as_a_file(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        mailing = a_mailing(session).id
    marit = sign_in("editor")

    listed = marit.post("/selecties/download", {**GREEN, "as": "csv", "tab": "refused"})
    book = marit.post(f"/mailings/{mailing}/ontvangers/download", {**GREEN, "as": "xlsx"})

    assert listed.data.decode("utf-8-sig").splitlines() == [
        "Wie;Meer;Omdat;Wat je kunt doen",
        "Joost el Mozaïek;Buurttuin De Voeg · joost@devoeg.example.org;Nog geen toestemming;"
        "Leg vast waarom we mogen mailen, of vraag het.",
    ]
    sheets = {sheet.title: list(sheet.values) for sheet in load_workbook(io.BytesIO(book.data)).worksheets}
    assert list(sheets) == ["Organisaties", "Mensen", "Postvakken", "Niet mailbaar"]
    assert sheets["Postvakken"][1][:2] == ("info@devoeg.example.org", None)
    assert sign_in("reader").post("/selecties/download", {**GREEN, "as": "csv"}).status_code == 403
    with database.transaction() as session:
        actions = [entry.action for entry in session.scalars(select(LogbookEntry))]
    assert actions.count("audience-downloaded") == 2


def test_anybody_can_be_asked_about(sign_in: SignIn) -> None:
    marit = sign_in("reader")

    said = marit.post("/selecties/tel", {**GREEN, "asked": "club@devoeg.example.org", "do": "explain"}).text
    wrong = marit.post("/selecties/tel", {**GREEN, "asked": "club", "do": "explain"}).text

    assert text_of(said, "audience-why").startswith(
        "Niet in de selectie Club past niet bij de regel: gevraagd is ‘met thema Groen en duurzaamheid’."
    )
    assert "Dit e-mailadres klopt niet: club." in text_of(wrong, "audience-why")


def test_an_organisation_without_any_address_has_its_reason(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        kas = an_organisation(session, "De Kas", themes=["groen"])
        a_person(session, "Fatuma", of=kas, mailbox=a_mailbox(session, "fatuma@dekas.example.org"))
    marit = sign_in("reader")

    def refused(reach: str, **more: str) -> str:
        return text_of(
            marit.post("/selecties/tel", {**GREEN, "reach": reach, "tab": "refused", **more}).text, "audience-list"
        )

    contacts, everyone = refused("contacts"), refused("everyone")

    assert "Niet mailbaar, omdat 1" in contacts
    assert "0 postvakken die geen mail krijgen + 1 organisatie zonder e-mailadres + 0 mensen zonder" in contacts
    assert "De Kas Ook geen contactpersoon met een e-mailadres. Geen e-mailadres Bel, of vul een" in contacts
    assert "De Kas" in refused("contacts", search="kas")
    assert "De Kas" not in refused("contacts", search="voeg")
    # Fatuma's mail reaches it.
    assert "De Kas" not in everyone


def test_whoever_another_stands_in_for_is_not_called_out(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        joost = session.scalars(select(Person).where(Person.given_name == "Joost")).one()
        joost.roles[0].is_contact = True
        hek = an_organisation(session, "Het Hek", themes=["groen"])
        a_person(session, "Fatuma", of=hek, mailbox=a_mailbox(session, "fatuma@hethek.example.org"))
    marit = sign_in("reader")

    def said(address: str, reach: str) -> str:
        answer = {**GREEN, "reach": reach, "asked": address, "do": "explain"}
        return text_of(marit.post("/selecties/tel", answer).text, "audience-why")

    joost_said = said("joost@devoeg.example.org", "contacts")
    fatuma_said = said("fatuma@hethek.example.org", "contacts")

    assert joost_said.startswith("Past, maar de mail gaat naar een ander postvak Joost")
    assert "De mail gaat naar info@devoeg.example.org, want dit postvak kan de mail niet krijgen" in joost_said
    assert fatuma_said.startswith("Past, maar er gaat geen mail Fatuma")
    assert said("info@devoeg.example.org", "contacts").startswith("Krijgt een mail ")
    assert said("joost@devoeg.example.org", "everyone").startswith("In de selectie, maar geen mail ")


def test_a_saved_selection_as_a_condition_says_what_it_takes_over(sign_in: SignIn, database: Database) -> None:
    saved(database, "Groene clubs", reach="one_per_organisation")
    marit = sign_in("editor")

    page = marit.post("/selecties/tel", {"clause": "1", "kind-1": "segment", "value-1": "groene-clubs"}).text
    chip = marit.post("/selecties/nieuw", {"clause": "1", "kind-1": "segment", "value-1": "groene-clubs"}).text

    assert "Je neemt de voorwaarden over, en wie daar met de hand erbij of eruit is." in chip
    assert "Wie van een organisatie de mail krijgt, kies je hier zelf." in chip
    assert "2 mails" in text_of(page, "audience-tally")


def test_nothing_chosen_is_not_everybody(sign_in: SignIn, database: Database) -> None:
    refused = sign_in("editor").post("/selecties/nieuw/bewaar", {"name": "Leeg"})

    assert refused.status_code == 422
    assert "Wil je iedereen bereiken? Kies dan ‘Iedereen’." in refused.text
    with database.transaction() as session:
        assert session.scalars(select(Segment)).all() == []


def test_everybody_can_be_chosen_in_so_many_words(sign_in: SignIn) -> None:
    page = sign_in("reader").post("/selecties/tel", {"clause": "1", "kind-1": "everybody"}).text

    assert "Iedereen in het adresboek." in text_of(page, "audience-tally")
    assert "3 mails" in text_of(page, "audience-tally")


def test_what_is_wrong_is_said_where_the_numbers_are(sign_in: SignIn) -> None:
    marit = sign_in("reader")

    bad_address = marit.post("/selecties/tel", {**GREEN, "include": "geen adres"}).text
    unknown = marit.post("/selecties/tel", {**GREEN, "include": "wie@devoeg.example.org"}).text
    nobody = marit.post("/selecties/tel", {**GREEN, "value-1": "armoede"}).text

    assert "Dit e-mailadres klopt niet: geen adres." in text_of(bad_address, "audience-problem")
    assert "Dit adres staat niet in het adresboek: wie@devoeg.example.org." in text_of(unknown, "audience-problem")
    assert "Niemand past bij deze selectie." in text_of(nobody, "audience-problem")


@pytest.mark.parametrize(
    "rule",
    [
        {"all": [{"theme": ["groen", "sport"]}]},
        {"all": [{"theme": ["groen"]}, {"any": [{"kind": ["stichting"]}, {"language": ["nl"]}]}]},
        {"all": [{"theme": ["groen"]}, {"none": [{"network": "x", "on": "2026-11-01"}]}]},
        {"all": [{"neighbourhood": ["spangen"], "area_wide": False}, {"address": ["a@example.org"]}]},
        {"all": [{"answer": {"event": 3, "is": "none"}}, {"added_since": "2026-10-01"}]},
        {"all": [{"attended": {"event": 3}}, {"none": [{"received": {"mailing": 4}}]}]},
        {"all": [{"all": []}]},
        {"any": []},
        {"any": [{"theme": ["groen"]}, {"none": [{"theme": ["sport"]}]}]},
        {
            "none": [
                {"theme": ["groen"]},
                {"any": [{"kind": ["school"]}, {"all": [{"theme": ["a"]}, {"theme": ["b"]}]}]},
            ]
        },
        {"all": [{"any": [{"theme": ["a"]}]}, {"none": [{"none": [{"theme": ["b"]}]}]}]},
        {"all": [{"organisation": ["de-voeg"]}, {"segment": "groen"}]},
    ],
)
def test_the_builder_keeps_a_rule_as_it_was(rule: dict[str, Any]) -> None:
    builder = Builder.from_audience({"rule": rule})

    assert builder.fixed is None
    assert builder.rule() == rule


@pytest.mark.parametrize(
    "rule",
    [
        {"unheard_of": 3},
        {"all": [{"theme": ["groen"]}, {"any": []}]},
        {"any": [{"theme": ["groen"]}] * 201},
    ],
)
def test_a_rule_that_does_not_fit_is_never_bent(rule: dict[str, Any]) -> None:
    builder = Builder.from_audience({"rule": rule})

    assert (builder.fixed, builder.rule()) == (rule, rule)


def test_a_form_full_of_nonsense_is_an_empty_builder() -> None:
    set_language("nl")
    builder = Builder.from_form(
        MultiDict(
            [("clause", "x"), ("clause", "99999999"), ("clause", "3"), ("kind-3", "shoe"), ("fixed", "{"), ("tab", "z")]
        )
    )

    assert (builder.clauses, builder.fixed, builder.tab, builder.is_empty) == ([], None, "organisations", True)


def test_selections_are_listed_with_their_sentence_and_numbers(sign_in: SignIn, database: Database) -> None:
    saved(database)

    page = sign_in("reader").get("/selecties").text

    assert "Organisaties en mensen met thema Groen en duurzaamheid." in page
    assert re.findall(r'class="amount" data-label="\w+">(\d+)<', page) == ["1", "2", "2"]


def test_a_selection_that_another_needs_cannot_be_thrown_away(sign_in: SignIn, database: Database) -> None:
    inner = saved(database)
    outer = saved(database, "Buiten", rule={"segment": "groen"})
    marit = sign_in("editor")

    assert "Deze selectie zit in: Buiten." in marit.get(f"/selecties/{inner}").text
    assert marit.post(f"/selecties/{inner}/weg").status_code == 409
    assert marit.post(f"/selecties/{outer}/weg").status_code == 303
    assert marit.post(f"/selecties/{inner}/weg").status_code == 303
    with database.transaction() as session:
        assert session.scalars(select(Segment)).all() == []


def test_readers_look_but_do_not_keep(sign_in: SignIn, database: Database) -> None:
    segment_id = saved(database)
    reader = sign_in("reader")

    assert "Bewaar selectie" not in reader.get(f"/selecties/{segment_id}").text
    assert reader.post(f"/selecties/{segment_id}/bewaar", {**GREEN, "name": "x"}).status_code == 403
    assert reader.get("/selecties/nieuw").status_code == 403


def test_counting_asks_no_more_for_many_than_for_a_few(sign_in: SignIn, database: Database) -> None:
    marit = sign_in("reader")
    with counting_queries(database) as few:
        marit.post("/selecties/tel", {**GREEN, "tab": "people"})
    with database.transaction() as session:
        for number in range(12):
            club = an_organisation(session, f"Tuin {number}", themes=["groen"], areas=["spangen"])
            a_person(session, of=club, mailbox=f"p{number}@devoeg.example.org")

    with counting_queries(database) as many:
        marit.post("/selecties/tel", {**GREEN, "tab": "people"})

    # The first time PostgreSQL is also asked whether the directory is large.
    assert len(many) <= len(few)
