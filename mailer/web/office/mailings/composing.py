"""Step 1, Inhoud: subject, topic and blocks, with the letter beside them as it will arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.queries import words
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import block_words, describe_blocks
from mailer.mailings.drafts import composing
from mailer.mailings.drafts.contents import content_of, letterhead_of, mark_of
from mailer.mailings.drafts.keeping import snippets
from mailer.mailings.drafts.undoing import newest_step, to_redo
from mailer.mailings.models import Block, Mailing, StepStanding
from mailer.staff.roles import Action
from mailer.subscriptions.queries import all_topics
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings import block_forms, variant_forms
from mailer.web.office.mailings.looking import look_of, looks
from mailer.web.office.mailings.reading_along import reads_as
from mailer.web.office.mailings.room import (
    CONTENT,
    find_mailing,
    go,
    saved_at,
    screens,
    step_page,
    url_of,
    wants_moment,
)
from mailer.web.office.mailings.turns import a_step, put_aside, why_not_now
from mailer.wire.slots import KNOWN_SLOTS, SlotKind, describe_slots, slot

LETTERHEAD = "onderwerp"
NEW_BLOCK = "nieuw"
# A phone shows one part of this page at a time; which one stands in the address.
LIST, FORM, LETTER = "lijst", "schrijven", "voorbeeld"
# What was just done; it stands in the address too, and is said to who cannot see it.
ADDED, COPIED, MOVED, REMOVED = "erbij", "kopie", "verzet", "weg"


@screens.get("/mailings/<int:mailing_id>/inhoud")
@may(Action.LOOK)
def content(mailing_id: int) -> str:
    """Show the blocks, one of them open."""
    mailing = find_mailing(mailing_id)
    return content_page(mailing, opened=request.args.get("blok", LETTERHEAD))


@screens.post("/mailings/<int:mailing_id>/inhoud")
@may(Action.COMPOSE)
def save_letterhead(mailing_id: int) -> Response | tuple[str | Response, int]:
    """Keep the subject, the line below it, the topic, and whom it is about."""
    mailing = find_mailing(mailing_id)
    filled = Filled(request.form)
    typed = _typed_letterhead(filled)
    if why := why_not_now(mailing, letterhead_of(mailing)):
        return put_aside(mailing, why, {**content_of(mailing), **typed}, "letterhead")
    try:
        with a_step(mailing, "letterhead"):
            composing.change_mailing(current.session(), mailing, now=current.now(), **typed)
    except BadInput as problem:
        filled.refuse(problem)
    if filled.errors:
        return refused(mailing, filled, opened=LETTERHEAD)
    stands = letterhead_of(mailing)
    return kept(mailing, opened=LETTERHEAD, summary=mailing.subject or _("Nog leeg"), stands=stands)


def kept(
    mailing: Mailing,
    *,
    opened: str,
    summary: str,
    stands: Mapping[str, Any],
    reading: Sequence[str] = (),
    anchor: str = "bewerken",
) -> Response:
    """Answer that it was saved: a few words for the script, the page again for everybody else."""
    if wants_moment():
        seen = mark_of(stands)
        told = {"summary": summary, "seen": seen, "reading": list(reading)}
        return jsonify(saved=saved_at(mailing.changed_at), title=mailing.shown_title, **told)
    return go("content", mailing, blok=opened, _anchor=anchor)


def refused(mailing: Mailing, filled: Filled, *, opened: str) -> tuple[str | Response, int]:
    """Answer what is wrong, with everything that was typed."""
    if wants_moment():
        return jsonify(errors=filled.errors), 422
    return content_page(mailing, opened=opened, filled=filled), 422


# Words can stand in words, and a button leads somewhere.
SLOTS_IN = {"text": tuple(SlotKind), "heading": (SlotKind.WORDS,), "button": (SlotKind.LINK,)}


def content_page(mailing: Mailing, *, opened: str, filled: Filled | None = None) -> str:
    """Render the composer with the letterhead, a block or the choice of a new block open."""
    block = _block(mailing, opened)
    if block is None and opened != NEW_BLOCK:
        opened = LETTERHEAD
    filled = filled or (block_forms.filled_of(block) if block else Filled.of(letterhead_of(mailing)))
    return step_page(
        "content.html",
        mailing,
        CONTENT,
        opened=opened,
        part=_part(filled),
        done=_say_done(mailing),
        gone_at=_gone_at(mailing),
        reading=reads_as(block) if block else [],
        block=block,
        words=block_words(block.type) if block else None,
        filled=filled,
        can_undo=newest_step(current.session(), mailing, StepStanding.DONE) is not None,
        can_redo=to_redo(current.session(), mailing) is not None,
        **_variants(filled, block),
        seen=mark_of(block.fields if block else letterhead_of(mailing)),
        choices=block_forms.choices_for(current.session(), block, now=current.now()) if block else {},
        rows=[(row, block_words(row.type), block_forms.summary(row)) for row in mailing.blocks],
        kinds_of_block=describe_blocks(),
        kept_blocks=[(one, block_words(one.type).label) for one in snippets(current.session())]
        if opened == NEW_BLOCK
        else [],
        slots=_slots_for(block) if block else [],
        topics=[(topic.slug, topic.name) for topic in all_topics(current.session())],
        themes=_words(Theme) if opened == LETTERHEAD else [],
        neighbourhoods=_words(Neighbourhood) if opened == LETTERHEAD else [],
        is_about_some=bool(mailing.themes or mailing.neighbourhoods),
        icons=block_forms.ICONS,
        look=look_of(request.args.get("kijk")),
        looks=looks(),
        preview=url_of("preview", mailing),
    )


def _variants(filled: Filled, block: Block | None) -> dict[str, Any]:
    """What the fold with other languages shows."""
    if block is None:
        return {}
    forms = variant_forms.variant_forms(filled, block)
    return {
        "variants": forms,
        "more_languages": variant_forms.languages_to_add(filled, block.type),
        "variants_unfolded": variant_forms.is_unfolded(filled, block, forms),
    }


def _say_done(mailing: Mailing) -> str:
    """Say what was just done, for who hears the page; empty: nothing, or the block is gone again."""
    block = _block(mailing, request.args.get("om") or request.args.get("blok", ""))
    if block is None:
        return ""
    about = {"block": block_words(block.type).label, "place": block.position + 1, "all": len(mailing.blocks)}
    return {
        ADDED: _("Erbij gezet: %(block)s, op plaats %(place)s van %(all)s.", **about),
        COPIED: _("De kopie van %(block)s staat op plaats %(place)s van %(all)s.", **about),
        MOVED: _("%(block)s staat nu op plaats %(place)s van %(all)s.", **about),
    }.get(request.args.get("gedaan", ""), "")


def _gone_at(mailing: Mailing) -> int | None:
    """Where a block was just taken out, as how many are above it: there the list says so, and gives it back."""
    at = request.args.get("plek", type=int)
    if request.args.get("gedaan") != REMOVED or at is None or at < 0:
        return None
    return min(at, len(mailing.blocks))


def _part(filled: Filled) -> str:
    """Which part a phone shows: what was asked for, else the form when something was opened or refused."""
    asked = request.args.get("deel")
    if asked in (LIST, FORM, LETTER):
        return asked
    return FORM if filled.errors or "blok" in request.args else LIST


def _block(mailing: Mailing, opened: str) -> Block | None:
    return next((block for block in mailing.blocks if str(block.id) == opened), None)


def _slots_for(block: Block) -> list[tuple[str, str]]:
    """Return the slots that can stand in this block, as one types them, with what they become."""
    fitting = SLOTS_IN.get(block.type, ())
    return [(slot(name), meaning) for name, meaning in describe_slots().items() if KNOWN_SLOTS[name] in fitting]


def _typed_letterhead(filled: Filled) -> dict[str, Any]:
    return {
        "subject": filled.text("subject", longest=composing.LONGEST_SUBJECT),
        "preheader": filled.text("preheader", longest=composing.LONGEST_SUBJECT),
        "title": filled.text("title", longest=composing.LONGEST_SUBJECT),
        "topic": filled.value("topic") or None,
        "themes": filled.several("themes"),
        "neighbourhoods": filled.several("neighbourhoods"),
    }


def _words(kind: type[Theme] | type[Neighbourhood]) -> list[tuple[str, str]]:
    return [(word.slug, word.name) for word in words(current.session(), kind)]
