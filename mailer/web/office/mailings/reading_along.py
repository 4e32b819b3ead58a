"""Beside a text, while somebody writes it: how it reads, in a few lines. We count; no text leaves the house."""

from __future__ import annotations

from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.mailings.checks.ease import Ease, ease_of
from mailer.mailings.models import Block
from mailer.web.office.mailings.block_forms import own_words

# Who writes looks up for a moment: more lines than these nobody reads.
MOST_OF_A_KIND = 3


def reads_as(block: Block) -> list[str]:
    """Return what one could tell the writer of this block, the figures first; nothing while there is no sentence."""
    ease = ease_of(own_words(block))
    return [_figures(ease), *_remarks(ease)] if ease.sentences else []


def _figures(ease: Ease) -> str:
    average = _("Gemiddeld %(n)s woorden per zin.", n=ease.average)
    return average if ease.long else f"{average} {_('Geen lange zinnen.')}"


def _remarks(ease: Ease) -> list[str]:
    long = [
        _("Lange zin, %(n)s woorden: “%(begins)s”", n=one.words, begins=one.begins)
        for one in ease.long[:MOST_OF_A_KIND]
    ]
    hard = [
        _("“%(word)s” is een moeilijk woord. Je kunt ook zeggen: %(plain)s.", word=word, plain=plain)
        for word, plain in ease.hard[:MOST_OF_A_KIND]
    ]
    words = ease.long_words[:MOST_OF_A_KIND]
    return [*long, *hard, *([_("Lange woorden: %(words)s. Kan het korter?", words=listing(words))] if words else [])]
