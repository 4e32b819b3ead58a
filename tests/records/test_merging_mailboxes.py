"""One address replaced by another: the stricter word wins, nothing is sent twice, and what was sent stays sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.addressing import find_or_add_mailbox
from mailer.directory.importing import import_file
from mailer.directory.models import Mailbox, MailboxReplacement, Neighbourhood, PersonMailbox
from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import Conflict
from mailer.mailings.models import Mailing, MailingState
from mailer.records.merging import merge, unmerge
from mailer.records.merging.permission import narrower
from mailer.records.models import Merge, MergeKind
from mailer.subscriptions.models import (
    Consent,
    PreferredNeighbourhood,
    PreferredTheme,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)
from mailer.subscriptions.permission import Refusal, refusals
from mailer.subscriptions.suppressing import suppress
from tests.factories import A_MOMENT, a_mailbox, a_mailing, a_neighbourhood, a_person, a_theme, a_topic, an_organisation
from tests.records.dumps import difference, dump

LATER = A_MOMENT + timedelta(days=3)
NEXT_YEAR, SOON = date(2027, 6, 1), date(2026, 12, 1)


def _merge(session: Session, keep: Mailbox, lose: Mailbox) -> Merge:
    return merge(session, MergeKind.MAILBOX, keep.id, lose.id, now=LATER, by=None)


def _two(session: Session) -> tuple[Mailbox, Mailbox]:
    return a_mailbox(session, "samira@nieuw.example.org"), a_mailbox(session, "samira@oud.example.org")


def _subscribe(session: Session, mailbox: Mailbox, state: str, until: date | None = None) -> None:
    row = Subscription(mailbox_id=mailbox.id, topic_id=a_topic(session).id, state=SubscriptionState(state))
    row.changed_at, row.paused_until = A_MOMENT, until
    session.add(row)
    session.flush()


@pytest.mark.parametrize(
    ("kept", "lost", "stands"),
    [
        (("active", None), ("ended", None), ("ended", None)),
        (("ended", None), ("active", None), ("ended", None)),
        (("paused", SOON), ("paused", NEXT_YEAR), ("paused", NEXT_YEAR)),
        (("active", None), ("pending", None), ("pending", None)),
        (("pending", None), ("paused", SOON), ("paused", SOON)),
        (None, ("ended", None), ("ended", None)),
        (("active", None), ("paused", date(2026, 1, 1)), ("active", None)),
    ],
)
def test_the_stricter_subscription_stands(
    session: Session,
    kept: tuple[str, date | None] | None,
    lost: tuple[str, date | None],
    stands: tuple[str, date | None],
) -> None:
    keep, lose = _two(session)
    if kept:
        _subscribe(session, keep, *kept)
    _subscribe(session, lose, *lost)

    _merge(session, keep, lose)

    [row] = session.scalars(select(Subscription)).all()
    assert (row.mailbox_id, row.state.value, row.paused_until) == (keep.id, *stands)


def test_proofs_of_both_stay(session: Session) -> None:
    keep, lose = _two(session)

    _merge(session, keep, lose)

    assert session.scalars(select(Consent.mailbox_id)).all() == [keep.id, keep.id]


@pytest.mark.parametrize(
    ("reason", "refused"),
    [
        (SuppressionReason.REQUEST, Refusal.SUPPRESSED),
        (SuppressionReason.COMPLAINT, Refusal.SUPPRESSED),
        (SuppressionReason.HARD_BOUNCE, None),
    ],
)
def test_never_again_goes_along_and_a_dead_address_does_not(
    session: Session, reason: SuppressionReason, refused: Refusal | None
) -> None:
    keep, lose = _two(session)
    suppress(session, lose.address, reason, now=A_MOMENT)

    _merge(session, keep, lose)

    assert refusals(session, [keep.id], a_topic(session), now=LATER).get(keep.id) is refused


def test_preferences_narrow(session: Session) -> None:
    keep, lose = _two(session)
    green, sport = a_theme(session, "groen"), a_theme(session, "sport")
    session.add_all(PreferredTheme(mailbox_id=keep.id, theme_id=theme.id) for theme in (green, sport))
    session.add(PreferredTheme(mailbox_id=lose.id, theme_id=sport.id))
    spangen = a_neighbourhood(session, "spangen")
    session.add(PreferredNeighbourhood(mailbox_id=lose.id, neighbourhood_id=spangen.id))
    session.flush()

    _merge(session, keep, lose)

    assert session.scalars(select(PreferredTheme.theme_id)).all() == [sport.id]
    assert session.execute(
        select(PreferredNeighbourhood.mailbox_id, PreferredNeighbourhood.neighbourhood_id)
    ).all() == [(keep.id, spangen.id)]


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [(set(), {1}, {1}), ({1, 2}, {2, 3}, {2}), ({1}, {2}, {1}), ({9}, {2}, {2}), ({2, 3}, {9}, {2, 3})],
)
def test_the_narrower_of_two_choices(ours: set[int], theirs: set[int], both: set[int]) -> None:
    """Nine is the whole area; two choices that share nothing leave the first one's."""
    assert narrower(ours, theirs, covering={9}, inside={1, 2, 3}) == both


def test_readers_go_along_and_who_was_left_unnamed_stays_so(session: Session) -> None:
    keep, lose = _two(session)
    organisation = an_organisation(session, mailbox=lose)
    samira = a_person(session, mailbox=keep)
    session.add(PersonMailbox(person_id=samira.id, mailbox_id=lose.id, is_addressed=False, position=2))
    session.flush()

    _merge(session, keep, lose)

    assert [(use.person_id, use.is_addressed, use.position) for use in keep.people] == [(samira.id, False, 1)]
    assert [use.organisation_id for use in keep.organisations] == [organisation.id]
    assert (lose.people, lose.organisations) == ([], [])


def test_the_old_address_is_known_as_the_new_one(session: Session) -> None:
    keep, lose = _two(session)

    _merge(session, keep, lose)

    assert find_or_add_mailbox(session, parse_address("Samira@oud.example.org"), now=LATER) is keep


def test_an_old_list_does_not_bring_the_old_address_back(session: Session) -> None:
    keep, lose = _two(session)
    samira = a_person(session, family_name="Klinker", mailbox=lose)
    _merge(session, keep, lose)
    listed = "Voornaam;Achternaam;E-mail\nSamira;Klinker;samira@oud.example.org\n"

    report = import_file(session, listed.encode(), file_name="oud.csv", now=LATER, apply=True)

    assert [row.outcome.value for row in report.rows] == ["same"]
    assert session.execute(select(PersonMailbox.person_id, PersonMailbox.mailbox_id)).all() == [(samira.id, keep.id)]


def _letter(session: Session, mailing: Mailing, mailbox: Mailbox, state: DeliveryState) -> Delivery:
    more = {"worker": "w1", "attempt": 1} if state is DeliveryState.CLAIMED else {}
    row = Delivery(
        mailing_id=mailing.id,
        mailbox_id=mailbox.id,
        address=mailbox.address,
        state=state,
        created_at=A_MOMENT,
        **more,
    )
    session.add(row)
    session.flush()
    return row


QUEUED, CLAIMED, ACCEPTED = DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.ACCEPTED
CANCELLED, SKIPPED = DeliveryState.CANCELLED, DeliveryState.SKIPPED


@pytest.mark.parametrize(
    ("kept", "lost", "after"),
    [
        (ACCEPTED, ACCEPTED, (ACCEPTED, ACCEPTED)),
        (QUEUED, QUEUED, (QUEUED, CANCELLED)),
        (QUEUED, ACCEPTED, (CANCELLED, ACCEPTED)),
        (ACCEPTED, CLAIMED, (ACCEPTED, CANCELLED)),
        (SKIPPED, QUEUED, (SKIPPED, CANCELLED)),
    ],
)
def test_a_mailing_that_both_would_get_is_sent_once(
    session: Session, kept: DeliveryState, lost: DeliveryState, after: tuple[DeliveryState, DeliveryState]
) -> None:
    keep, lose = _two(session)
    mailing = a_mailing(session)
    ours, theirs = _letter(session, mailing, keep, kept), _letter(session, mailing, lose, lost)

    _merge(session, keep, lose)

    assert (ours.state, theirs.state) == after
    assert (ours.mailbox_id, theirs.mailbox_id) == (keep.id, lose.id)


def test_a_letter_that_waits_goes_to_the_new_address(session: Session) -> None:
    keep, lose = _two(session)
    waits = _letter(session, a_mailing(session), lose, CLAIMED)
    went = _letter(session, a_mailing(session), lose, ACCEPTED)

    _merge(session, keep, lose)

    assert (waits.mailbox_id, waits.address, waits.state) == (keep.id, keep.address, QUEUED)
    assert (went.mailbox_id, went.address, went.state) == (keep.id, lose.address, ACCEPTED)


def test_rules_that_name_the_old_address_name_the_new_one(session: Session) -> None:
    keep, lose = _two(session)
    mailing = a_mailing(session, audience={"rule": {"all": []}, "reach": "everyone", "exclude": [lose.address.upper()]})

    _merge(session, keep, lose)

    assert mailing.audience is not None
    assert mailing.audience["exclude"] == [keep.address]


def test_taking_it_back_leaves_no_trace(session: Session) -> None:
    keep, lose = _two(session)
    a_person(session, mailbox=lose)
    an_organisation(session, mailbox=lose)
    _subscribe(session, keep, "active")
    _subscribe(session, lose, "ended")
    suppress(session, lose.address, SuppressionReason.REQUEST, now=A_MOMENT)
    session.add(PreferredTheme(mailbox_id=lose.id, theme_id=a_theme(session).id))
    mailing = a_mailing(session)
    for mailbox, state in ((keep, QUEUED), (lose, ACCEPTED)):
        _letter(session, mailing, mailbox, state)
    _letter(session, a_mailing(session), lose, QUEUED)
    before = dump(session)

    merged = _merge(session, keep, lose)
    unmerge(session, merged.id, now=LATER, by=None)

    assert difference(before, dump(session)) == {}


@pytest.mark.parametrize(
    ("since", "after"),
    [
        (MailingState.SENDING, (QUEUED, "", LATER)),
        (MailingState.PAUSED, (QUEUED, "", LATER)),
        (MailingState.SENT, (CANCELLED, "merged", None)),
        (MailingState.CANCELLED, (CANCELLED, "stopped", None)),
    ],
)
@pytest.mark.parametrize("state", [QUEUED, CLAIMED])
@pytest.mark.parametrize("has_twin", [True, False])
def test_a_letter_that_waits_again_is_claimed_anew_or_ended_with_its_mailing(
    session: Session,
    since: MailingState,
    after: tuple[DeliveryState, str, datetime | None],
    state: DeliveryState,
    *,
    has_twin: bool,
) -> None:
    """Its worker is gone, the claims of its mailing are past it, and nobody looks at a mailing that ended."""
    keep, lose = _two(session)
    mailing = a_mailing(session)
    if has_twin:
        _letter(session, mailing, keep, ACCEPTED)
    letter = _letter(session, mailing, lose, state)
    mailing.state = MailingState.SENDING
    merged = _merge(session, keep, lose)
    mailing.state = since
    if since is MailingState.CANCELLED and not has_twin:
        letter.state, letter.reason, letter.settled_at = CANCELLED, "stopped", LATER
    session.flush()

    unmerge(session, merged.id, now=LATER, by=None)

    assert (letter.state, letter.reason, letter.next_attempt_at, letter.worker) == (*after, "")


def test_a_letter_that_went_to_the_new_address_since_keeps_that_address(session: Session) -> None:
    keep, lose = _two(session)
    letter = _letter(session, a_mailing(session), lose, QUEUED)
    merged = _merge(session, keep, lose)
    letter.state, letter.settled_at = ACCEPTED, LATER
    session.flush()

    unmerge(session, merged.id, now=LATER, by=None)

    assert (letter.state, letter.address) == (ACCEPTED, keep.address)


def test_an_address_that_was_replaced_is_not_replaced_again(session: Session) -> None:
    keep, lose = _two(session)
    _merge(session, keep, lose)

    with pytest.raises(Conflict, match="al vervangen"):
        _merge(session, a_mailbox(session), lose)


def test_a_chain_of_addresses_ends_at_the_last_one(session: Session) -> None:
    first, second, third = a_mailbox(session), a_mailbox(session), a_mailbox(session)

    _merge(session, second, first)
    _merge(session, third, second)

    rows = session.execute(select(MailboxReplacement.mailbox_id, MailboxReplacement.replaced_by_id)).all()
    assert sorted(map(tuple, rows)) == sorted([(first.id, third.id), (second.id, third.id)])
    assert first.in_use is third


def test_the_whole_area_is_known_to_preferences(session: Session) -> None:
    keep, lose = _two(session)
    whole = session.scalars(select(Neighbourhood).where(Neighbourhood.covers_all)).first()
    spangen = a_neighbourhood(session, "spangen")
    assert whole is not None
    session.add(PreferredNeighbourhood(mailbox_id=keep.id, neighbourhood_id=whole.id))
    session.add(PreferredNeighbourhood(mailbox_id=lose.id, neighbourhood_id=spangen.id))
    session.flush()

    _merge(session, keep, lose)

    assert session.scalars(select(PreferredNeighbourhood.neighbourhood_id)).all() == [spangen.id]
