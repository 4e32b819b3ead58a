"""What a mailing is made of: each type of block, its fields, and the words the office shows beside them.

Not how a block looks (``templates/emails/blocks``), how it is filled (``mailings.compiling.fillers``) or what stops it.
"""

from mailer.mailings.blocks.asking import Call, Funding, News, Practical
from mailer.mailings.blocks.base import BlockFields, BlockWords, FieldWords
from mailer.mailings.blocks.meetings import AGENDA_DAYS, Agenda, Change, Event, Languages, Report
from mailer.mailings.blocks.organisations import NewOrganisations, Organisation
from mailer.mailings.blocks.plain import Button, Divider, Heading, Image, InShort, Intro, Partners, Quote, Text
from mailer.mailings.blocks.polls import Poll
from mailer.mailings.blocks.reading import (
    BLOCK_TYPES,
    Block,
    block_words,
    describe_blocks,
    describe_blocks_as_json,
    fields_of,
    read_block,
)

__all__ = [
    "AGENDA_DAYS",
    "BLOCK_TYPES",
    "Agenda",
    "Block",
    "BlockFields",
    "BlockWords",
    "Button",
    "Call",
    "Change",
    "Divider",
    "Event",
    "FieldWords",
    "Funding",
    "Heading",
    "Image",
    "InShort",
    "Intro",
    "Languages",
    "NewOrganisations",
    "News",
    "Organisation",
    "Partners",
    "Poll",
    "Practical",
    "Quote",
    "Report",
    "Text",
    "block_words",
    "describe_blocks",
    "describe_blocks_as_json",
    "fields_of",
    "read_block",
]
