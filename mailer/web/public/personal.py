"""What every page behind a personal link shares: whose link it is, how quiet it stays, and one page for a wrong link.

A link that is wrong, old or made for something else gets the same page, whoever asks: it changes nothing, and it does
not tell whether there ever was such a letter. Only a link of a proof says that it is one. What a page shows of its
reader is what a forwarded mail may tell: given names and a masked address, never surnames, phones or other people's
addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from mailer.deliveries.letters.proofing import PROOF
from mailer.deliveries.models import Delivery
from mailer.directory.models import Mailbox, OrganisationMailbox, PersonMailbox
from mailer.foundation.addresses import mask
from mailer.mailings.models import Mailing
from mailer.subscriptions.models import Sender, Topic
from mailer.subscriptions.queries import first_sender
from mailer.web import current


class WrongLink(Exception):
    """This link opens nothing: mistyped, too old, or made for something else."""

    # Whoever tests a letter reads that it is a proof, and does not look for what is broken.
    is_proof = False


class LinkOfProof(WrongLink):
    """This link stands in a proof: there is no such reader."""

    is_proof = True


@dataclass(frozen=True)
class Reader:
    """Whom a personal page speaks to, in so far as anybody who got the mail forwarded may know."""

    masked_address: str
    organisations: tuple[str, ...]
    given_names: tuple[str, ...]
    is_shared: bool


@dataclass(frozen=True)
class Opened:
    """A letter's link, opened: the letter, the mailbox it went to, and what it was about."""

    delivery: Delivery
    mailbox: Mailbox
    topic: Topic | None

    @property
    def reader(self) -> Reader:
        return reader_of(self.mailbox)


def personal_blueprint(name: str, module: str) -> Blueprint:
    """Make a blueprint for pages behind personal links."""
    blueprint = Blueprint(name, module)
    blueprint.after_request(keep_quiet)
    blueprint.register_error_handler(WrongLink, _wrong_link)
    return blueprint


def open_link(purpose: str, token: str) -> Opened:
    """Return the letter that the token of this purpose belongs to. Raises ``WrongLink``."""
    delivery = find_delivery(purpose, token)
    if delivery is None or delivery.mailbox is None:
        raise wrong_link(delivery)
    topic = delivery.mailing.topic if delivery.mailing else None
    # Who left an old address behind decides for the one that replaced it.
    return Opened(delivery, delivery.mailbox.in_use, topic)


def find_delivery(purpose: str, token: str) -> Delivery | None:
    """Return the letter of this token with the mailbox and its readers, or None."""
    delivery_id = current.settings().links.tokens.open(purpose, token)
    if delivery_id is None:
        return None
    mailbox = joinedload(Delivery.mailbox)
    question = (
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .options(
            mailbox.selectinload(Mailbox.people).joinedload(PersonMailbox.person),
            mailbox.selectinload(Mailbox.organisations).joinedload(OrganisationMailbox.organisation),
            mailbox.joinedload(Mailbox.replacement),
            joinedload(Delivery.mailing).joinedload(Mailing.topic).joinedload(Topic.sender),
            selectinload(Delivery.owed_letter),
        )
    )
    return current.session().scalars(question).one_or_none()


def wrong_link(delivery: Delivery | None) -> WrongLink:
    """Return why a link that leads to this letter, or to none, opens nothing."""
    owed = delivery.owed_letter if delivery is not None else None
    return LinkOfProof() if owed is not None and owed.letter == PROOF else WrongLink()


def reader_of(mailbox: Mailbox) -> Reader:
    """Return what a page may say of whoever reads this mailbox."""
    names = (use.person.given_name for use in mailbox.people if use.is_addressed)
    return Reader(
        masked_address=mask(mailbox.address),
        organisations=tuple(use.organisation.name for use in mailbox.organisations),
        given_names=tuple(name for name in names if name),
        is_shared=mailbox.is_shared,
    )


def sender_of(opened: Opened | None = None) -> Sender | None:
    """Return on whose behalf the letter was written; for a letter without a topic, the first there is."""
    if opened is not None and opened.topic is not None:
        return opened.topic.sender
    return first_sender(current.session())


def keep_quiet(response: Response) -> Response:
    """Keep the link to its reader: not in a search engine, not in a cache, not told to the next site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _wrong_link(problem: WrongLink) -> tuple[str, int]:
    return render_template("public/wrong-link.html", sender=sender_of(), is_proof=problem.is_proof), 404
