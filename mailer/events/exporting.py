"""The answers as a file to take along: a row per guest, and one for every party that brings nobody."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from mailer.events.models import Event, Guest
from mailer.events.queries import PartyAnswer, party_answers
from mailer.events.words import say_door, say_state
from mailer.foundation.clock import local
from mailer.foundation.language import gettext as _
from mailer.wire.sheets import Table, write_csv, write_xlsx


def answers_as_csv(session: Session, event: Event) -> bytes:
    """Write the answers for Dutch Excel: UTF-8 with a byte order mark, `;`, formulas harmless."""
    return write_csv(answers_table(session, event))


def answers_as_xlsx(session: Session, event: Event) -> bytes:
    """Write the answers as a workbook of one sheet."""
    return write_xlsx([answers_table(session, event)])


def answers_table(session: Session, event: Event) -> Table:
    """Return the answers as rows, by party; people who were not asked are not in it."""
    headers = [
        _("Organisatie"), _("Persoon"), _("Soort gast"), _("Reactie"), _("Voornaam"), _("Achternaam"), _("E-mail gast"),
        _("Opmerking"), _("Doorgegeven door"), _("Hoe"), _("Wanneer"),
    ]  # fmt: skip
    rows = [row for answer in party_answers(session, event) for row in _rows(answer)]
    return Table(_("Reacties"), headers, rows)


def _rows(answer: PartyAnswer) -> Iterator[list[str]]:
    for guest in answer.guests or (None,):
        yield [*_party(answer), *_guest(guest), *_how(answer)]


def _party(answer: PartyAnswer) -> list[str]:
    invitation = answer.invitation
    return [
        invitation.organisation.name if invitation.organisation else "",
        invitation.person.full_name if invitation.person else "",
        invitation.group.name if invitation.group else "",
        say_state(answer.state),
    ]


def _guest(guest: Guest | None) -> list[str]:
    return [guest.given_name, guest.family_name, guest.address] if guest else ["", "", ""]


def _how(answer: PartyAnswer) -> list[str]:
    rsvp = answer.rsvp
    if rsvp is None:
        return ["", "", "", ""]
    when = local(rsvp.answered_at).strftime("%d-%m-%Y %H:%M")
    return [rsvp.note, rsvp.answered_by, say_door(rsvp.door), when]
