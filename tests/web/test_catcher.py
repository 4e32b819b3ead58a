"""The demonstration's mailbox in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailer.app import create_app
from mailer.foundation.database import Database
from tests.web.visitor import Visitor


def catch(folder: Path, number: int, *, recipient: str = "info@devoeg.example.org", html: str = "") -> str:
    """Put a letter in the folder, the way ``wire.catcher`` keeps one."""
    folder.mkdir(parents=True, exist_ok=True)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "post@tegelpost.example.org", recipient, f"Brief {number}"
    message.set_content("Komen jullie? https://tegelpost.example.org/r/abc\n")
    message.add_alternative(html or "<html><head></head><body><a href='/r/abc'>Ja</a></body></html>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR\r\n", maintype="text", subtype="calendar", filename="bijeenkomst.ics")
    name = f"20261201T1830{number:02}000000-1-{number}"
    card = {
        "name": name,
        "sender": "b-x@bounce.tegelpost.example.org",
        "recipient": recipient,
        "subject": f"Brief {number}",
        "caught_at": "2026-12-01T18:30:00+00:00",
        "size_bytes": 10,
    }
    (folder / f"{name}.eml").write_bytes(message.as_bytes())
    (folder / f"{name}.json").write_text(json.dumps(card))
    return name


@pytest.fixture
def demonstration(make_database: Callable[..., Database]) -> Database:
    return make_database(sample=True)


@pytest.fixture
def folder(demonstration: Database) -> Path:
    return demonstration.settings.catcher_dir


@pytest.fixture
def guest(demonstration: Database) -> Visitor:
    return Visitor(create_app(demonstration.settings, demonstration))


def test_where_letters_really_leave_there_is_no_such_page(visitor: Visitor) -> None:
    assert visitor.get("/postvak").status_code == 404


def test_the_newest_letter_stands_on_top(guest: Visitor, folder: Path) -> None:
    catch(folder, 1)
    catch(folder, 2)

    page = guest.get("/postvak").text

    assert page.index("Brief 2") < page.index("Brief 1")


def test_a_letter_is_found_by_a_piece_of_its_address(guest: Visitor, folder: Path) -> None:
    catch(folder, 1, recipient="samira@devoeg.example.org")
    catch(folder, 2, recipient="joost@devoeg.example.org")

    page = guest.get("/postvak?zoek=SAMIRA").text

    assert "Brief 1" in page
    assert "Brief 2" not in page


def test_a_long_list_comes_in_pages(guest: Visitor, folder: Path) -> None:
    for number in range(55):
        catch(folder, number)

    first, second = guest.get("/postvak").text, guest.get("/postvak?bladzijde=2").text

    assert first.count('scope="row"') == 50
    assert second.count('scope="row"') == 5


def test_the_letter_stands_in_a_frame_that_runs_nothing(guest: Visitor, folder: Path) -> None:
    name = catch(folder, 1, html="<html><head></head><body><script>alert(1)</script>Dag</body></html>")

    page, frame = guest.get(f"/postvak/{name}"), guest.get(f"/postvak/{name}/brief")

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "allow-scripts" not in frame.headers["Content-Security-Policy"]
    assert '<base target="_blank">' in frame.text


def test_text_headers_source_and_attachment_can_be_read(guest: Visitor, folder: Path) -> None:
    name = catch(folder, 1)

    assert 'href="https://tegelpost.example.org/r/abc"' in guest.get(f"/postvak/{name}?als=tekst").text
    assert "post@tegelpost.example.org" in guest.get(f"/postvak/{name}?als=kop").text
    assert guest.get(f"/postvak/{name}/bron").data.startswith(b"From: post@")
    attachment = guest.get(f"/postvak/{name}/bijlage/1")
    assert attachment.data == b"BEGIN:VCALENDAR\r\n"
    assert attachment.headers["Content-Disposition"] == "attachment; filename=bijeenkomst.ics"
    assert guest.get(f"/postvak/{name}/bijlage/2").status_code == 404


def test_a_name_that_is_no_letter_leads_nowhere(guest: Visitor, folder: Path) -> None:
    catch(folder, 1)

    assert guest.get("/postvak/..%2f..%2fsecret_key").status_code == 404
    assert guest.get("/postvak/20261201").status_code == 404


def test_emptying_takes_a_press_of_the_button(guest: Visitor, folder: Path) -> None:
    catch(folder, 1)

    assert guest.get("/postvak/leegmaken").status_code == 404
    assert guest.post("/postvak/leegmaken").status_code == 303
    assert "Nog geen mail." in guest.get("/postvak").text
