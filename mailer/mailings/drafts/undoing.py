"""Undoing: every change in the composer is a step that remembers what was there before, so that it can be taken back.

Nothing that somebody wrote gets lost: what was undone, and what was written out of turn, stays in the list of steps.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer.foundation.errors import Conflict
from mailer.foundation.language import gettext as _
from mailer.mailings.drafts.contents import Content, content_of, put_content
from mailer.mailings.models import DraftStep, Mailing, StepStanding
from mailer.staff.models import Operator

# Somebody who types is saved every second; a pause, or a few minutes, makes a new step.
A_PAUSE = timedelta(seconds=45)
LONGEST_STEP = timedelta(minutes=4)
MOST_STEPS = 100
# What is typed piece by piece; all else is a step each time.
TYPED = ("letterhead", "block")


def keep_step(
    session: Session,
    mailing: Mailing,
    before: Content,
    deed: str,
    *,
    place: str = "",
    now: datetime,
    by: Operator | None,
) -> DraftStep:
    """Remember what the draft said before it was changed. Typing on in one place stays one step."""
    newest = newest_step(session, mailing, StepStanding.DONE, StepStanding.UNDONE)
    # After something was undone a new step begins: only then is it clear what can still be done again.
    on_top = newest is not None and newest.standing is StepStanding.DONE
    if newest is not None and on_top and _goes_on(newest, deed, place, now=now, by=by):
        newest.ended_at = now
        return newest
    return _add(session, mailing, before, deed, place=place, now=now, by=by)


def keep_aside(
    session: Session,
    mailing: Mailing,
    content: Content,
    deed: str,
    *,
    place: str = "",
    now: datetime,
    by: Operator | None,
) -> DraftStep:
    """Remember what somebody wrote who was not to write: the draft stays, and the words are in its history."""
    newest = newest_step(session, mailing, StepStanding.ASIDE)
    if newest is not None and _goes_on(newest, deed, place, now=now, by=by):
        newest.content, newest.ended_at = content, now
        return newest
    step = _add(session, mailing, content, deed, place=place, now=now, by=by)
    step.standing = StepStanding.ASIDE
    session.flush()
    return step


def undo(session: Session, mailing: Mailing, *, now: datetime) -> DraftStep:
    """Take the last change back. Raises ``Conflict`` when there is none, or the mailing is no draft."""
    step = newest_step(session, mailing, StepStanding.DONE)
    if step is None:
        raise Conflict(_("Er is niets om ongedaan te maken."))
    return _swap(session, mailing, step, StepStanding.UNDONE, now=now)


def redo(session: Session, mailing: Mailing, *, now: datetime) -> DraftStep:
    """Do again what was undone last. Raises ``Conflict`` when nothing was."""
    step = to_redo(session, mailing)
    if step is None:
        raise Conflict(_("Er is niets om opnieuw te doen."))
    return _swap(session, mailing, step, StepStanding.DONE, now=now)


def put_back(session: Session, mailing: Mailing, step: DraftStep, *, now: datetime, by: Operator | None) -> DraftStep:
    """Let the draft say what this step remembers; that is a change like any other, so it can be undone."""
    before = content_of(mailing)
    put_content(session, mailing, step.content, now=now)
    return keep_step(session, mailing, before, "put-back", now=now, by=by)


def newest_step(session: Session, mailing: Mailing, *standings: StepStanding) -> DraftStep | None:
    """Return the last step that has one of these standings."""
    question = select(DraftStep).where(DraftStep.mailing_id == mailing.id, DraftStep.standing.in_(standings))
    return session.scalars(question.order_by(DraftStep.id.desc()).limit(1)).first()


def to_redo(session: Session, mailing: Mailing) -> DraftStep | None:
    """Return the step that was undone last: the oldest of those after the newest that stands."""
    newest = newest_step(session, mailing, StepStanding.DONE)
    question = select(DraftStep).where(
        DraftStep.mailing_id == mailing.id,
        DraftStep.standing == StepStanding.UNDONE,
        DraftStep.id > (newest.id if newest else 0),
    )
    return session.scalars(question.order_by(DraftStep.id).limit(1)).first()


def steps_of(session: Session, mailing: Mailing) -> list[DraftStep]:
    """Return what is remembered of this draft, the newest first."""
    question = select(DraftStep).where(DraftStep.mailing_id == mailing.id)
    return list(session.scalars(question.order_by(DraftStep.id.desc())))


def say_deed(deed: str) -> str:
    """Return what a step did, in a few words."""
    return {
        "letterhead": _("Onderwerp gewijzigd"),
        "block": _("Blok gewijzigd"),
        "added": _("Blok erbij gezet"),
        "moved": _("Blok verplaatst"),
        "copied": _("Blok gekopieerd"),
        "removed": _("Blok weggehaald"),
        "recipients": _("Ontvangers gekozen"),
        "put-back": _("Eerdere versie teruggezet"),
    }[deed]


def _goes_on(step: DraftStep, deed: str, place: str, *, now: datetime, by: Operator | None) -> bool:
    same = (step.deed, step.place, step.operator_id) == (deed, place, by.id if by else None)
    return same and deed in TYPED and now - step.ended_at <= A_PAUSE and now - step.began_at <= LONGEST_STEP


def _add(
    session: Session,
    mailing: Mailing,
    content: Content,
    deed: str,
    *,
    place: str,
    now: datetime,
    by: Operator | None,
) -> DraftStep:
    step = DraftStep(
        mailing_id=mailing.id,
        operator_id=by.id if by else None,
        deed=deed,
        place=place,
        standing=StepStanding.DONE,
        began_at=now,
        ended_at=now,
        content=content,
    )
    session.add(step)
    session.flush()
    _forget_the_oldest(session, mailing)
    return step


def _swap(session: Session, mailing: Mailing, step: DraftStep, standing: StepStanding, *, now: datetime) -> DraftStep:
    """The step keeps what the draft said until now, and the draft says what the step kept."""
    until_now = content_of(mailing)
    put_content(session, mailing, step.content, now=now)
    step.content, step.standing = until_now, standing
    # What is typed after this is a step of its own.
    step.ended_at = step.began_at - A_PAUSE
    session.flush()
    return step


def _forget_the_oldest(session: Session, mailing: Mailing) -> None:
    remembered = select(DraftStep.id).where(DraftStep.mailing_id == mailing.id)
    oldest = session.scalars(remembered.order_by(DraftStep.id.desc()).offset(MOST_STEPS - 1).limit(1)).first()
    if oldest is not None:
        session.execute(delete(DraftStep).where(DraftStep.mailing_id == mailing.id, DraftStep.id < oldest))
