"""The archive: newsletters for everybody to read, to pass on, to print and to follow with a feed reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, make_response, render_template
from sqlalchemy import select

from mailer.foundation.clock import say_date
from mailer.mailings.models import Mailing
from mailer.mailings.published import archive
from mailer.mailings.published.sharing import share_text
from mailer.mailings.published.webletters import corrections_of, for_everybody, words_for_everybody
from mailer.subscriptions.models import Topic
from mailer.subscriptions.queries import first_sender
from mailer.web import current
from mailer.web.letters import letter_page

screens = Blueprint("archive", __name__)


@screens.get("/archief")
def index() -> str:
    """Show the topics that have something to read."""
    session = current.session()
    return render_template(
        "public/archive/index.html", topics=archive.archived_topics(session), sender=first_sender(session)
    )


@screens.get("/archief/<slug>")
def topic(slug: str) -> str:
    """Show the newsletters of a topic, the newest first, each with a text to pass on."""
    session, found = current.session(), _topic(slug)
    letters = [
        (
            one,
            words_for_everybody(session, one, one.subject),
            say_date(one.prepared_at or one.created_at),
            share_text(session, one, now=current.now()),
            corrections_of(session, one),
        )
        for one in archive.archived(session, found)
    ]
    return render_template("public/archive/topic.html", topic=found, letters=letters, sender=found.sender)


@screens.get("/archief/<slug>/<int:mailing_id>")
def letter(slug: str, mailing_id: int) -> Response:
    """Show one newsletter as everybody may read it, in an origin of its own."""
    session = current.session()
    mailing = archive.find_archived(session, slug, mailing_id)
    html = for_everybody(session, mailing, now=current.now()) if mailing is not None else None
    if html is None:
        abort(404)
    return letter_page(html)


@screens.get("/archief/<slug>/feed.xml")
def feed(slug: str) -> Response:
    """Give the newest newsletters as an Atom feed (RFC 4287)."""
    session, found = current.session(), _topic(slug)
    letters = archive.archived(session, found, most=archive.MOST_IN_FEED)
    response = make_response(_atom(found, letters))
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    return response


def _topic(slug: str) -> Topic:
    found = current.session().scalars(select(Topic).where(Topic.slug == slug)).one_or_none()
    if found is None or found not in archive.archived_topics(current.session()):
        abort(404)
    return found


def _atom(topic: Topic, letters: Sequence[Mailing]) -> str:
    links = current.settings().links
    home, own = links.archive(topic.slug), links.archive_feed(topic.slug)
    title = f"{topic.sender.name}: {topic.name}"
    entries = [_entry(topic, one) for one in letters]
    newest = max((_changed_at(one) for one in letters), default=current.now())
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">'
        f"<id>{_words(home)}</id><title>{_words(title)}</title><updated>{newest.isoformat()}</updated>"
        f"<author><name>{_words(topic.sender.name)}</name></author>"
        f'<link rel="self" href="{_words(own)}"/><link href="{_words(home)}"/>{"".join(entries)}</feed>\n'
    )


def _entry(topic: Topic, mailing: Mailing) -> str:
    address = current.settings().links.archived(topic.slug, mailing.id)
    session = current.session()
    title, summary = (words_for_everybody(session, mailing, text) for text in (mailing.subject, mailing.preheader))
    sent_at = mailing.prepared_at or mailing.created_at
    return (
        f"<entry><id>{_words(address)}</id><title>{_words(title)}</title>"
        f'<link href="{_words(address)}"/><published>{sent_at.isoformat()}</published>'
        f"<updated>{_changed_at(mailing).isoformat()}</updated><summary>{_words(summary)}</summary></entry>"
    )


def _changed_at(mailing: Mailing) -> datetime:
    """When it was sent, or corrected: a feed reader then shows it again."""
    said = corrections_of(current.session(), mailing)
    return said[0].made_at if said else mailing.prepared_at or mailing.created_at


def _words(text: str) -> str:
    # What XML 1.0 cannot hold at all would break the feed for everybody.
    return escape("".join(one for one in text if one.isprintable()), {'"': "&quot;"})
