"""Signing in by a link in one's mail: nothing to remember, nothing to leak (WCAG 3.3.8).

A link works once, for half an hour, and only by pressing the button on its page: mail scanners follow links, and a link
that opened by being followed would be used up before its owner came.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.outbox import owe_letter
from mailer.staff.logbook import note
from mailer.staff.models import Operator, SignInLink
from mailer.staff.operators import find_operator

LETTER = "sign-in-link"
VALID_MINUTES = 30
# At most so many letters in so many minutes: the sign-in page is no way to fill somebody's mailbox.
LETTERS_AT_MOST = 3
WITHIN_MINUTES = 15


def ask_sign_in_link(
    session: Session, address: str, *, now: datetime, valid_minutes: int = VALID_MINUTES
) -> SignInLink | None:
    """Owe a sign-in letter to whoever works here under this address.

    Whoever asks must not learn whether the address works here: the page says the same for every answer.
    None: nobody here has that address, or too many letters went there just now.
    """
    operator = _enabled_operator(session, address)
    if operator is None or _asked_lately(session, operator, now) >= LETTERS_AT_MOST:
        _take_as_long(session, now)
        return None
    link = make_sign_in_link(session, operator, now=now, valid_minutes=valid_minutes)
    owe_letter(session, LETTER, subject_id=link.id, address=operator.address, now=now, language=operator.language)
    return link


def make_sign_in_link(
    session: Session, operator: Operator, *, now: datetime, valid_minutes: int = VALID_MINUTES
) -> SignInLink:
    """Make a link without a letter, for who hands it over in another way (the command line)."""
    link = SignInLink(operator=operator, asked_at=now, valid_until=now + timedelta(minutes=valid_minutes), used_at=None)
    session.add(link)
    session.flush()
    return link


def find_sign_in_link(session: Session, link_id: int | None, *, now: datetime) -> SignInLink | None:
    """Return the link when it still works; looking does not use it up."""
    link = session.get(SignInLink, link_id) if link_id is not None else None
    return link if link is not None and link.is_valid(now) else None


def sign_in(session: Session, link_id: int | None, *, now: datetime) -> Operator:
    """Use the link up and return who came in.

    Raises ``NotFound`` when it does not exist, is too old, was used, or belongs to somebody who left.
    """
    link = find_sign_in_link(session, link_id, now=now)
    used_up = _use_up(session, link, now) if link is not None else False
    if link is None or not used_up:
        raise NotFound(_("Deze link werkt niet meer. Vraag een nieuwe aan."))
    session.refresh(link)
    note(session, link.operator, "signed-in", link.operator, now=now)
    return link.operator


def current_operator(session: Session, operator_id: int | None, epoch: int | None) -> Operator | None:
    """Return whose session this is, or None when it was ended or the operator was disabled."""
    operator = session.get(Operator, operator_id) if operator_id is not None else None
    if operator is None or not operator.is_enabled or operator.session_epoch != epoch:
        return None
    return operator


def _use_up(session: Session, link: SignInLink, now: datetime) -> bool:
    # One UPDATE decides who was first: two presses at the same moment are still one use.
    used = session.scalars(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SignInLink.id)
        .execution_options(synchronize_session=False)
    )
    return used.one_or_none() is not None


def _enabled_operator(session: Session, address: str) -> Operator | None:
    try:
        operator = find_operator(session, parse_address(address).key)
    except BadInput:
        return None
    return operator if operator is not None and operator.is_enabled else None


def _take_as_long(session: Session, now: datetime) -> None:
    # A letter written and struck out costs the disk what a real one costs: the clock must not tell who works here.
    owed = owe_letter(session, LETTER, subject_id=0, address="", now=now)
    session.delete(owed)
    session.flush()


def _asked_lately(session: Session, operator: Operator, now: datetime) -> int:
    since = now - timedelta(minutes=WITHIN_MINUTES)
    question = select(func.count(SignInLink.id)).where(
        SignInLink.operator_id == operator.id, SignInLink.asked_at > since
    )
    return session.scalar(question) or 0
