"""``mailer mailing correct`` and ``share``: a mistake that was sent, and a letter to pass on."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, json_option, mailing, print_json
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.mailings.published.correcting import correct
from mailer.mailings.published.sharing import share_text
from mailer.mailings.queries import find_mailing


@mailing.command("correct")
@click.argument("mailing_id", metavar="ID", type=int)
@click.argument("words")
@click.option("--only-on-web", is_flag=True, help="Draft no letter to who got the wrong one.")
@json_option
@in_transaction()
def correct_mailing(session: Session, mailing_id: int, words: str, only_on_web: bool, as_json: bool) -> None:
    """Say on the web what was wrong in a mailing that was sent, and draft a short letter to who got it."""
    made = correct(session, find_mailing(session, mailing_id), words, now=clock.now(), with_letter=not only_on_web)
    if as_json:
        print_json({"id": made.id, "mailing": made.letter_id})
    elif made.letter_id is None:
        click.echo(_("De verbetering staat op het web."))
    else:
        told = _("De verbetering staat op het web. Concept van de mail aan wie de verkeerde kreeg: nummer %(id)s.")
        click.echo(told % {"id": made.letter_id})


@mailing.command("share")
@click.argument("mailing_id", metavar="ID", type=int)
@json_option
@in_transaction(writes=False)
def share(session: Session, mailing_id: int, as_json: bool) -> None:
    """Write a short plain text about a newsletter, to pass on in a group."""
    text = share_text(session, find_mailing(session, mailing_id), now=clock.now())
    if as_json:
        print_json({"id": mailing_id, "text": text})
    else:
        click.echo(text)
