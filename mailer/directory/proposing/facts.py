"""Fields of an organisation as a proposal holds them: reading what is wanted, and what we have now. Only reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.editing import OrganisationFacts, facts_of
from mailer.directory.editing.reading import read_phone_number, read_postcode, read_website
from mailer.directory.models import Neighbourhood, Organisation, ProposalField, TargetGroup, Theme
from mailer.directory.models.vocabulary import Word
from mailer.directory.queries import words_of_slugs
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold_name

# Field → the longest text that fits.
TEXTS = {
    ProposalField.NAME: 200,
    ProposalField.DESCRIPTION: 4000,
    ProposalField.WEBSITE: 300,
    ProposalField.STREET: 200,
    ProposalField.POSTCODE: 10,
    ProposalField.PHONE: 40,
}
LISTS: dict[ProposalField, type[Word]] = {
    ProposalField.THEMES: Theme,
    ProposalField.AREAS: Neighbourhood,
    ProposalField.TARGET_GROUPS: TargetGroup,
}
FACTS = (*TEXTS, *LISTS)


def current(organisation: Organisation, field: ProposalField) -> Any:
    """Return what we have in this field now: a text, or a list of slugs."""
    known = getattr(facts_of(organisation), field.value)
    return known if isinstance(known, str) else list(known)


def read(session: Session, field: ProposalField, wanted: Any) -> Any:
    """Return what is wanted in the shape we keep. Raises ``BadInput`` at the field when it cannot be used."""
    if field in LISTS:
        return [word.slug for word in words_of_slugs(session, LISTS[field], [str(slug) for slug in wanted])]
    text = str(wanted).replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > TEXTS[field]:
        raise BadInput(_("Dit is te lang. Er passen %(longest)s tekens in.", longest=TEXTS[field]), field=field.value)
    if field is ProposalField.NAME and not fold_name(text):
        raise BadInput(_("Vul de naam van de organisatie in."), field=field.value)
    if field is ProposalField.POSTCODE:
        return read_postcode(text)
    if field is ProposalField.WEBSITE:
        return read_website(text)
    if field is ProposalField.PHONE:
        return read_phone_number(text, field=field.value)
    return text if field is ProposalField.DESCRIPTION else " ".join(text.split())


def is_same(field: ProposalField, one: Any, other: Any) -> bool:
    """Tell whether both say the same; the order of words in a list says nothing, and neither do spaces."""
    if field in LISTS:
        return set(_several(one)) == set(_several(other))
    return str(one).split() == str(other).split()


def changed(organisation: Organisation, field: ProposalField, wanted: Any) -> OrganisationFacts:
    """Return all facts of the organisation with this one as it is wanted; the primary theme stays in front."""
    known = facts_of(organisation)
    if field is ProposalField.THEMES:
        wanted = sorted(wanted, key=lambda slug: slug not in known.themes[:1])
    return replace(known, **{field.value: wanted})


def _several(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else []
