"""Two thousand letters to readers of every kind of name: two verifiers that are not ours accept every signature."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from mailer.deliveries.models import Delivery
from mailer.deliveries.working import drain
from mailer.directory.models import Organisation
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import CompiledLetter
from mailer.mailings.sample import newsletter_spec
from mailer.wire.signing_keys import make_key, read_key
from tests.deliveries.rows import a_mailing_being_sent
from tests.smtp_server import SmtpServer
from tests.standards import headers, lists, signatures, violations
from tests.standards.mail import Mail

pytestmark = pytest.mark.journey

LETTERS = 2000
DOMAIN = "tegelpost.example.org"
# As people write them: accents, other scripts, emoji, commas, quotes, dots in front, two blanks, and much too long.
NAMES = [
    *("Buurttuin De Voeg", "Zoë’s Plek", "Łódź aan de Maas", "Kookclub 🌱🍲", "Eten, Drinken & Delen", 'De "Voeg"'),
    *("...en verder", "Twee  spaties", "مطبخ الحي", "<b>Vet</b>", "Straat/Plein \\ Hoek", "=?utf-8?q?nep?=", "x" * 200),
    *("é" * 200, ".", "O’Brien; DROP", "100% wijk", "[[vraag]]", "a=b=20", "-- streepjes"),
]


def test_every_signature_of_two_thousand_letters_is_accepted(
    make_database: Callable[..., Database], tmp_path: Path
) -> None:
    folder = tmp_path / "dkim"
    make_key(folder / "rsa.pem")
    make_key(folder / "ed25519.pem", ed25519=True)
    records = {
        f"{selector}._domainkey.{DOMAIN}": read_key(folder / name, selector).record
        for selector, name in (("post", "rsa.pem"), ("post-ed", "ed25519.pem"))
    }
    with SmtpServer() as server:
        database = make_database(
            smtp_url=server.url,
            connections=4,
            dkim_domains=DOMAIN,
            dkim_selector="post",
            dkim_key_file=str(folder / "rsa.pem"),
            dkim_ed25519_key_file=str(folder / "ed25519.pem"),
        )
        prepare_letters(database)
        drain(database, seconds=300)
        messages = [taken.message for taken in server.taken]

    assert len(messages) == LETTERS
    mails = [Mail.of(message) for message in messages]
    assert [wrong for mail in mails for wrong in signatures.check(mail, records)] == []
    assert headers.of_all(mails, ours=DOMAIN) + lists.of_all(mails) == []
    # Ten readers of each kind of name.
    assert violations(messages[: 10 * len(NAMES)]) == []
    if shutil.which("opendkim"):
        (tmp_path / "verifying").mkdir()
        accepted = signatures.opendkim_accepts(messages, records, tmp_path / "verifying")
        assert accepted == [["rsa-sha256", "ed25519-sha256"]] * LETTERS


def prepare_letters(database: Database) -> None:
    """The sample newsletter, frozen, to as many organisations."""
    addresses = [f"info{number}@devoeg{number}.example.org" for number in range(LETTERS - 1)]
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, [*addresses, "Jos.d'Art+nieuws@devoeg.example.org"])
        frozen = session.scalars(select(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id)).one()
        letter = compile_letter(session, create_mailing(session, newsletter_spec(), now=now()), now=now())
        frozen.subject, frozen.html, frozen.text = letter.subject, letter.html, letter.text
        for number, organisation in enumerate(session.scalars(select(Organisation).order_by(Organisation.id))):
            organisation.name = NAMES[number % len(NAMES)]
        assert len(session.scalars(select(Delivery.id)).all()) == LETTERS
