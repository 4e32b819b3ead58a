"""``mailer audience count | list | explain``: whom a rule reaches, and why."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from mailer.audiences.purpose import Purpose
from mailer.audiences.queries import unknown_addresses
from mailer.audiences.rules.saying import audience_sentence
from mailer.audiences.showing.counting import count
from mailer.audiences.showing.lines import list_mailboxes
from mailer.audiences.why.explaining import Explanation, explain
from mailer.audiences.why.telling import say_outcome
from mailer.cli.frame import audience, in_transaction, json_option, print_json, print_json_lines, read_json

# Rules may ask about answers and past mailings too: importing those floors makes their conditions known.
from mailer.deliveries import criteria as criteria
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.subscriptions.permission import say_refusal
from mailer.subscriptions.queries import topic_of_slug

topic_option = click.option("--topic", "topic_slug", help="Ask the gate for this topic (default: any topic).")


@audience.command("count")
@click.argument("file")
@topic_option
@json_option
@in_transaction(writes=False)
def count_audience(session: Session, file: str, topic_slug: str | None, as_json: bool) -> None:
    """Count the organisations, people and mailboxes of AUDIENCE.json."""
    value = read_json(file)
    counted = count(session, value, now=clock.now(), purpose=_purpose(session, topic_slug))
    if as_json:
        return print_json(
            {
                "organisations": counted.organisations,
                "people": counted.people,
                "mailboxes": counted.mailboxes,
                "mailable": counted.mailable,
                "refused": counted.refused,
                "organisations_reached": counted.organisations_reached,
                "no_mailbox": counted.no_mailbox,
                "organisations_no_mailbox": counted.organisations_no_mailbox,
            }
        )
    click.echo(audience_sentence(session, value))
    click.echo(
        _(
            "In deze selectie: %(organisations)s en %(people)s. We sturen %(mails)s.",
            organisations=ngettext("%(n)s organisatie", "%(n)s organisaties", counted.organisations),
            people=ngettext("%(n)s persoon", "%(n)s mensen", counted.people),
            mails=ngettext("%(n)s mail", "%(n)s mails", counted.mailable),
        )
    )
    for reason, n in counted.refused.items():
        click.echo(f"- {n} × {say_refusal(reason)}")
    if amount := counted.organisations_no_mailbox:
        click.echo(
            "- " + ngettext("%(n)s organisatie zonder e-mailadres", "%(n)s organisaties zonder e-mailadres", amount)
        )
    if counted.no_mailbox:
        click.echo("- " + ngettext("%(n)s persoon zonder postvak", "%(n)s mensen zonder postvak", counted.no_mailbox))
    _warn_of_unknown(unknown_addresses(session, value))
    return None


@audience.command("list")
@click.argument("file")
@topic_option
@json_option
@in_transaction(writes=False)
def list_audience(session: Session, file: str, topic_slug: str | None, as_json: bool) -> None:
    """List the mailboxes of AUDIENCE.json, and for whom each letter is."""
    lines = list_mailboxes(session, read_json(file), now=clock.now(), purpose=_purpose(session, topic_slug))
    if as_json:
        return print_json_lines(
            {
                "address": line.address,
                "organisations": line.organisations,
                "people": line.people,
                "refusal": line.refusal,
                "stands_in": line.stands_in,
            }
            for line in lines
        )
    for line in lines:
        reason = f"  [{say_refusal(line.refusal)}]" if line.refusal else ""
        click.echo(f"{line.address}  {', '.join([*line.organisations, *line.people])}{reason}")
        for sentence in line.stands_in:
            click.echo(f"    {sentence}")
    return None


@audience.command("explain")
@click.argument("file")
@click.argument("address")
@topic_option
@json_option
@in_transaction(writes=False)
def explain_audience(session: Session, file: str, address: str, topic_slug: str | None, as_json: bool) -> None:
    """Say why ADDRESS is in AUDIENCE.json, or not."""
    told = explain(session, read_json(file), address, now=clock.now(), purpose=_purpose(session, topic_slug))
    if as_json:
        print_json(explanation_json(told))
        return
    click.echo(say_outcome(told))
    for sentence in told.because:
        click.echo(f"- {sentence}")


def explanation_json(told: Explanation) -> dict[str, object]:
    """Return an explanation for programs."""
    return {
        "in": told.is_in,
        "because": told.because,
        "refusal": told.refusal,
        "outcome": told.outcome,
        "goes_to": told.goes_to,
    }


def _purpose(session: Session, topic_slug: str | None) -> Purpose:
    return Purpose(topic=topic_of_slug(session, topic_slug) if topic_slug else None)


def _warn_of_unknown(addresses: list[str]) -> None:
    for address in addresses:
        click.echo(_("%(address)s staat niet in het adresboek.", address=address), err=True)
