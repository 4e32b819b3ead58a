"""``mailer mailing explain``: why an address got a mailing, or not, as it was when the mailing was frozen."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from mailer.cli.audiences import explanation_json
from mailer.cli.frame import in_transaction, json_option, mailing, print_json
from mailer.deliveries.showing.recalling import Recalled, explain_mailing, frozen_audience, say_outcome_then
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.mailings.queries import find_mailing


@mailing.command("explain")
@click.argument("mailing_id", type=int)
@click.argument("address")
@json_option
@in_transaction(writes=False)
def explain_address(session: Session, mailing_id: int, address: str, as_json: bool) -> None:
    """Say why ADDRESS got a mailing or not: as it was when it was sent, or as it is now for a draft."""
    found = find_mailing(session, mailing_id)
    recalled = explain_mailing(session, found, address, now=clock.now())
    kept = frozen_audience(session, found.id)
    if as_json:
        print_json(_as_json(recalled, rule=kept.words["sentence"] if kept else None))
        return
    if recalled.kept_at is not None and kept is not None:
        click.echo(_("Zo was het op %(moment)s.", moment=clock.say_moment(recalled.kept_at)))
        click.echo(_("De regel: %(rule)s", rule=kept.words["sentence"]))
    click.echo(say_outcome_then(recalled))
    for sentence in recalled.told.because:
        click.echo(f"- {sentence}")
    if recalled.delivery:
        click.echo(_("Hoe het met de mail ging: %(told)s", told=recalled.delivery))


def _as_json(recalled: Recalled, *, rule: str | None) -> dict[str, object]:
    return {
        **explanation_json(recalled.told),
        "kept_at": recalled.kept_at.isoformat() if recalled.kept_at else None,
        "rule": rule,
        "delivery": recalled.delivery or None,
    }
