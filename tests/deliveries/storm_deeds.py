"""The deeds of a storm: what workers, staff and readers do, each as a roof does it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy import select

from mailer.deliveries import deciding, holding
from mailer.deliveries.asking import GateQuestion, purpose_of
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.line.handing_over import open_gates
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.regulating.allowing import let_try_again, set_limit
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.marks import Mark, read_mark, write_mark
from mailer.deliveries.restored.withholding import confirm
from mailer.deliveries.retrying import retry_failed
from mailer.deliveries.settling import settle_by_log
from mailer.deliveries.working import drain, sweep
from mailer.directory.models import Mailbox, Organisation, Person
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Invitation
from mailer.foundation.database import database_moment
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.records.merging import merge, unmerge
from mailer.records.models import Merge, MergeKind
from mailer.subscriptions.leaving import choose, leave, return_to
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.queries import all_topics
from mailer.subscriptions.suppressing import suppress
from tests.deliveries.storm import FickleCrew, Storm, any_of
from tests.factories import a_mailing, a_topic, an_event

RELAY = "127.0.0.1:2525"
DOMAINS = ("@een.example.org", "@twee.example.org", "@drie.example.org")
# So many mailings are under way at once, now and then one more.
MOST_MAILINGS = 4
OPEN = (MailingState.SENDING, MailingState.HELD, MailingState.PAUSED, MailingState.SCHEDULED)


# Workers


def send(storm: Storm, chance: Random) -> None:
    drain(storm.database, lambda *_: FickleCrew(chance, storm.dots), seconds=chance.uniform(0.1, 0.6), connections=4)


def look_after(storm: Storm, _chance: Random) -> None:
    sweep(storm.database)


def die(storm: Storm, chance: Random) -> None:
    """A worker that takes letters, passes some gates, and is never heard of again."""
    worker = f"gone{chance.random()}"
    with storm.database.transaction() as session:
        claims = claim(session, worker=worker, limit=chance.randint(1, 6), now=database_moment(session))
    with storm.database.transaction() as session:
        mailings = {one.mailing_id for one in claims if one.mailing_id}
        asked = {one: GateQuestion(purpose_of(session, session.get_one(Mailing, one))) for one in mailings}
        open_gates(session, claims[: chance.randint(0, len(claims))], asked, now=database_moment(session))


# Staff


def begin_mailing(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        now = database_moment(session)
        if len(session.scalars(select(Mailing.id).where(Mailing.state.in_(OPEN))).all()) >= MOST_MAILINGS:
            return
        mailing = a_mailing(session, now=now)
        if chance.random() < 0.5:
            mailing.kind, mailing.event = MailingKind.INVITATION, an_event(session, starts_at=now + timedelta(days=9))
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, now


def stop(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailing = session.get_one(Mailing, any_of(session, Mailing, chance, Mailing.state.in_(OPEN)))
        holding.stop(session, mailing, now=database_moment(session))


def pause_and_resume(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        number = any_of(session, Mailing, chance, Mailing.state.in_(OPEN))
        holding.pause(session, session.get_one(Mailing, number), now=database_moment(session))
    with storm.database.transaction() as session:
        holding.resume(session, session.get_one(Mailing, number), now=database_moment(session))


def resume(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailing = session.get_one(Mailing, any_of(session, Mailing, chance, Mailing.state == MailingState.HELD))
        holding.resume(session, mailing, now=database_moment(session))


def decide_each(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        doubted = Delivery.state == DeliveryState.UNCERTAIN
        letter = session.get_one(Delivery, any_of(session, Delivery, chance, doubted, Delivery.mailing_id.is_not(None)))
        mailing = session.get_one(Mailing, letter.mailing_id)
        letters = select(Delivery.id).where(Delivery.mailing_id == mailing.id, Delivery.reason != "", doubted)
        again = {one: chance.random() < 0.5 for one in session.scalars(letters)}
        deciding.decide_each(session, mailing, again, by=None, now=database_moment(session))


def decide_all(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailing = session.get_one(Mailing, any_of(session, Mailing, chance))
        again = chance.random() < 0.5
        deciding.decide_all(session, mailing, sends_again=again, by=None, now=database_moment(session))


def retry(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailing = session.get_one(Mailing, any_of(session, Mailing, chance, Mailing.topic_id.is_not(None)))
        retry_failed(session, mailing, by=None, now=database_moment(session))


def read_relay_log(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        doubted = select(Delivery).where(Delivery.state == DeliveryState.UNCERTAIN)
        letters = list(session.scalars(doubted))
        chance.shuffle(letters)
        lines = [line for one in letters for line in _said_of(one, is_refused=chance.random() < 0.4)]
        session.expunge_all()
        settle_by_log(session, lines, now=database_moment(session))


def _said_of(letter: Delivery, *, is_refused: bool) -> list[str]:
    queue, said = f"4Xq{letter.id:07}", "dsn=2.0.0, status=sent (250 2.0.0 Ok)"
    if is_refused:
        said = "dsn=5.1.1, status=bounced (host x said: 550 5.1.1 no such user (in reply to RCPT TO command))"
    return [
        f"Nov 26 02:13:34 post postfix/cleanup[8]: {queue}: message-id={letter.message_id}",
        f"Nov 26 02:13:34 post postfix/qmgr[4]: {queue}: from=<b@x>, size=4, nrcpt=1 (queue active)",
        f"Nov 26 02:13:35 post postfix/smtp[9]: {queue}: to=<{letter.address}>, relay=x, delay=1, {said}",
    ]


def allow(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        numbers = {"per_second": chance.choice((None, 20, 200)), "connections": chance.choice((None, 3))}
        set_limit(session, chance.choice((RELAY, *DOMAINS)), numbers, now=database_moment(session))


def try_again(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        let_try_again(session, chance.choice((RELAY, *DOMAINS)), now=database_moment(session))


def put_backup_back(storm: Storm, _chance: Random) -> None:
    """The folder counts further than the database: everything is held, and somebody says that all is well."""
    folder = storm.database.settings.data_dir
    mark = read_mark(folder)
    if mark is not None:
        write_mark(folder, Mark(mark.key, mark.count + 9))
    stand_guard(storm.database)
    with storm.database.transaction() as session:
        confirm(session, by=None, now=database_moment(session))


def merge_two(storm: Storm, chance: Random) -> None:
    kind, model = chance.choice(
        ((MergeKind.MAILBOX, Mailbox), (MergeKind.ORGANISATION, Organisation), (MergeKind.PERSON, Person))
    )
    with storm.database.transaction() as session:
        keep, lose = any_of(session, model, chance), any_of(session, model, chance)
        merge(session, kind, keep, lose, now=database_moment(session), by=None)


def take_merge_back(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        number = any_of(session, Merge, chance, Merge.taken_back_at.is_(None))
        unmerge(session, number, now=database_moment(session), by=None)


# Readers


def leave_by_one_click(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailbox = session.get_one(Mailbox, any_of(session, Mailbox, chance))
        leave(session, mailbox, a_topic(session), door="one-click", now=database_moment(session))


def come_back(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailbox = session.get_one(Mailbox, any_of(session, Mailbox, chance))
        return_to(session, mailbox, None, door="leave-page", now=database_moment(session))


def choose_topics(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailbox = session.get_one(Mailbox, any_of(session, Mailbox, chance))
        topics = [one for one in all_topics(session) if chance.random() < 0.7]
        choose(session, mailbox, topics=topics, door="preferences", now=database_moment(session))


def complain(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        mailbox = session.get_one(Mailbox, any_of(session, Mailbox, chance))
        suppress(session, mailbox.address, SuppressionReason.COMPLAINT, now=database_moment(session))


def answer(storm: Storm, chance: Random) -> None:
    with storm.database.transaction() as session:
        invitation = session.get_one(Invitation, any_of(session, Invitation, chance))
        said = chance.choice((Answer.YES, Answer.NO))
        record_answer(
            session, invitation, said, answered_by="Samira", answered_at=database_moment(session), door=Door.OFFICE
        )
