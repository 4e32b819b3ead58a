"""``mailer relay-log``: settle letters in doubt by what the mail server wrote in its own log."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, json_option, mailer, print_json
from mailer.deliveries.settling import settle_by_log
from mailer.foundation import clock
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext


@mailer.command("relay-log")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@json_option
@in_transaction()
def relay_log(session: Session, files: tuple[str, ...], as_json: bool) -> None:
    """Settle uncertain letters by the log of the mail server (Postfix); "-" reads standard input.

    Give rotated files oldest first; a name that ends in .gz is unpacked. Reading a log again does no harm.
    """
    settled = settle_by_log(session, _lines(files), now=clock.now())
    if as_json:
        return print_json(asdict(settled))
    taken = ngettext("%(n)s mail is aangenomen", "%(n)s mails zijn aangenomen", settled.accepted)
    refused = ngettext("%(n)s is geweigerd", "%(n)s zijn geweigerd", settled.rejected)
    left = ngettext("van %(n)s zegt dit logboek niets", "van %(n)s zegt dit logboek niets", settled.left)
    click.echo(_("%(taken)s, %(refused)s, %(left)s.", taken=taken, refused=refused, left=left))
    return None


def _lines(files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        with ExitStack() as stack:
            try:
                source = sys.stdin.buffer if name == "-" else stack.enter_context(open(name, "rb"))
                for line in stack.enter_context(gzip.open(source)) if name.endswith(".gz") else source:
                    # A log holds what strangers sent us: any bytes.
                    yield line.decode("utf-8", "replace")
            except EOFError:
                continue  # Packed and cut short: what was in it counts.
            except OSError as problem:
                raise BadInput(_("Dit bestand kan ik niet lezen: %(path)s.", path=name)) from problem
