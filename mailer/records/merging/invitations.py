"""Two parties invited to one meeting become one: one invitation, the newest answer, and everybody on its list.

Nobody gets a place by it and nobody loses one unasked (``answers.questions``): guests keep the place or the wait they
had, each in the pool where it was counted. Whoever calls holds the meetings (``locking``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailer.events.letters import NOTICES
from mailer.events.models import Answer, Door, Guest, GuestState, Invitation, Rsvp, RsvpAnswer
from mailer.events.places import TAKES_PLACE
from mailer.foundation.outbox import OwedLetter
from mailer.records.forwarding import forward
from mailer.records.merging.answers import Question, Two, question_of, same_guest
from mailer.records.merging.pointing import columns_pointing_at, forget, point_elsewhere
from mailer.records.merging.subject import KEEP, Merging
from mailer.records.models import MergeKind


def join_invitations(merging: Merging) -> None:
    """Let every invitation of the lost party be one of the party that stays.

    Raises ``BadInput`` (``answers.NeedsChoice``) when places would be taken away and nobody chose.
    """
    column = Invitation.organisation_id if merging.kind is MergeKind.ORGANISATION else Invitation.person_id
    session = merging.session
    ours = {one.event_id: one for one in session.scalars(select(Invitation).where(column == merging.keep.id))}
    theirs = session.scalars(select(Invitation).where(column == merging.lose.id).order_by(Invitation.event_id)).all()
    for invitation in theirs:
        if invitation.event_id in ours:
            _join(merging, Two(ours[invitation.event_id], invitation))
        else:
            setattr(invitation, column.key, merging.keep.id)
    session.flush()


def move_guests(merging: Merging) -> None:
    """The person is a guest wherever either was; of one party's list that names both, once."""
    session = merging.session
    for guest in session.scalars(select(Guest).where(Guest.person_id == merging.lose.id)).all():
        guest.person_id = merging.keep.id
    session.flush()
    twice = select(Guest).where(Guest.person_id == merging.keep.id, Guest.state != GuestState.WITHDRAWN)
    by_list: dict[int, list[Guest]] = {}
    for guest in session.scalars(twice.order_by(Guest.id)):
        by_list.setdefault(guest.rsvp_id, []).append(guest)
    for guests in by_list.values():
        for extra in sorted(guests, key=_standing)[1:]:
            extra.state = GuestState.WITHDRAWN
    session.flush()


def _join(merging: Merging, two: Two) -> None:
    session = merging.session
    question = question_of(two, now=merging.now)
    stands = _whose_answer(merging, two, question)
    stays, goes = (two.ours, two.theirs) if stands == KEEP else (two.theirs, two.ours)
    kept_guests = _chosen_guests(merging, question)
    stays.invited_at = min(stays.invited_at, goes.invited_at)
    _join_lists(merging, stays, goes, kept_guests=kept_guests)
    for column in columns_pointing_at("invitation"):
        # The answer itself was joined; lists, history and whatever a later table tells of it follow.
        if column.table.name != "rsvp":
            point_elsewhere(session, column, goes.id, stays.id)
    _follow_owed_letters(session, goes.id, stays.id)
    forward(session, "invitation", goes.id, stays.id)
    forget(session, goes)
    stays.organisation_id = merging.keep.id if merging.kind is MergeKind.ORGANISATION else None
    stays.person_id = merging.keep.id if merging.kind is MergeKind.PERSON else None
    session.flush()
    session.expire(stays)


def _whose_answer(merging: Merging, two: Two, question: Question | None) -> str:
    if question is not None and question.is_about_answer:
        return question.answer_chosen(merging.choices.answers)
    return two.newest


def _chosen_guests(merging: Merging, question: Question | None) -> frozenset[int] | None:
    return question.guests_chosen(merging.choices.guests) if question is not None and question.is_about_guests else None


def _join_lists(merging: Merging, stays: Invitation, goes: Invitation, *, kept_guests: frozenset[int] | None) -> None:
    session = merging.session
    if goes.rsvp is None or stays.rsvp is None:
        return
    rsvp, other = stays.rsvp, goes.rsvp
    is_coming = rsvp.answer is Answer.YES or stays.event.is_past(merging.now)
    listed = rsvp.listed
    for guest in list(other.guests):
        if guest.state is not GuestState.WITHDRAWN:
            twin = next((one for one in listed if same_guest(one, guest)), None)
            if not is_coming:
                guest.state = GuestState.WITHDRAWN
            elif twin is not None:
                _once(twin, guest)
        guest.rsvp_id = rsvp.id
    session.flush()
    forget(session, other)
    session.expire(rsvp)
    session.expire(goes)
    if kept_guests is not None:
        _let_go(merging, rsvp, kept_guests)


def _once(one: Guest, other: Guest) -> None:
    """One human named in both lists: the better standing stays."""
    if _standing(other) < _standing(one):
        one.state, one.listed_at, one.group_id = other.state, min(one.listed_at, other.listed_at), other.group_id
    other.state = GuestState.WITHDRAWN


def _standing(guest: Guest) -> tuple[int, int]:
    order = (*TAKES_PLACE[:1], GuestState.PRESENT, GuestState.NO_SHOW, GuestState.OFFERED, GuestState.WAITING)
    return (order.index(guest.state) if guest.state in order else len(order)), guest.id


def _let_go(merging: Merging, rsvp: Rsvp, kept: frozenset[int]) -> None:
    """Take off the list whom a person chose to take off, and write that down with the answers."""
    session = merging.session
    for guest in rsvp.listed:
        if guest.id not in kept:
            guest.state = GuestState.WITHDRAWN
    session.flush()
    session.add(_answer_of(merging, rsvp, rsvp.listed))
    session.flush()


def _answer_of(merging: Merging, rsvp: Rsvp, guests: Sequence[Guest]) -> RsvpAnswer:
    return RsvpAnswer(
        invitation_id=rsvp.invitation_id,
        answer=rsvp.answer,
        guest_names="\n".join(guest.full_name for guest in guests),
        note="",
        answered_by=rsvp.answered_by,
        answered_at=merging.now,
        recorded_at=merging.now,
        door=Door.OFFICE,
        was_applied=True,
    )


def _follow_owed_letters(session: Session, old_id: int, new_id: int) -> None:
    about = (OwedLetter.letter.in_(NOTICES), OwedLetter.subject_id == old_id)
    session.execute(update(OwedLetter).where(*about).values(subject_id=new_id))
