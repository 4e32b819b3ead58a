"""What else may be done with a list: confirm what it claims, throw it away, choose among organisations of one name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from mailer.directory.models import ImportBatch, ImportRow, Mailbox, Organisation
from mailer.foundation.database import Database
from mailer.staff.models import LogbookEntry
from mailer.subscriptions.models import Consent
from tests.factories import a_neighbourhood, a_topic, an_organisation
from tests.web.test_imports import on_page, upload
from tests.web.visitor import Visitor


@pytest.fixture
def editor(sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in("editor")


SUBSCRIBED = "Email Address,First Name,Last Name,OPTIN_TIME,LEID\nnoor@x.test,Noor,Dorpel,2021-06-02 08:00:00,19\n"


def test_what_subscribers_claim_is_confirmed_with_its_proof(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        a_topic(session, "nieuwsbrief")
    report = upload(editor, SUBSCRIBED, name="subscribed.csv")
    editor.post(f"{report}/toepassen")
    page = editor.get(report).text
    assert "1 adres zegt ingeschreven te zijn: is er bewijs?" in page
    claims = f"{report}/inschrijvingen"
    assert "Volgens deze lijst gebeurde dat op 2 juni 2021." in editor.get(claims).text

    lacking = editor.post(claims, {"topic": "nieuwsbrief", "source": "formulier", "wording": ""})
    assert lacking.status_code == 422
    assert "Schrijf op wat er gezegd of gevraagd werd." in lacking.text
    assert 'value="formulier"' in lacking.text
    proof = {"topic": "nieuwsbrief", "source": "formulier", "wording": "Ja, graag."}
    done = editor.post(claims, proof)

    assert "Vastgelegd voor 1 postvak." in editor.get(str(done.location)).text
    assert "zegt ingeschreven te zijn" not in editor.get(report).text
    assert str(editor.post(claims, proof).location) == report
    assert "1 toestemming vervalt, want die kwam uit deze lijst." in editor.get(f"{report}/terugdraaien").text
    with database.transaction(writes=False) as session:
        assert [one.given_on for one in session.scalars(select(Consent))] == [date(2021, 6, 2)]


def test_a_list_that_is_not_applied_is_thrown_away_after_a_question(editor: Visitor, database: Database) -> None:
    report = upload(editor, SUBSCRIBED, name="subscribed.csv")
    away = f"{report}/weggooien"
    assert away in editor.get(report).text
    assert "Deze lijst weggooien?" in editor.get(away).text
    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 1

    done = editor.post(away)

    assert "subscribed.csv is weggegooid. In het adresboek is niets veranderd." in editor.get(str(done.location)).text
    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 0
        logged = session.scalars(select(LogbookEntry).where(LogbookEntry.action == "import-discarded")).one()
        assert logged.note == "subscribed.csv"
    assert list(database.settings.imports_dir.iterdir()) == []


def test_bytes_that_another_list_still_needs_stay(editor: Visitor, database: Database) -> None:
    first, second = upload(editor, SUBSCRIBED), upload(editor, SUBSCRIBED)

    editor.post(f"{first}/weggooien")

    assert len(list(database.settings.imports_dir.iterdir())) == 1
    assert editor.post(f"{second}/toepassen").status_code == 303
    assert "Deze lijst is ingelezen." in editor.get(second).text


def test_rows_that_still_waited_can_be_chosen_after_applying(editor: Visitor, database: Database) -> None:
    text = "Naam organisatie;E-mail\nKoor De Stoep;koor@x.test\nKlusgroep;klus@gmial.com\n"
    path = upload(editor, text)
    editor.post(f"{path}/toepassen")
    assert "1 rij wacht nog: die is niet ingelezen." in editor.get(path).text

    asked = str(editor.post(f"{path}/opnieuw-lezen").location)
    page = editor.get(asked).text
    row = on_page(page, "row")
    again = asked.partition("?")[0]
    editor.post(f"{again}/twijfels", {"row": row, f"r{row}-c1": "0"})
    editor.post(f"{again}/toepassen")

    assert "0 + 0 + 1 + 1 + 0 = <strong>2 rijen</strong>" in page
    with database.transaction(writes=False) as session:
        assert sorted(session.scalars(select(Mailbox.address))) == ["klus@gmail.com", "koor@x.test"]


def test_an_applied_list_is_not_thrown_away(editor: Visitor, database: Database) -> None:
    report = upload(editor, SUBSCRIBED)
    editor.post(f"{report}/toepassen")

    refused = editor.post(f"{report}/weggooien")

    assert "Je kunt haar wel terugdraaien." in editor.get(str(refused.location)).text
    assert "weggooien" not in editor.get(report).text
    with database.transaction(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 1


def test_every_organisation_of_the_name_is_offered_for_a_row(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        spangen = an_organisation(session, "Koor De Stoep", seat=a_neighbourhood(session, "spangen"))
        bospolder = an_organisation(session, "Koor De Stoep", seat=a_neighbourhood(session, "bospolder"))
        ids = spangen.id, bospolder.id
    report = upload(editor, "Naam organisatie;Telefoon\nKoor De Stoep;010-0001234\n")
    page = editor.get(report).text
    assert "Is dit Koor De Stoep?" in page
    other = re.search(r'name="(r(\d+)-who)" value="same-1"', page)
    assert other is not None
    assert "Nee, Koor De Stoep (Bospolder)" in page or "Nee, Koor De Stoep (Spangen)" in page

    editor.post(f"{report}/twijfels", {"row": other[2], other[1]: "same-1"})
    editor.post(f"{report}/toepassen")

    with database.transaction(writes=False) as session:
        phones = [session.get_one(Organisation, one).phone for one in ids]
        assert sorted(phones) == ["", "+31100001234"]
        assert session.scalars(select(ImportRow)).one().outcome.value == "changed"


def test_subscribers_who_are_all_known_can_be_applied_for_their_claims(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        a_topic(session, "nieuwsbrief")
    editor.post(f"{upload(editor, SUBSCRIBED.replace('2021-06-02 08:00:00', ''))}/toepassen")
    report = upload(editor, SUBSCRIBED)
    page = editor.get(report).text
    assert "1 adres zegt ingeschreven te zijn. Pas de lijst toe, dan kun je zeggen welk bewijs er is." in page
    proof = {"topic": "nieuwsbrief", "source": "formulier", "wording": "Ja, graag."}
    assert str(editor.post(f"{report}/inschrijvingen", proof).location) == report

    editor.post(f"{report}/toepassen")
    editor.post(f"{report}/inschrijvingen", proof)
    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(Consent)).all()) == 1

    editor.post(f"{report}/terugdraaien")
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Consent)).all() == []
