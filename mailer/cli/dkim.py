"""``mailer dkim``: keys to sign letters with, and what to put in DNS so that other mail servers believe them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from mailer.cli.frame import House, json_option, mailer, pass_house, print_json
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.migrating import is_current
from mailer.foundation.settings import Settings
from mailer.subscriptions.models import Sender
from mailer.wire.alignment import domain_of, is_aligned, signing_domain
from mailer.wire.signing_keys import SigningKey, is_private, make_key, read_key, txt_strings


@dataclass(frozen=True)
class Record:
    """One line for DNS."""

    name: str
    type: str
    value: str


@dataclass(frozen=True)
class Alignment:
    """A sender's address, the domain that signs for it, and whether mail servers take that for his."""

    address: str
    domain: str
    aligned: bool


@mailer.group()
def dkim() -> None:
    """Keys to sign letters with, and the DNS records that go with them."""


@dkim.command()
@click.option("--ed25519", is_flag=True, help="Make the second key, besides the RSA key that every server knows.")
@pass_house
def make(house: House, *, ed25519: bool) -> None:
    """Make a key that only its owner can read, and say what to do with it."""
    settings = house.settings
    path = _path_of(settings, ed25519=ed25519)
    make_key(path, ed25519=ed25519)
    click.echo(_("De sleutel is gemaakt: %(path)s. Alleen wie deze opdracht gaf, kan hem lezen.", path=path))
    if ed25519 and not settings.dkim_ed25519_key_file:
        click.echo(
            _("Zet daarna in de instellingen: %(setting)s.", setting=f"MAILER_DKIM_ED25519_KEY_FILE={path.resolve()}")
        )
    domains = _domains(settings, _senders(house))
    _say_records(_records(domains, _keys(settings)))
    if not settings.dkim_domain_list:
        click.echo(
            _(
                "Staan ze er? Zet dan in de instellingen: %(setting)s.",
                setting=f"MAILER_DKIM_DOMAINS={','.join(domains)}",
            )
        )
    click.echo(_("Start daarna alles opnieuw. Bewaar de sleutel bij de back-up."))


@dkim.command()
@json_option
@pass_house
def show(house: House, *, as_json: bool) -> None:
    """Print the DNS records to publish, and whether they fit the addresses that letters come from."""
    settings = house.settings
    keys = _keys(settings)
    if not keys:
        raise BadInput(_("Er is nog geen sleutel voor DKIM. Maak er een met: mailer dkim make."))
    senders = _senders(house)
    domains = _domains(settings, senders)
    records, advice = _records(domains, keys), _advice(settings, keys)
    fits = [Alignment(one, signing_domain(one, domains), is_aligned(one, domains)) for one in senders]
    if as_json:
        print_json({"records": records, "senders": fits, "advice": advice, "signing": bool(settings.dkim_domain_list)})
        return
    _say_records(records)
    for fit in fits:
        click.echo(_say_alignment(fit))
    for sentence in advice:
        click.echo(sentence)


def _path_of(settings: Settings, *, ed25519: bool) -> Path:
    if not ed25519:
        return settings.effective_dkim_key_file
    given = settings.dkim_ed25519_key_file
    return Path(given) if given else settings.data_dir / "dkim" / "ed25519.pem"


def _keys(settings: Settings) -> list[tuple[SigningKey, Path]]:
    """The keys that are there, with their files. Raises ``BadInput`` for one that cannot be used."""
    found = [
        (_path_of(settings, ed25519=False), settings.dkim_selector),
        (_path_of(settings, ed25519=True), settings.effective_dkim_ed25519_selector),
    ]
    return [(read_key(path, selector), path) for path, selector in found if path.exists()]


def _senders(house: House) -> list[str]:
    """The addresses that letters come from; none when there is no database yet."""
    try:
        if not is_current(house.database):
            return []
    except OperationalError:
        return []
    with house.database.transaction(writes=False) as session:
        return list(session.scalars(select(Sender.from_address).where(Sender.from_address != "").order_by(Sender.id)))


def _domains(settings: Settings, senders: Sequence[str]) -> tuple[str, ...]:
    """The domains we sign for; as long as nobody said which, those of the senders."""
    return settings.dkim_domain_list or tuple(dict.fromkeys(map(domain_of, senders))) or (settings.mail_domain,)


def _records(domains: Sequence[str], keys: Iterable[tuple[SigningKey, Path]]) -> list[Record]:
    keyed = [
        Record(f"{key.selector}._domainkey.{domain}", "TXT", key.record) for domain in domains for key, _path in keys
    ]
    return keyed + [Record(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none") for domain in domains]


def _advice(settings: Settings, keys: Iterable[tuple[SigningKey, Path]]) -> list[str]:
    said = []
    for key, path in keys:
        if key.is_short:
            said.append(_("De sleutel in %(path)s is korter dan 2048 bits. Een nieuwe is beter.", path=path))
        if not is_private(path):
            said.append(_("Anderen kunnen de sleutel in %(path)s lezen. Doe: chmod 600 %(path)s.", path=path))
    if not settings.dkim_domain_list:
        said.append(_("We ondertekenen nog niets: MAILER_DKIM_DOMAINS is leeg."))
    return said


def _say_records(records: Iterable[Record]) -> None:
    click.echo(_("Zet deze regels in DNS. Staat er al een regel voor _dmarc, laat die dan staan:"))
    click.echo("")
    for record in records:
        click.echo(f"{record.name}. {record.type} {txt_strings(record.value)}")
    click.echo("")


def _say_alignment(fit: Alignment) -> str:
    if fit.aligned:
        return _("%(address)s: de handtekening van %(domain)s telt.", address=fit.address, domain=fit.domain)
    return _(
        "%(address)s: de handtekening van %(domain)s telt niet, want het is een ander domein. "
        "Zet %(own)s ook in MAILER_DKIM_DOMAINS.",
        address=fit.address,
        domain=fit.domain,
        own=fit.address.rpartition("@")[2],
    )
