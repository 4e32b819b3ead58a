"""What happened with an organisation, a person or a mailbox: letters, answers, deeds of staff. Newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.checking import DOOR
from mailer.directory.models import (
    CheckAnswer,
    ImportBatch,
    ImportRow,
    Mailbox,
    Organisation,
    Person,
    Proposal,
    ProposalState,
)
from mailer.directory.proposing.wording import Wording, say_field
from mailer.directory.queries.check_letters import check_letters_of
from mailer.events.models import Answer, Event, Invitation, RsvpAnswer
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing
from mailer.records.forwarding import former_numbers
from mailer.staff.models import LogbookEntry
from mailer.web.office.states import delivery_state

LONGEST = 40


@dataclass(frozen=True)
class Happening:
    """One line: when, what, and the screen that tells more (``endpoint`` may be empty)."""

    at: datetime
    title: str
    words: str
    endpoint: str = ""
    subject_id: int | None = None


def of_organisation(session: Session, organisation: Organisation) -> list[Happening]:
    """Return what happened with an organisation."""
    return _newest(
        _letters(session, DeliveryAddressee.organisation_id == organisation.id),
        _answers(session, Invitation.organisation_id == organisation.id),
        _invitations(session, Invitation.organisation_id == organisation.id),
        _imports(session, ImportRow.organisation_id == organisation.id),
        _check_letters(session, organisation),
        _proposals(session, Proposal.organisation_id == organisation.id),
        _deeds(session, "organisation", organisation.id),
    )


def of_person(session: Session, person: Person) -> list[Happening]:
    """Return what happened with somebody."""
    return _newest(
        _letters(session, DeliveryAddressee.person_id == person.id),
        _answers(session, Invitation.person_id == person.id),
        _invitations(session, Invitation.person_id == person.id),
        _imports(session, ImportRow.person_id == person.id),
        _proposals(session, Proposal.person_id == person.id),
        _deeds(session, "person", person.id),
    )


def of_mailbox(session: Session, mailbox: Mailbox) -> list[Happening]:
    """Return what happened with a mailbox."""
    return _newest(_letters(session, Delivery.mailbox_id == mailbox.id), _deeds(session, "mailbox", mailbox.id))


def _newest(*parts: Iterator[Happening]) -> list[Happening]:
    happenings = [one for part in parts for one in part]
    return sorted(happenings, key=lambda one: one.at, reverse=True)[:LONGEST]


def _letters(session: Session, concerns: ColumnElement[bool]) -> Iterator[Happening]:
    deliveries = session.scalars(
        select(Delivery)
        .outerjoin(DeliveryAddressee, DeliveryAddressee.delivery_id == Delivery.id)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(concerns, Delivery.state.not_in((DeliveryState.QUEUED, DeliveryState.CLAIMED)))
        .order_by(Delivery.id.desc())
        .limit(LONGEST)
        .options(joinedload(Delivery.mailing))
    ).unique()
    for delivery in deliveries:
        mailing = delivery.mailing
        assert mailing is not None
        state = delivery_state(delivery.state, delivery.reason)
        words = _("%(state)s: %(address)s", state=state.word, address=delivery.address)
        at = delivery.settled_at or delivery.created_at
        yield Happening(at, mailing.shown_title, words, "mailings.show", mailing.id)


def _answers(session: Session, concerns: ColumnElement[bool]) -> Iterator[Happening]:
    answers = session.execute(
        select(RsvpAnswer, Event)
        .join(Invitation, Invitation.id == RsvpAnswer.invitation_id)
        .join(Event, Event.id == Invitation.event_id)
        .where(concerns)
        .order_by(RsvpAnswer.id.desc())
        .limit(LONGEST)
    )
    for answer, event in answers:
        names = ", ".join(answer.guest_names.split("\n")) if answer.guest_names else ""
        if answer.answer is Answer.YES:
            words = _("Komt: %(names)s", names=names) if names else _("Komt")
        else:
            words = _("Komt niet") if answer.answer is Answer.NO else _("Weet het nog niet")
        yield Happening(answer.answered_at, event.title, words, "events.show", event.id)


def _invitations(session: Session, concerns: ColumnElement[bool]) -> Iterator[Happening]:
    invitations = session.scalars(
        select(Invitation)
        .where(concerns)
        .order_by(Invitation.id.desc())
        .limit(LONGEST)
        .options(joinedload(Invitation.event), joinedload(Invitation.rsvp))
    )
    for invitation in invitations:
        words = _("Uitgenodigd") if invitation.rsvp else _("Uitgenodigd. Nog geen reactie.")
        yield Happening(invitation.invited_at, invitation.event.title, words, "events.show", invitation.event_id)


def _imports(session: Session, concerns: ColumnElement[bool]) -> Iterator[Happening]:
    rows = session.scalars(
        select(ImportRow)
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(concerns, ImportBatch.applied_at.is_not(None))
        .order_by(ImportRow.id.desc())
        .limit(LONGEST)
        .options(selectinload(ImportRow.batch))
    )
    for row in rows:
        words = _("Ingelezen uit %(file)s, rij %(row)s", file=row.batch.file_name, row=row.number)
        if row.batch.taken_back_at is not None:
            words = _("%(words)s, en weer teruggedraaid", words=words)
        yield Happening(row.batch.applied_at or row.batch.read_at, _("Inlezen"), words, "imports.show", row.batch_id)


def _check_letters(session: Session, organisation: Organisation) -> Iterator[Happening]:
    for letter in check_letters_of(session, organisation):
        if letter.sent_at is not None and letter.owed_letter is not None:
            yield Happening(
                letter.sent_at, _("Klopt dit nog?"), _("Gevraagd aan %(address)s", address=letter.owed_letter.address)
            )
        if letter.answered_at is not None:
            is_right = letter.answer is CheckAnswer.RIGHT
            words = _("De organisatie zelf: het klopt") if is_right else _("De organisatie zelf gaf veranderingen door")
            yield Happening(letter.answered_at, _("Klopt dit nog?"), words)


def _proposals(session: Session, concerns: ColumnElement[bool]) -> Iterator[Happening]:
    """What was proposed and decided, with what became what: the logbook only says that somebody decided."""
    decided = select(Proposal).where(concerns, Proposal.state.in_((ProposalState.ACCEPTED, ProposalState.DECLINED)))
    wording = Wording(session)
    for one in session.scalars(
        decided.order_by(Proposal.decided_at.desc())
        .limit(LONGEST)
        .options(joinedload(Proposal.person), joinedload(Proposal.decided_by))
    ):
        is_accepted = one.state is ProposalState.ACCEPTED
        title = say_deed("proposal-accepted") if is_accepted else say_deed("proposal-declined")
        told = wording.became(one) if is_accepted else wording.theirs(one)
        by = one.decided_by.shown_name if one.decided_by else _("het programma")
        words = _("%(field)s: %(told)s, door %(name)s", field=say_field(one.field), told=told, name=by)
        yield Happening(one.decided_at or one.proposed_at, title, words)


def _deeds(session: Session, kind: str, subject_id: int) -> Iterator[Happening]:
    """Also those to a row that became one with this: its history is this one's since."""
    ids = (subject_id, *former_numbers(session, kind, subject_id))
    entries = session.scalars(
        select(LogbookEntry)
        .where(LogbookEntry.subject_kind == kind, LogbookEntry.subject_id.in_(ids))
        .where(LogbookEntry.action.not_in(("proposal-accepted", "proposal-declined")), ~_carried_out_a_proposal())
        .order_by(LogbookEntry.id.desc())
        .limit(LONGEST)
        .options(selectinload(LogbookEntry.operator))
    )
    for entry in entries:
        yield Happening(entry.at, say_deed(entry.action), _by_whom(entry))


def _by_whom(entry: LogbookEntry) -> str:
    """Who did it; nothing where the deed says so itself."""
    if entry.action == DOOR:
        return ""
    return _("door %(name)s", name=entry.operator.shown_name if entry.operator else _("het programma"))


def _carried_out_a_proposal() -> ColumnElement[bool]:
    """What changed because a proposal was accepted: its own line says what became what."""
    accepted = aliased(LogbookEntry)
    return LogbookEntry.action.in_(("organisation-changed", "person-changed")) & exists().where(
        accepted.subject_kind == LogbookEntry.subject_kind,
        accepted.subject_id == LogbookEntry.subject_id,
        accepted.action == "proposal-accepted",
        accepted.at == LogbookEntry.at,
    )


def say_deed(action: str) -> str:
    """Return a deed of the logbook in words; one without words yet reads as it was written."""
    return {
        "organisation-added": _("Ingevoerd"),
        "organisation-changed": _("Gegevens veranderd"),
        "organisation-checked": _("Nagekeken: klopt nog"),
        "organisation-stopped": _("Gestopt"),
        "organisation-resumed": _("Gaat toch door"),
        "person-added": _("Ingevoerd"),
        "person-changed": _("Gegevens veranderd"),
        "mailbox-given-to-organisation": _("Postvak erbij"),
        "mailbox-given-to-person": _("Postvak erbij"),
        "mailbox-taken-from-organisation": _("Postvak eraf"),
        "mailbox-taken-from-person": _("Postvak eraf"),
        "mailbox-kind-changed": _("Soort postvak veranderd"),
        "greeting-changed": _("Aanhef veranderd"),
        "role-given": _("Iemand erbij"),
        "role-changed": _("Functie veranderd"),
        "network-joined": _("Lid geworden van een netwerk"),
        "membership-changed": _("Dagen van een lidmaatschap veranderd"),
        "network-left": _("Lidmaatschap van een netwerk beëindigd"),
        "organisation-checked-itself": _("Nagekeken door de organisatie zelf"),
        "proposal-accepted": _("Voorstel overgenomen"),
        "proposal-declined": _("Voorstel afgewezen"),
        "organisation-merged": _("Samengevoegd"),
        "organisation-unmerged": _("Samenvoeging teruggedraaid"),
        "person-merged": _("Samengevoegd"),
        "person-unmerged": _("Samenvoeging teruggedraaid"),
        "mailbox-merged": _("Vervangt een ander adres"),
        "mailbox-unmerged": _("Samenvoeging teruggedraaid"),
        "called-two": _("Vastgelegd: dit is geen dubbel"),
        "two-taken-back": _("Teruggenomen dat dit geen dubbel is"),
        "basis-recorded": _("Vastgelegd waarom we mogen mailen"),
        "mailbox-suppressed": _("Op de lijst ‘niet meer mailen’ gezet"),
        "suppression-lifted": _("Van de lijst ‘niet meer mailen’ gehaald"),
    }.get(action, action)
