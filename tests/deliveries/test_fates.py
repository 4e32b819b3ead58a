"""What became of a letter, as staff reads it: why, what was done, and the register that adds up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState
from mailer.deliveries.showing.fates import Fate, fates_of
from mailer.deliveries.showing.refusals import say_why
from mailer.deliveries.showing.register import letters_of, register_table
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.deliveries.rows import a_mailing_being_sent

S = DeliveryState


def a_letter(session: Session, state: DeliveryState, reason: str, *, now: datetime, **more: object) -> Delivery:
    a_mailing_being_sent(session, ["info@devoeg.example.org"], prepared_at=now)
    letter = session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
    letter.state, letter.reason, letter.settled_at = state, reason, now
    for name, value in more.items():
        setattr(letter, name, value)
    session.flush()
    return letter


def fate(session: Session, letter: Delivery, *, now: datetime) -> Fate:
    return fates_of(session, [letter], now=now)[0]


@pytest.mark.parametrize(
    ("state", "reason", "code", "text", "said"),
    [
        (
            S.REJECTED,
            "dead_address",
            550,
            "5.1.1 user unknown",
            "Dit adres bestaat niet (meer). We mailen het niet meer.",
        ),
        (S.REJECTED, "mailbox", 552, "5.2.2 over quota", "Het postvak is vol."),
        (S.REJECTED, "mailbox", 550, "Mailbox is full", "Het postvak is vol."),
        (S.REJECTED, "mailbox", 550, "5.2.1 disabled", "Het postvak is uitgezet."),
        (S.REJECTED, "mailbox", 550, "no thanks", "Het postvak nam de mail niet aan. Het kan vol of uitgezet zijn."),
        (
            S.REJECTED,
            "letter",
            552,
            "5.3.4 message too big",
            "Onze mail is te groot voor deze mailserver. Het ligt niet aan de ontvanger.",
        ),
        (
            S.REJECTED,
            "policy",
            550,
            "5.7.26 unauthenticated",
            "De mailserver van de ontvanger weigert mail van ons. Het ligt niet aan de ontvanger.",
        ),
        (S.DEFERRED, "later", 452, "4.2.2 over quota", "Het postvak is vol."),
        (
            S.DEFERRED,
            "later",
            451,
            "4.7.1 Greylisted",
            "De mailserver kent ons nog niet goed en vraagt ons te wachten.",
        ),
        (S.DEFERRED, "later", 421, "4.3.2 busy", "De mailserver heeft het te druk."),
        (S.DEFERRED, "later", 450, "wait", "De mailserver vroeg ons om het later nog eens te proberen."),
        (
            S.UNCERTAIN,
            "no_answer",
            None,
            "",
            "De mail is overgedragen, maar er kwam geen duidelijk antwoord. Misschien is hij aangekomen.",
        ),
        (S.ACCEPTED, "", 250, "2.0.0 mailbox full of joy", "Verzonden"),
    ],
)
def test_why_is_a_sentence_anybody_understands(
    state: DeliveryState, reason: str, code: int | None, text: str, said: str
) -> None:
    letter = Delivery(state=state, reason=reason, reply_code=code, reply_text=text)

    assert say_why(letter) == said


def test_the_servers_own_words_are_kept_apart(session: Session, now: datetime) -> None:
    letter = a_letter(session, S.REJECTED, "mailbox", now=now, reply_code=552, reply_text="5.2.2 over quota")

    found = fate(session, letter, now=now)

    assert (found.why, found.reply) == ("Het postvak is vol.", "552 5.2.2 over quota")


def test_a_letter_that_is_tried_again_says_when_and_how_often_it_was(session: Session, now: datetime) -> None:
    letter = a_letter(session, S.DEFERRED, "later", now=now, next_attempt_at=now + timedelta(days=1))
    session.add(DeliveryAttempt(delivery_id=letter.id, number=1, worker="w", claimed_at=now))
    session.flush()

    assert fate(session, letter, now=now).done.startswith("We proberen het op ")
    assert fate(session, letter, now=now).done.endswith(" uur opnieuw. Al 1 keer geprobeerd.")


def test_strikes_are_counted_until_the_address_is_given_up(session: Session, now: datetime) -> None:
    for days in (30, 20):
        a_letter(session, S.REJECTED, "mailbox", now=now - timedelta(days=days))
    letter = a_letter(session, S.REJECTED, "mailbox", now=now)

    at_first = fate(session, letter, now=now)
    suppress(session, letter.address, SuppressionReason.HARD_BOUNCE, now=now)
    given_up = fate(session, letter, now=now)

    assert at_first.done == "Dit is keer 3. Gaat het in 3 mailings mis, dan mailen we dit adres niet meer."
    assert at_first.can_be_retried
    assert given_up.done == "Het ging al in 3 mailings mis. We mailen dit adres niet meer."
    assert not given_up.can_be_retried


def test_a_dead_address_says_whether_it_is_still_left_alone(session: Session, now: datetime) -> None:
    letter = a_letter(session, S.REJECTED, "dead_address", now=now)

    freed = fate(session, letter, now=now)
    suppress(session, letter.address, SuppressionReason.HARD_BOUNCE, now=now)
    dead = fate(session, letter, now=now)

    assert freed.done == "Iemand heeft dit adres weer vrijgegeven."
    assert dead.done == "Bij Voorstellen kun je nakijken of er een nieuw adres is."
    assert dead.names.startswith("Buurttuin")


def test_many_letters_cost_as_many_questions_as_one(session: Session, now: datetime) -> None:
    mailing = a_mailing_being_sent(session, 5, prepared_at=now)
    for letter in session.scalars(select(Delivery)):
        letter.state, letter.reason = S.REJECTED, "mailbox"
    session.flush()
    letters = session.scalars(letters_of(mailing.id)).all()
    asked: list[str] = []
    engine = session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        fates_of(session, letters[:1], now=now)
        for_one = len(asked)
        fates_of(session, letters, now=now)
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert len(asked) == 2 * for_one


def test_the_register_has_a_row_for_every_letter_and_guards_nothing_away(session: Session, now: datetime) -> None:
    mailing = a_mailing_being_sent(session, 3, prepared_at=now)
    letters = session.scalars(letters_of(mailing.id)).all()
    letters[0].state, letters[0].settled_at = S.ACCEPTED, now
    letters[1].state, letters[1].reason, letters[1].reply_code = S.REJECTED, "dead_address", 550
    session.flush()

    table = register_table(session, mailing, now=now)

    assert [row[0] for row in table.rows] == [f"info{n}@devoeg{n}.example.org" for n in range(3)]
    assert [row[2] for row in table.rows] == ["Verzonden", "Niet bezorgd", "Staat klaar"]
    assert table.rows[1][5] == "550"
    assert {len(row) for row in table.rows} == {len(table.headers)}


def test_letters_are_narrowed_by_state_and_by_a_part_of_the_address(session: Session, now: datetime) -> None:
    mailing = a_mailing_being_sent(session, ["Een_a@x.example.org", "eenba@x.example.org"], prepared_at=now)
    letters = session.scalars(letters_of(mailing.id)).all()
    letters[0].state, letters[0].reason = S.REJECTED, "mailbox"
    session.flush()

    def found(*states: DeliveryState, sought: str = "") -> list[str]:
        return [one.address for one in session.scalars(letters_of(mailing.id, states, sought=sought))]

    assert found(S.REJECTED) == ["Een_a@x.example.org"]
    assert found(sought="EEN_A") == ["Een_a@x.example.org"]
    assert found(S.QUEUED, sought="een_a") == []
