"""Answering an invitation: the single door for every RSVP, whether by link, calendar, telephone or on the night.

One transaction at a time decides on the places of a meeting (`places.lock_event`), so a capacity holds under any race.
An expected refusal is a return value with a sentence; only unusable input raises.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events import places, receipts
from mailer.events.delegating import propose_colleagues
from mailer.events.models import Answer, Door, Event, GuestState, Invitation, Rsvp, RsvpAnswer
from mailer.events.parties import GuestName, arrange, count_seated, read_names, standing_answer
from mailer.events.refusals import Refusal, refusal_for, say_no_room_to_grow, say_refusal, say_too_many
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.staff.models import Operator

LONGEST_NOTE = 1000


class InvitationGone(Conflict):
    """The party became one with another while somebody answered for it: its link opens that one now."""


class Result(enum.StrEnum):
    """What became of an answer."""

    GOING = "going"
    WAITING = "waiting"
    DECLINED = "declined"
    UNSURE = "unsure"
    # Older than the standing answer: kept in the history, changes nothing.
    OUTDATED = "outdated"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of an answer, with a sentence for the person who gave it."""

    result: Result
    sentence: str
    # Number on the waiting list, from 1, counted in parties.
    position: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class _Given:
    """One answer as it came in."""

    answer: Answer
    guests: tuple[GuestName, ...]
    note: str
    answered_by: str
    answered_at: datetime
    door: Door
    operator: Operator | None


def record_answer(
    session: Session,
    invitation: Invitation,
    answer: Answer,
    *,
    guests: Sequence[GuestName] = (),
    note: str = "",
    answered_by: str,
    answered_at: datetime,
    door: Door,
    now: datetime | None = None,
    operator: Operator | None = None,
    receipt_to: str | None = None,
) -> Outcome:
    """Take a party's answer, give it places or a number on the waiting list, and owe it a receipt.

    The newest `answered_at` wins; `now` is when it reached us (the same, when not given). A party gets places for all
    its guests or waits as a whole (decision 0022). `receipt_to` is the address the answer came from; without it the
    receipt goes to the party's own mailbox. Raises `BadInput` for names or addresses that cannot be used, and
    `InvitationGone` when the party was merged with another at this very moment.
    """
    coming = read_names(guests) if answer is Answer.YES else ()
    given = _Given(answer, coming, _read_note(note), answered_by[:200], answered_at, door, operator)
    recorded_at = now or answered_at
    event = places.lock_event(session, invitation.event_id)
    _refuse_gone(session, invitation)
    standing = standing_answer(session, invitation.id)
    if standing and answered_at < standing.answered_at:
        _write_history(session, invitation, given, recorded_at=recorded_at, was_applied=False)
        return Outcome(Result.OUTDATED, _("Er is al een nieuwer antwoord. Dat blijft staan."))
    if refusal := _refuse(session, event, invitation, standing, given):
        return refusal
    before = _gist(standing)
    state = _state_for(session, event, invitation, standing, given)
    rsvp = _write_answer(session, invitation, standing, given)
    arrange(session, rsvp, given.guests, state=state, at=answered_at)
    _write_history(session, invitation, given, recorded_at=recorded_at, was_applied=True)
    propose_colleagues(session, invitation, given.guests, now=recorded_at)
    if _gist(rsvp) != before:
        receipts.owe_receipt(session, rsvp, to=receipt_to, now=recorded_at)
    return _outcome(session, event, rsvp, state)


def _refuse_gone(session: Session, invitation: Invitation) -> None:
    if session.scalar(select(Invitation.id).where(Invitation.id == invitation.id)) is None:
        raise InvitationGone(
            _("Deze uitnodiging is net samengevoegd met een andere. Open de link in de mail nog een keer.")
        )


def _read_note(note: str) -> str:
    note = note.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(_("Je bericht is te lang. Gebruik hooguit %(n)s tekens.", n=LONGEST_NOTE), field="note")
    return note


def _refuse(
    session: Session, event: Event, invitation: Invitation, standing: Rsvp | None, given: _Given
) -> Outcome | None:
    if refusal := refusal_for(event, given.door, given.answered_at):
        return _refused(refusal, say_refusal(event, refusal))
    if given.answer is not Answer.YES:
        return None
    if not given.guests:
        return _refused(Refusal.NO_GUESTS, say_refusal(event, Refusal.NO_GUESTS))
    limit = places.party_limit(event, invitation.group)
    if limit is not None and len(given.guests) > limit:
        return _refused(Refusal.TOO_MANY, say_too_many(invitation, limit))
    seated = count_seated(standing)
    pool = places.pool_of(event, invitation.group)
    if seated and not places.can_take(session, pool, len(given.guests) - seated, rsvp_id=None):
        return _refused(Refusal.NO_ROOM_TO_GROW, say_no_room_to_grow(seated))
    return None


def _refused(refusal: Refusal, sentence: str) -> Outcome:
    return Outcome(Result.REFUSED, sentence, refusal=refusal)


def _state_for(
    session: Session, event: Event, invitation: Invitation, standing: Rsvp | None, given: _Given
) -> GuestState:
    if count_seated(standing):
        return GuestState.GOING
    pool = places.pool_of(event, invitation.group)
    fits = places.can_take(session, pool, len(given.guests), rsvp_id=standing.id if standing else None)
    return GuestState.GOING if fits else GuestState.WAITING


def _write_answer(session: Session, invitation: Invitation, standing: Rsvp | None, given: _Given) -> Rsvp:
    rsvp = standing or Rsvp(invitation=invitation)
    rsvp.answer = given.answer
    rsvp.note = given.note
    rsvp.answered_by = given.answered_by
    rsvp.answered_at = given.answered_at
    rsvp.door = given.door
    session.add(rsvp)
    session.flush()
    return rsvp


def _write_history(
    session: Session, invitation: Invitation, given: _Given, *, recorded_at: datetime, was_applied: bool
) -> None:
    session.add(
        RsvpAnswer(
            invitation_id=invitation.id,
            answer=given.answer,
            guest_names="\n".join(guest.full_name for guest in given.guests),
            note=given.note,
            answered_by=given.answered_by,
            answered_at=given.answered_at,
            recorded_at=recorded_at,
            door=given.door,
            was_applied=was_applied,
            operator=given.operator,
        )
    )
    session.flush()


def _gist(rsvp: Rsvp | None) -> tuple[object, ...]:
    """What a receipt would say: the same answer twice is one letter."""
    if rsvp is None:
        return ()
    guests = sorted((guest.full_name, guest.address, guest.state.value) for guest in rsvp.listed)
    return rsvp.answer, tuple(guests)


def _outcome(session: Session, event: Event, rsvp: Rsvp, state: GuestState) -> Outcome:
    if rsvp.answer is Answer.NO:
        return Outcome(Result.DECLINED, _("Jammer dat jullie er niet bij zijn. Bedankt dat je het laat weten."))
    if rsvp.answer is Answer.MAYBE:
        return Outcome(Result.UNSURE, _("Jullie weten het nog niet. We horen het graag als het zeker is."))
    if state is GuestState.GOING:
        return Outcome(Result.GOING, _("Top, jullie staan op de lijst."))
    position = places.position_of(session, event, rsvp)
    sentence = _("De bijeenkomst is vol. Jullie staan op de wachtlijst, nummer %(n)s.", n=position)
    return Outcome(Result.WAITING, sentence, position=position)
