"""A letter on the web: what is over is taken out, what was wrong is said on top, and for everybody nothing is personal.

The letter itself was frozen; its templates put marks around what differs: ``<!--personal-->…<!--/personal-->`` around
what only its reader may see, and those of ``closing`` around what is over one day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.clock import say_moment
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.compiling.stationery import read_tokens
from mailer.mailings.models import CompiledLetter, Correction, Mailing
from mailer.mailings.published.closing import without_what_is_over
from mailer.wire.calling import with_numbers_to_call
from mailer.wire.joining import joined_markup
from mailer.wire.slots import KNOWN_SLOTS, Letter, Place, SlotKind, keep_known, protect, slot, split, split_text

PERSONAL = re.compile(r"<!--personal-->.*?<!--/personal-->", re.DOTALL)
BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def on_the_web(session: Session, mailing: Mailing, html: str, *, now: datetime, supposing: str = "") -> str:
    """Return a letter's HTML as the web shows it at this moment; ``supposing``: with these words corrected as well."""
    current = without_what_is_over(session, html, now=now)
    said = [*([Correction(words=supposing, made_at=now)] if supposing else []), *corrections_of(session, mailing)]
    if not said:
        return current
    return BODY.sub(lambda body: body.group() + _said_on_top(session, said), current, count=1)


def for_everybody(session: Session, mailing: Mailing, *, now: datetime, supposing: str = "") -> str | None:
    """Return the letter as the archive shows it, or None while it was not frozen; ``supposing`` as above."""
    query = select(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id)
    frozen = session.scalars(query).one_or_none()
    if frozen is None:
        return None
    html = on_the_web(session, mailing, PERSONAL.sub("", frozen.html), now=now, supposing=supposing)
    led_back = BODY.sub(lambda body: body.group() + _way_back(session), html, count=1)
    pattern = split(Letter(subject=frozen.subject, preheader="", html=led_back, text=""))
    return pattern.html.fill(neutral_values(session, mailing))


def words_for_everybody(session: Session, mailing: Mailing, words: str) -> str:
    """Return the subject or the preheader as a stranger reads it, with nobody's own values in it."""
    return split_text(keep_known(words), Place.HEADER).fill(neutral_values(session, mailing))


def neutral_values(session: Session, mailing: Mailing) -> dict[str, str]:
    """Return a value for every slot that is nobody's own: links lead to the archive."""
    settings = settings_of(session)
    home = settings.links.archive(mailing.topic.slug) if mailing.topic else settings.base_url
    with speaking("nl"):
        words = {
            "mailbox.greeting": _("Beste lezer,"),
            "mailbox.address": _("jullie mailadres"),
            "mailbox.organisations": _("jullie organisatie"),
            "why": _("Dit is de brief op het web. Iedereen kan hem lezen."),
        }
    return {name: home if kind is SlotKind.LINK else words[name] for name, kind in KNOWN_SLOTS.items()}


def corrections_of(session: Session, mailing: Mailing) -> Sequence[Correction]:
    """Return what was said to be wrong in this letter, the newest first."""
    query = select(Correction).where(Correction.mailing_id == mailing.id)
    return session.scalars(query.order_by(Correction.made_at.desc(), Correction.id.desc())).all()


def _way_back(session: Session) -> str:
    """The way to the other letters, which a letter itself does not have; its classes are those of a letter."""
    tokens = read_tokens(settings_of(session).templates_dir / "tokens.toml")
    light = tokens["light"]
    type_face = f"font-family:{tokens['font']['family']};font-size:16px;line-height:1.55"
    with speaking("nl"):
        name, words = escape(_("Archief")), escape(_("Alle brieven"))
    return (
        f'<nav class="ground soft only-screen" aria-label="{name}" style="background:{light["ground"]}">'
        f'<div style="max-width:600px;margin:0 auto;padding:8px 0 0;{type_face}">'
        f'<a href="{slot("link.web")}" style="display:inline-block;padding:10px 20px;color:{light["link"]}">'
        f"← {words}</a></div></nav>"
    )


def _said_on_top(session: Session, said: Sequence[Correction]) -> str:
    tokens = read_tokens(settings_of(session).templates_dir / "tokens.toml")
    light = tokens["light"]
    # Dark on light with a line around it: paper prints no grounds, and white words would be gone.
    style = f"background:{light['face']};color:{light['ink']};border:4px solid {light['care']};"
    type_face = f"font-family:{tokens['font']['family']};font-size:17px;line-height:1.55;padding:14px 16px 6px"
    with speaking("nl"):
        lines = "".join(_said(one, f"color:{light['link']};white-space:nowrap") for one in said)
        name = escape(_("Verbeteringen"))
    return (
        f'<div role="region" aria-label="{name}" style="{style}{type_face}">'
        f'<div style="max-width:600px;margin:0 auto">{lines}</div></div>'
    )


def _said(one: Correction, as_a_link: str) -> str:
    moment = escape(_("Verbetering van %(moment)s", moment=say_moment(one.made_at)))
    # Not a letter's words: what stands between double brackets is no slot here.
    words = with_numbers_to_call(joined_markup(protect(escape(one.words))), style=as_a_link)
    return f'<p style="margin:0 0 8px"><strong>{moment}:</strong> {words}</p>'
