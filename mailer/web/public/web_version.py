"""The letter in a browser: the frozen letter, filled for its mailbox, alone in a sandbox of its own."""

from __future__ import annotations

from flask import Response
from sqlalchemy import select

from mailer.deliveries.letters.filling import slot_values
from mailer.mailings.models import CompiledLetter
from mailer.mailings.published.webletters import on_the_web
from mailer.web import current
from mailer.web.letters import letter_page
from mailer.web.public.personal import open_link, personal_blueprint, wrong_link
from mailer.wire.slots import Letter, split

screens = personal_blueprint("web_version", __name__)


@screens.get("/w/<token>")
def show(token: str) -> Response:
    """Show the letter as it was sent, without what is over since, and with what was wrong said on top."""
    session = current.session()
    delivery = open_link("web", token).delivery
    frozen = session.scalars(
        select(CompiledLetter).where(CompiledLetter.mailing_id == delivery.mailing_id)
    ).one_or_none()
    if frozen is None or delivery.mailing is None:
        raise wrong_link(delivery)
    values = slot_values(session, delivery.mailing, [delivery])[delivery.id]
    html = on_the_web(session, delivery.mailing, frozen.html, now=current.now())
    letter = Letter(subject=frozen.subject, preheader="", html=html, text=frozen.text)
    return letter_page(split(letter).html.fill(values))
