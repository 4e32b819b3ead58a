"""The archive on the web: for everybody, sandboxed, with a feed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from mailer.foundation.database import Database
from mailer.mailings.models import Mailing
from mailer.mailings.published.correcting import correct
from tests.factories import a_mailing
from tests.mailings.test_rendering import IN_DECEMBER
from tests.mailings.test_webletters import a_sent_mailing
from tests.web.visitor import Visitor

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def sent(database: Database) -> int:
    """The id of a newsletter that was sent; there is a draft too."""
    with database.transaction() as session:
        a_mailing(session, subject="Nog niet af")
        return a_sent_mailing(session, subject="Soep & <b>brood</b>", preheader="Kom eten").id


def test_everybody_can_read_what_was_sent(visitor: Visitor, sent: int) -> None:
    index = visitor.get("/archief")
    topic = visitor.get("/archief/nieuwsbrief")
    letter = visitor.get(f"/archief/nieuwsbrief/{sent}")

    assert "/archief/nieuwsbrief" in index.text
    assert "Soep &amp; &lt;b&gt;brood&lt;/b&gt;" in topic.text
    assert "Nog niet af" not in topic.text
    assert f"Lees de brief: https://tegelpost.example.org/archief/nieuwsbrief/{sent}" in topic.text
    assert "Beste lezer," in letter.text
    assert letter.headers["Content-Security-Policy"].startswith("sandbox ")


def test_a_stranger_reads_no_brackets_and_nobodys_name_in_a_title(visitor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        a_sent_mailing(
            session, subject="Nieuws voor [[mailbox.organisations]]", preheader="[[mailbox.greeting]] kom eten"
        )

    for path in ("/archief/nieuwsbrief", "/archief/nieuwsbrief/feed.xml"):
        page = visitor.get(path).text
        assert ("Nieuws voor jullie organisatie" in page, "[[" in page) == (True, False), path


def test_what_is_not_in_the_archive_is_not_found(visitor: Visitor, sent: int) -> None:
    for path in (
        "/archief/uitnodigingen",
        "/archief/x/feed.xml",
        f"/archief/x/{sent}",
        f"/archief/nieuwsbrief/{sent + 9}",
    ):
        assert visitor.get(path).status_code == 404, path


def test_an_empty_archive_says_so(visitor: Visitor) -> None:
    assert "Er is nog niets om terug te lezen." in visitor.get("/archief").text


def test_the_feed_tells_of_letters_and_of_corrections(visitor: Visitor, database: Database, sent: int) -> None:
    with database.transaction() as session:
        correct(session, session.get_one(Mailing, sent), "Het is op dinsdag.", now=IN_DECEMBER.replace(hour=11))

    response = visitor.get("/archief/nieuwsbrief/feed.xml")

    feed = ElementTree.fromstring(response.data)  # noqa: S314 - our own
    [entry] = feed.findall(f"{ATOM}entry")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert entry.findtext(f"{ATOM}title") == "Soep & <b>brood</b>"
    assert entry.findtext(f"{ATOM}id") == f"https://tegelpost.example.org/archief/nieuwsbrief/{sent}"
    assert entry.findtext(f"{ATOM}updated") == "2026-12-28T11:00:00+00:00"
    assert "Het is op dinsdag." in visitor.get("/archief/nieuwsbrief").text
    assert "Het is op dinsdag." in visitor.get(f"/archief/nieuwsbrief/{sent}").text


def test_a_news_reader_finds_the_feed_by_itself_and_names_who_writes(visitor: Visitor, sent: int) -> None:
    page = visitor.get("/archief/nieuwsbrief").text
    feed = ElementTree.fromstring(visitor.get("/archief/nieuwsbrief/feed.xml").data)  # noqa: S314 - our own

    [found] = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="([^"]*)" href="([^"]*)">', page)
    assert found == ("Delfshaven Lokaal (voorbeeld): Nieuwsbrief", "/archief/nieuwsbrief/feed.xml")
    assert feed.findtext(f"{ATOM}title") == "Delfshaven Lokaal (voorbeeld): Nieuwsbrief"
    assert "<p>Delfshaven Lokaal (voorbeeld)</p>" in visitor.get("/archief").text
