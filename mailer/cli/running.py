"""``mailer up``, ``mailer work`` and the two processes that are ours: the web and the mail catcher."""

from __future__ import annotations

import errno
import logging
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from sqlalchemy.orm import Session

from mailer.app import create_app
from mailer.cli.frame import House, mailer, pass_house
from mailer.cli.sample import create_sample
from mailer.cli.supervisor import Supervisor
from mailer.deliveries.queries import is_idle
from mailer.foundation.clock import now
from mailer.foundation.database import database_moment
from mailer.foundation.errors import BadInput, MailerError, NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.links import Links
from mailer.foundation.migrating import is_current, migrate
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.sample import newsletter_spec
from mailer.staff.models import OperatorRole
from mailer.staff.operators import add_operator, find_operator
from mailer.staff.signing_in import make_sign_in_link
from mailer.subscriptions.sample.sender import has_sample
from mailer.web.serving import serve
from mailer.wire.catcher import run as run_catcher
from mailer.wire.signing import signer_from

READY_WITHIN_SECONDS = 60.0
DEMO_ADDRESS = "marit@tegelpost.example.org"
# Whoever starts the demonstration first reads what it printed, and makes coffee.
DEMO_LINK_MINUTES = 240


@mailer.command()
@click.option("--demo", is_flag=True, help="Sample directory, staff account and a local mail catcher.")
@click.option("--port", type=int, default=None, help="Port of the web; 8000 by default.")
@pass_house
def up(house: House, *, demo: bool, port: int | None) -> None:
    """Start web, worker and clock together, on SQLite, with no server to install. Ctrl-C stops all.

    Everything is kept in the folder MAILER_DATA_DIR; without it in .var, beside the code.
    """
    began = time.monotonic()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    settings = house.settings
    signer_from(settings)  # A key that cannot be used is better said now than with every letter.
    # Only a demonstration may move: whatever stands before an installation knocks at the port it was told.
    may_move = demo and port is None
    if not may_move:
        free_port(port or settings.web_port, may_move=False)  # better said now than after the sample is made
    migrate(house.database)
    if demo:
        with house.database.transaction() as session:
            prepare_demonstration(session, now=now())
    supervisor = Supervisor()
    # Not before now: what takes long comes first, so that nobody else takes a port that was found free.
    web_port = free_port(port or settings.web_port, may_move=may_move)
    given = "base_url" in settings.model_fields_set and not demo
    base_url = settings.base_url if given else f"http://127.0.0.1:{web_port}"
    environment = {"MAILER_BASE_URL": base_url}
    if demo:
        catcher_port = free_port(settings.catcher_port, may_move=True)
        # Never the person's own mail server: a demonstration must not write to anybody.
        environment |= {"MAILER_SAMPLE": "1", "MAILER_SMTP_URL": f"smtp://127.0.0.1:{catcher_port}"}
        supervisor.add("catcher", _ourselves("catcher", "--port", str(catcher_port)), environment)
    supervisor.add("web", _ourselves("web", "--port", str(web_port)), environment)
    _add_hands(supervisor, environment)
    supervisor.start()
    try:
        if wait_until_ready(f"http://127.0.0.1:{web_port}/healthz", supervisor):
            _say_where(house, base_url, seconds=time.monotonic() - began, demo=demo)
    except MailerError:
        supervisor.stop()
        raise
    supervisor.watch()


@mailer.command()
@click.option("--until-idle", is_flag=True, help="End when nothing is due or in hand.")
@pass_house
def work(house: House, *, until_idle: bool) -> None:
    """Start worker and clock without the web, in the foreground."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if not is_current(house.database):
        raise BadInput(_("De database is nog niet bij. Doe eerst: mailer migrate."))
    signer_from(house.settings)
    supervisor = Supervisor()
    _add_hands(supervisor, {})
    supervisor.start()
    supervisor.watch(until=(lambda: _is_idle(house)) if until_idle else (lambda: False))


@mailer.command("web", hidden=True)
@click.option("--port", type=int, required=True)
@click.option("--host", default="127.0.0.1")
@pass_house
def web(house: House, *, port: int, host: str) -> None:
    """Serve the web, in the foreground."""
    with _port_of_ours(port):
        serve(create_app(house.settings), host=host, port=port)


@mailer.command("catcher", hidden=True)
@click.option("--port", type=int, required=True)
@pass_house
def catcher(house: House, *, port: int) -> None:
    """Catch mail instead of sending it on, in the foreground."""
    with _port_of_ours(port):
        run_catcher("127.0.0.1", port, house.settings.catcher_dir)


def free_port(wanted: int, *, may_move: bool) -> int:
    """Return the port, or the next free one when it may move.

    Raises ``BadInput`` when it is taken and may not.
    """
    for port in range(wanted, wanted + 50) if may_move else (wanted,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise _taken(wanted)


@contextmanager
def _port_of_ours(port: int) -> Iterator[None]:
    """Say in a sentence that somebody else has the port."""
    try:
        yield
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        raise _taken(port) from problem


def _taken(port: int) -> BadInput:
    return BadInput(_("Poort %(port)s is al in gebruik. Kies een andere: mailer up --port 8001.", port=port))


def prepare_demonstration(session: Session, *, now: datetime) -> None:
    """Make the sample and its staff account when they are not there yet; a new sample has a newsletter to send."""
    is_new = not has_sample(session)
    if is_new:
        create_sample(session)
    marit = find_operator(session, DEMO_ADDRESS)
    if marit is None:
        marit = add_operator(session, DEMO_ADDRESS, role=OperatorRole.ADMIN, name="Marit", now=now)
    if is_new:
        create_mailing(session, newsletter_spec(), by=marit, now=now)


def _sign_in_link(house: House, base_url: str) -> str:
    """Return a fresh one-time link for the sample's staff account."""
    with house.database.transaction() as session:
        operator = find_operator(session, DEMO_ADDRESS)
        if operator is None:
            raise NotFound(_("%(address)s werkt hier niet.", address=DEMO_ADDRESS))
        link = make_sign_in_link(session, operator, now=now(), valid_minutes=DEMO_LINK_MINUTES)
        return Links(base_url, house.settings.links.tokens).sign_in(link.id)


def _add_hands(supervisor: Supervisor, environment: dict[str, str]) -> None:
    """Add the worker and the clock: the same Celery commands as on a large installation."""
    # Celery warns root about messages that run code; ours are JSON and carry nothing but a task's name.
    environment = {**environment, "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms,ignore::RuntimeWarning"}
    # Three places: one sends (over all the connections at once), the others keep up with the clock.
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app"]
    supervisor.add(
        "worker",
        [*celery, "worker", "-P", "threads", "-c", "3", "-l", "WARNING", "--without-gossip", "--without-mingle"],
        environment,
    )
    supervisor.add("clock", [*celery, "beat", "-l", "WARNING", "--pidfile="], environment)


def _ourselves(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mailer", *arguments]


def _is_idle(house: House) -> bool:
    with house.database.transaction(writes=False) as session:
        return is_idle(session, now=database_moment(session))


def wait_until_ready(url: str, supervisor: Supervisor) -> bool:
    """Wait until the web answers; False when somebody pressed Ctrl-C first.

    Raises ``BadInput`` when one of our processes fell meanwhile: what then answers may be somebody else's, and a
    demonstration would write to it. Raises it too when nothing ever answers.
    """
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and not supervisor.stop_asked:
        if fallen := supervisor.fallen():
            raise BadInput(_("Starten lukte niet: %(name)s viel stil. Probeer het opnieuw.", name=", ".join(fallen)))
        if _hears(url) and not supervisor.fallen():
            return True
        time.sleep(0.1)
    if supervisor.stop_asked:
        return False
    raise BadInput(_("Starten lukte niet: %(url)s geeft geen antwoord. Probeer het opnieuw.", url=url))


def _hears(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _say_where(house: House, base_url: str, *, seconds: float, demo: bool) -> None:
    click.echo("")
    click.echo(_("Tegelpost staat klaar (%(seconds)s seconden).", seconds=f"{seconds:.1f}"))
    click.echo("")
    if demo:
        link = _sign_in_link(house, base_url)
        click.echo(_("  Inloggen (één keer te gebruiken):  %(link)s", link=link))
    click.echo(_("  Kantoor:                           %(link)s", link=f"{base_url}/"))
    if demo:
        click.echo(_("  Opgevangen post:                   %(link)s", link=f"{base_url}/postvak"))
        click.echo("")
        click.echo(_("Er gaat niets de deur uit: alle mail komt in de opgevangen post."))
    click.echo(_("Stoppen: Ctrl-C. Alles blijft bewaard."))
