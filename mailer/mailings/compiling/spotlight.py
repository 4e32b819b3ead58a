"""Who was in the picture, and who is new: so that the small and the new become visible too. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Organisation
from mailer.mailings.models import Block, Mailing, MailingKind
from mailer.wire.spelling import fold_name

# How far back the first issue looks.
FIRST_ISSUE = timedelta(days=60)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """An organisation that can be in the picture; ``last_at`` is when it was, None: never yet."""

    slug: str
    name: str
    last_at: datetime | None


def candidates(session: Session) -> list[Candidate]:
    """Return the organisations one can meet: first those that never were in the picture, then the longest ago."""
    were = been_in_picture(session)
    query = select(Organisation.slug, Organisation.name).where(Organisation.stopped_on.is_(None))
    found = [Candidate(slug, name, were.get(slug)) for slug, name in session.execute(query.order_by(Organisation.name))]
    return sorted(found, key=lambda one: one.last_at or NEVER)


def been_in_picture(session: Session) -> dict[str, datetime]:
    """Return slug → when the letter about that organisation was frozen last."""
    query = (
        select(Block.fields, Mailing.prepared_at)
        .join(Mailing, Mailing.id == Block.mailing_id)
        .where(Block.type == "organisation", Mailing.prepared_at.is_not(None))
        .order_by(Mailing.prepared_at)
    )
    return {fields["organisation"]: at for fields, at in session.execute(query) if fields.get("organisation") and at}


def last_issue_at(session: Session, mailing: Mailing) -> datetime | None:
    """Return when the newsletter before this one, of the same topic, was frozen."""
    query = select(Mailing.prepared_at).where(
        Mailing.topic_id == mailing.topic_id,
        Mailing.kind == MailingKind.NEWSLETTER,
        Mailing.id != mailing.id,
        Mailing.prepared_at.is_not(None),
    )
    if mailing.prepared_at is not None:
        query = query.where(Mailing.prepared_at < mailing.prepared_at)
    return session.scalars(query.order_by(Mailing.prepared_at.desc()).limit(1)).one_or_none()


def new_since_last_issue(
    session: Session, mailing: Mailing, *, now: datetime, most: int, without: str = ""
) -> list[Organisation]:
    """Return who came since the last issue, newest first; ``without`` names those that rather wait."""
    since = last_issue_at(session, mailing) or now - FIRST_ISSUE
    query = select(Organisation).where(
        Organisation.added_at > since, Organisation.added_at <= now, Organisation.stopped_on.is_(None)
    )
    left_out = {fold_name(name) for name in without.split(",") if name.strip()}
    if left_out:
        query = query.where(Organisation.name_key.not_in(left_out))
    return list(session.scalars(query.order_by(Organisation.added_at.desc(), Organisation.name).limit(most)))
