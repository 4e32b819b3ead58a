"""Step 4, Controle: what stops the mailing, what deserves a look, each with a link to the place."""

from __future__ import annotations

from typing import Any

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import block_words, read_block
from mailer.mailings.checks.checking import CLIPPED_AT_BYTES, check_mailing
from mailer.mailings.checks.ease import ease_of
from mailer.mailings.checks.reading import Finding
from mailer.mailings.models import Mailing
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.mailings import block_forms
from mailer.web.office.mailings.composing import LETTERHEAD
from mailer.web.office.mailings.room import CHECK, find_mailing, screens, step_page, url_of


@screens.get("/mailings/<int:mailing_id>/controle")
@may(Action.LOOK)
def check(mailing_id: int) -> str:
    """Show what the check finds now."""
    mailing = find_mailing(mailing_id)
    report = check_mailing(current.session(), mailing, now=current.now())
    return step_page(
        "check.html",
        mailing,
        CHECK,
        stops=report.stops,
        stopping=[(one.sentence, *_place(mailing, one), _left_empty(mailing, one)) for one in report.stops],
        warnings=[(one.sentence, *_place(mailing, one)) for one in report.warnings],
        size_kb=round(report.size_bytes / 1000),
        clipped_kb=CLIPPED_AT_BYTES // 1000,
        **_how_it_reads(mailing),
    )


def _how_it_reads(mailing: Mailing) -> dict[str, Any]:
    """The whole letter in figures, and each long sentence or word with the way to its block."""
    texts = [(block.id, text) for block in mailing.blocks if (text := block_forms.own_words(block))]
    places = [(_to_block(mailing, block), ease_of(text)) for block, text in texts]
    return {
        "ease": ease_of("\n\n".join(text for _block, text in texts)),
        "long_sentences": [(one, *place) for place, ease in places for one in ease.long],
        "long_words": list(dict.fromkeys(word for _place_of, ease in places for word in ease.long_words)),
    }


def _place(mailing: Mailing, finding: Finding) -> tuple[str, str]:
    """Return where it is mended, as (words, url)."""
    if finding.code == "no-proof":
        return _("Naar bekijken en testen"), url_of("proof", mailing)
    if finding.place == "audience":
        return _("Naar ontvangers"), url_of("recipients", mailing)
    if finding.place == "schedule":
        return _("Naar verzenden"), url_of("send", mailing)
    if finding.block is not None:
        return _to_block(mailing, finding.block)
    if finding.place == "event" and mailing.event_id is not None:
        # The page of the meeting is another room's: the template finds it.
        return _("Naar de bijeenkomst"), ""
    opened = "nieuw" if finding.place == "blocks" and not mailing.blocks else LETTERHEAD
    return _("Naar inhoud"), url_of("content", mailing, blok=opened, _anchor="bewerken")


def _left_empty(mailing: Mailing, finding: Finding) -> tuple[int, str] | None:
    """Return the block that is in the way (id and name) when nobody filled it in: it can be taken out at once."""
    block = next((one for one in mailing.blocks if one.id == finding.block), None)
    if block is None or not read_block({"type": block.type, **block.fields}).is_untouched:
        return None
    return block.id, block_words(block.type).label


def _to_block(mailing: Mailing, block_id: int) -> tuple[str, str]:
    label = next(block_words(block.type).label for block in mailing.blocks if block.id == block_id)
    return _("Naar blok %(block)s", block=label), url_of("content", mailing, blok=block_id, _anchor="bewerken")
