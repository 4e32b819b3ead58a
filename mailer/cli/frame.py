"""What every command shares: the groups, the house it works in, JSON output, and how a refusal ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from mailer.foundation.bell import make_bell
from mailer.foundation.database import Database
from mailer.foundation.errors import BadInput, MailerError
from mailer.foundation.language import gettext as _
from mailer.foundation.settings import Settings, load_settings


class House:
    """What a command works in: settings and database, made when first asked for."""

    @cached_property
    def settings(self) -> Settings:
        return load_settings()

    @cached_property
    def database(self) -> Database:
        return Database(self.settings)

    def close(self) -> None:
        """Let go of the database, when one was opened."""
        if "database" in self.__dict__:
            self.database.close()

    def ring(self) -> None:
        """Wake the workers; call it after the commit."""
        make_bell(self.settings.broker_url, self.settings.data_dir).ring()


# Which modules hold the commands of a noun: a command that counts letters need not wait for the web to load.
ROOMS = {
    "audience": ["audiences"],
    "catcher": ["running"],
    "directory": ["directory", "merging", "checking", "undoing"],
    "dkim": ["dkim"],
    "event": ["events"],
    "mailing": ["mailings", "sending", "explaining", "correcting"],
    "migrate": ["schema"],
    "relay-log": ["relay_log"],
    "sample": ["sample"],
    "sender": ["sender"],
    "sending": ["overseeing"],
    "staff": ["staff"],
    "up": ["running"],
    "web": ["running"],
    "work": ["running"],
}


class Nouns(click.Group):
    """The nouns of the command line; the module of a noun is loaded when somebody says it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for module in ROOMS.get(cmd_name, []):
            import_module(f"mailer.cli.{module}")
        return super().get_command(ctx, cmd_name)


@click.group(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def mailer(context: click.Context) -> None:
    """Tegelpost: newsletters and invitations for a neighbourhood network."""
    context.obj = House()
    context.call_on_close(context.obj.close)


@mailer.group()
def directory() -> None:
    """Organisations, people and mailboxes."""


@mailer.group()
def sample() -> None:
    """The sample directory: fictional, the same for the same seed."""


@mailer.group()
def audience() -> None:
    """Whom a rule reaches, and why."""


@mailer.group()
def mailing() -> None:
    """Compose, check, send and follow mailings."""


@mailer.group()
def sending() -> None:
    """The mail servers, limits, and what is held in a restored database."""


@mailer.group()
def event() -> None:
    """Meetings, invitations and answers."""


@mailer.group()
def staff() -> None:
    """Who may enter the office."""


pass_house = click.make_pass_decorator(House)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON only.")


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a refusal is one sentence on standard error and exit status 1."""
    try:
        mailer.main(args=arguments, prog_name="mailer", standalone_mode=False)
    except click.exceptions.Exit as ending:
        sys.exit(ending.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except MailerError as refusal:
        click.echo(refusal.sentence, err=True)
        for problem in getattr(refusal, "problems", []):
            if problem != refusal.sentence:
                click.echo(f"- {problem}", err=True)
        sys.exit(1)


def print_json(value: Any) -> None:
    """Print one object as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_as_json))


def print_json_lines(values: Iterable[Any]) -> None:
    """Print a line of JSON for each."""
    for value in values:
        print_json(value)


def read_json(path: str) -> Any:
    """Return what a JSON file holds; ``-`` is standard input.

    Raises ``BadInput`` when there is no such file or it is not JSON.
    """
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(_("Dit bestand kan ik niet lezen: %(path)s.", path=path)) from problem
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise BadInput(
            _("%(path)s is geen goede JSON: regel %(line)s klopt niet.", path=path, line=problem.lineno)
        ) from problem


def write_file(path: Path, content: bytes) -> None:
    """Write a file that somebody asked for.

    Raises ``BadInput`` when that cannot be done there.
    """
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise BadInput(_("Dit bestand kan ik niet schrijven: %(path)s.", path=path)) from problem


def make_folder(path: Path) -> None:
    """Make a folder for files, with those above it, when it is not there yet.

    Raises ``BadInput`` when that cannot be done there.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadInput(_("Deze map kan ik niet maken: %(path)s.", path=path)) from problem


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def in_transaction(*, writes: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a command one transaction: it gets ``session`` as its first argument, before the house's own values."""

    def around(command: Callable[..., Any]) -> Callable[..., Any]:
        @pass_house
        @wraps(command)
        def run(house: House, *arguments: Any, **options: Any) -> Any:
            with house.database.transaction(writes=writes) as session:
                result = command(session, *arguments, **options)
            if writes:
                house.ring()
            return result

        return run

    return around
