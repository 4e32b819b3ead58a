"""The history of a mailing and of one letter: what happened, when, and who did it. Only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mailer.deliveries.deciding import ARRIVED, DECIDED, SEND_AGAIN
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryEvent
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import LogbookEntry, Operator
from mailer.wire.replies import Reply, Verdict

LONGEST = 200


@dataclass(frozen=True)
class Moment:
    """One line of a history. ``by`` is empty for the program itself; ``reply`` is what the other server said."""

    at: datetime
    said: str
    by: str = ""
    more: str = ""
    reply: str = ""


def history_of(session: Session, mailing: Mailing) -> list[Moment]:
    """Return what was done with a mailing, the first first: by whom, and what the program did by itself."""
    entries = session.scalars(
        select(LogbookEntry)
        .where(LogbookEntry.subject_kind == Mailing.__tablename__, LogbookEntry.subject_id == mailing.id)
        .order_by(LogbookEntry.id.desc())
        .limit(LONGEST)
        .options(selectinload(LogbookEntry.operator))
    )
    moments = [
        Moment(entry.at, say_deed(entry.action), _name(entry.operator), _more(entry))
        for entry in entries
        if say_deed(entry.action)
    ]
    return sorted([*moments, *_by_itself(mailing)], key=lambda moment: moment.at)


def _more(entry: LogbookEntry) -> str:
    return entry.note if entry.action in _WITH_SENTENCE else ""


def _by_itself(mailing: Mailing) -> Iterator[Moment]:
    if mailing.prepared_at is not None:
        yield Moment(mailing.prepared_at, _("Klaargezet: de ontvangers liggen vast"))
    if mailing.held_at is not None and mailing.state is MailingState.HELD:
        yield Moment(mailing.held_at, _("Wacht"), more=mailing.held_because)
    if mailing.finished_at is not None and mailing.state is MailingState.SENT:
        yield Moment(mailing.finished_at, _("Verzenden klaar"))


_WITH_SENTENCE = frozenset({"mailing-paused", "mailing-resumed", "mailing-stopped", "doubts-decided", "failed-retried"})


def say_deed(action: str) -> str:
    """Return what somebody did with a mailing, in words; "" for what has nothing to do with sending it."""
    return {
        "mailing-begun": _("Begonnen"),
        "mailing-copied": _("Begonnen als kopie"),
        "recipients-chosen": _("Ontvangers gekozen"),
        "proof-sent": _("Proefmail gestuurd"),
        "mailing-scheduled": _("Verzenden ingepland"),
        "mailing-unscheduled": _("Weer een concept gemaakt"),
        "mailing-corrected": _("Een verbetering gemaakt"),
        "mailing-paused": _("Gepauzeerd"),
        "mailing-resumed": _("Verdergegaan"),
        "mailing-stopped": _("Gestopt"),
        "doubts-decided": _("Gekozen wat we met onzekere mails doen"),
        "failed-retried": _("Mislukte mails nog een keer verzonden"),
    }.get(action, "")


def history_of_letter(session: Session, letter: Delivery) -> list[Moment]:
    """Return what happened to one letter: each try, and what came back or was decided."""
    tries = session.scalars(select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == letter.id))
    events = session.execute(
        select(DeliveryEvent, Operator)
        .outerjoin(Operator, Operator.id == DeliveryEvent.operator_id)
        .where(DeliveryEvent.delivery_id == letter.id)
    )
    moments = [Moment(letter.created_at, _("Klaargezet"))]
    moments += [_try(one) for one in tries]
    moments += [Moment(event.at, _say_event(event), _name(operator)) for event, operator in events]
    return sorted(moments, key=lambda moment: moment.at)


def _try(one: DeliveryAttempt) -> Moment:
    ended = {
        Verdict.ACCEPTED.value: _("de mailserver nam hem aan"),
        Verdict.TEMPORARY.value: _("nu niet, later opnieuw"),
        Verdict.PERMANENT.value: _("de mailserver weigerde hem"),
        Verdict.UNCLEAR.value: _("afgegeven, maar geen duidelijk antwoord"),
        Verdict.WITHHELD.value: _("tegengehouden voordat hij weg was"),
    }.get(one.outcome, one.outcome)
    said = _("Keer %(n)s: %(ended)s", n=one.number, ended=ended)
    by_relay = _("via %(relay)s", relay=one.relay) if one.relay else ""
    reply = str(Reply(one.reply_code or 0, one.reply_text))
    return Moment(one.ended_at or one.claimed_at, said, more=by_relay, reply=reply)


def _say_event(event: DeliveryEvent) -> str:
    if event.kind == DECIDED and event.details.get("by_setting"):
        return _("Vanzelf opnieuw verzonden, zoals is ingesteld")
    if event.kind == DECIDED and event.details.get("to") == SEND_AGAIN:
        return _("Gekozen: stuur opnieuw")
    if event.kind == DECIDED and event.details.get("to") == ARRIVED:
        return _("Gekozen: is aangekomen")
    return {
        "bounced": _("Teruggekomen"),
        "complained": _("Gemeld als ongewenst"),
        "left": _("Uitgeschreven met deze mail"),
        "told-why": _("Verteld waarom hij stopte"),
    }.get(event.kind, event.kind)


def _name(operator: Operator | None) -> str:
    return operator.shown_name if operator else ""
