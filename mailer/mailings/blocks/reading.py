"""Reading blocks: from values to a block of its type, and every type there is, with its words.

A block may be unfinished (a button without a label is a draft, not an error); what is missing is ``checking``'s to
say. What is wrong is refused here: a type or field that does not exist, an address that leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import asking, meetings, organisations, plain, polls
from mailer.mailings.blocks.base import BlockFields, BlockWords
from mailer.mailings.blocks.values import without_nul

Block = (
    plain.Intro
    | plain.InShort
    | plain.Heading
    | plain.Text
    | plain.Image
    | plain.Button
    | plain.Divider
    | plain.Quote
    | plain.Partners
    | meetings.Agenda
    | meetings.Event
    | meetings.Change
    | meetings.Report
    | meetings.Languages
    | organisations.Organisation
    | organisations.NewOrganisations
    | asking.Call
    | asking.Funding
    | asking.News
    | asking.Practical
    | polls.Poll
)
# In the order in which the office offers them.
TYPES: tuple[tuple[type[BlockFields], Callable[[], BlockWords]], ...] = (
    (plain.Intro, plain.intro_words),
    (plain.InShort, plain.in_short_words),
    (plain.Heading, plain.heading_words),
    (plain.Text, plain.text_words),
    (plain.Image, plain.image_words),
    (plain.Button, plain.button_words),
    (plain.Divider, plain.divider_words),
    (plain.Quote, plain.quote_words),
    (meetings.Agenda, meetings.agenda_words),
    (meetings.Event, meetings.event_words),
    (meetings.Change, meetings.change_words),
    (meetings.Report, meetings.report_words),
    (organisations.Organisation, organisations.organisation_words),
    (organisations.NewOrganisations, organisations.new_organisations_words),
    (asking.Call, asking.call_words),
    (asking.Funding, asking.funding_words),
    (asking.News, asking.news_words),
    (asking.Practical, asking.practical_words),
    (polls.Poll, polls.poll_words),
    (meetings.Languages, meetings.languages_words),
    (plain.Partners, plain.partners_words),
)
BLOCK_TYPES: dict[str, type[BlockFields]] = {model.model_fields["type"].default: model for model, _words in TYPES}
_reader: TypeAdapter[Block] = TypeAdapter(Annotated[Block, Field(discriminator="type")])


def read_block(values: Mapping[str, Any]) -> Block:
    """Return the block that the values describe, its text cleaned.

    Raises ``BadInput`` with a sentence for each problem: an unknown type or field, an address that leads nowhere.
    """
    kind = values.get("type")
    if kind not in BLOCK_TYPES:
        known = ", ".join(BLOCK_TYPES)
        raise BadInput(_("Dit soort blok bestaat niet: %(type)s. Kies uit: %(known)s.", type=kind, known=known))
    try:
        return _reader.validate_python({name: without_nul(value) for name, value in values.items()})
    except ValidationError as problem:
        sentences = [_sentence(str(kind), dict(error)) for error in problem.errors()]
        raise BadInput(sentences[0], field=_field(problem), problems=sentences) from problem


def fields_of(block: Block) -> dict[str, Any]:
    """Return the block's fields without its type, as they are stored; ``variants`` only where there are some."""
    fields = block.model_dump(mode="json", exclude={"type", "variants"})
    dutch = block.dutch()
    variants = {code: one.stored(dutch) for code, one in block.variants.items()}
    return fields | ({"variants": variants} if variants else {})


def describe_blocks() -> list[BlockWords]:
    """Return every type of block with its fields, in the order in which the office offers them."""
    return [words() for _model, words in TYPES]


def block_words(kind: str) -> BlockWords:
    """Return the words of one type of block."""
    return next(words for words in describe_blocks() if words.type == kind)


def describe_blocks_as_json() -> list[dict[str, Any]]:
    """Return ``describe_blocks`` as plain values, for ``mailer mailing blocks --json``."""
    return [asdict(words) for words in describe_blocks()]


def _field(problem: ValidationError) -> str | None:
    location = problem.errors()[0]["loc"]
    return str(location[1]) if len(location) > 1 else None


def _sentence(kind: str, error: dict[str, Any]) -> str:
    names = [str(part) for part in error["loc"][1:]]
    name = names[0] if names else kind
    if error["type"] == "extra_forbidden":
        return _("Het blok %(type)s heeft geen veld %(field)s.", type=kind, field=names[-1])
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _("Het veld %(field)s van het blok %(type)s klopt niet.", field=name, type=kind)
