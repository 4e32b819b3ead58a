"""How a proposal reads: its field, what we have, what is wanted, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from textwrap import shorten
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.models import Proposal, ProposalField, ProposalSource
from mailer.directory.proposing import facts
from mailer.directory.queries import words
from mailer.foundation.addresses import mask
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.wire.phones import show_phone

# A description is cut where it stands in a line of history.
LONGEST = 80


def say_field(field: ProposalField) -> str:
    """Return what a proposal is about, in a word or two."""
    return {
        ProposalField.NAME: _("Naam"),
        ProposalField.DESCRIPTION: _("Omschrijving"),
        ProposalField.WEBSITE: _("Website"),
        ProposalField.STREET: _("Straat en nummer"),
        ProposalField.POSTCODE: _("Postcode"),
        ProposalField.PHONE: _("Telefoon"),
        ProposalField.THEMES: _("Thema’s"),
        ProposalField.AREAS: _("Werkt in"),
        ProposalField.TARGET_GROUPS: _("Voor wie"),
        ProposalField.STOPPED: _("Gestopt"),
        ProposalField.CONTACT_LEFT: _("Werkt hier niet meer"),
        ProposalField.NEW_CONTACT: _("Nieuwe contactpersoon"),
        ProposalField.DEAD_ADDRESS: _("Adres werkt niet meer"),
        ProposalField.REMARK: _("Bericht"),
    }[field]


def say_source(source: ProposalSource) -> str:
    """Return who says so."""
    return {
        ProposalSource.ORGANISATION: _("De organisatie zelf"),
        ProposalSource.HARD_BOUNCE: _("De mailserver: dit adres bestaat niet"),
        ProposalSource.MOVED_ON: _("Gezegd bij het uitschrijven"),
        ProposalSource.DELEGATE: _("Gezegd bij een uitnodiging"),
        ProposalSource.STAFF: _("Iemand van ons"),
    }[source]


class Wording:
    """Says the values of proposals; the words of the directory are asked once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: dict[ProposalField, Mapping[str, str]] = {}

    def ours(self, proposal: Proposal) -> str:
        """Return what we have now, "" when there is nothing."""
        if proposal.field in facts.FACTS and proposal.organisation is not None:
            return self._fact(proposal.field, facts.current(proposal.organisation, proposal.field))
        if proposal.field is ProposalField.CONTACT_LEFT and proposal.person is not None:
            return _("%(name)s werkt hier", name=proposal.person.full_name)
        if proposal.field is ProposalField.DEAD_ADDRESS:
            who = proposal.person.full_name if proposal.person else ""
            return f"{proposal.had} ({who})" if who else str(proposal.had)
        return ""

    def theirs(self, proposal: Proposal) -> str:
        """Return what is wanted, in full: for staff."""
        if proposal.field is ProposalField.NEW_CONTACT:
            return ", ".join(part for part in (_full_name(proposal.wanted), *_told(proposal.wanted)) if part)
        return self._wanted(proposal)

    def theirs_in_public(self, proposal: Proposal) -> str:
        """Return what is wanted as a page behind a link may tell: given names and masked addresses only."""
        if proposal.field is ProposalField.NEW_CONTACT:
            address = str(proposal.wanted.get("address", ""))
            return ", ".join(part for part in (proposal.wanted["given_name"], mask(address) if address else "") if part)
        if proposal.field is ProposalField.CONTACT_LEFT and proposal.person is not None:
            return proposal.person.given_name
        if proposal.field is ProposalField.REMARK:
            # What one colleague told us the next one need not read.
            return _("verstuurd")
        return self._wanted(proposal)

    def became(self, proposal: Proposal) -> str:
        """Return which value became which, once it was accepted."""
        if proposal.field not in facts.FACTS:
            return self.theirs(proposal)
        had, wanted = (_short(self._fact(proposal.field, value)) for value in (proposal.had, proposal.wanted))
        if not had:
            return _("werd ‘%(wanted)s’", wanted=wanted)
        return _("‘%(had)s’ werd ‘%(wanted)s’", had=had, wanted=wanted) if wanted else _("‘%(had)s’ ging weg", had=had)

    def say(self, field: ProposalField, value: Any) -> str:
        """Return a value of a field of an organisation as people read it."""
        return self._fact(field, value) or _("leeg maken")

    def _wanted(self, proposal: Proposal) -> str:
        if proposal.field in facts.FACTS:
            return self.say(proposal.field, proposal.wanted)
        if proposal.field is ProposalField.STOPPED:
            return _("gestopt sinds %(day)s", day=_day(proposal.wanted))
        if proposal.field is ProposalField.CONTACT_LEFT:
            return _("niet meer sinds %(day)s", day=_day(proposal.wanted))
        if proposal.field is ProposalField.DEAD_ADDRESS:
            return _("haal dit adres weg")
        return str(proposal.wanted)

    def _fact(self, field: ProposalField, value: Any) -> str:
        if field in facts.LISTS:
            names = self._words(field)
            return ", ".join(names.get(slug, slug) for slug in value)
        return show_phone(value) if field is ProposalField.PHONE else str(value)

    def _words(self, field: ProposalField) -> Mapping[str, str]:
        if field not in self._names:
            self._names[field] = {word.slug: word.name for word in words(self._session, facts.LISTS[field])}
        return self._names[field]


def _full_name(contact: Mapping[str, str]) -> str:
    return f"{contact['given_name']} {contact.get('family_name', '')}".strip()


def _told(contact: Mapping[str, str]) -> tuple[str, str]:
    return contact.get("role", ""), contact.get("address", "")


def _short(text: str) -> str:
    return shorten(text, LONGEST, placeholder=" …")


def _day(text: str) -> str:
    return say_date(date.fromisoformat(text)).partition(" ")[2]
