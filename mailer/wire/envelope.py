"""What is said of a letter before its body: MAIL, RCPT, DATA, as this server wants to hear them.

What the server has told us it cannot take is refused here, before a word is said: that spares both a try that must
fail, and its answer then is about this letter or this address, never about the relay.
"""

from __future__ import annotations

import re

from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.wire.body import Body
from mailer.wire.capabilities import Offers
from mailer.wire.replies import Phase, Reply, Stopped

_NOT_IN_A_PATH = re.compile(r"[\x00-\x20\x7f<>]")


def check_path(address: str) -> str:
    """Return the address. Raises ``ValueError`` when it holds a character that would end the command."""
    if _NOT_IN_A_PATH.search(address):
        raise ValueError("an address holds a character that would end the command")
    return address


def mail_command(sender: str, recipient: str, body: Body, offers: Offers) -> bytes:
    """Return the MAIL command with the parameters that this letter needs and the server knows.

    Raises ``Stopped`` when the server cannot take the letter. ``recipient`` as ``reachable`` returns it.
    """
    line = f"MAIL FROM:<{sender}>"
    if offers.size:
        if 0 < offers.largest < body.size:
            raise Stopped(
                Phase.RCPT, Reply(552, f"5.3.4 the letter is larger than the {offers.largest} bytes taken here")
            )
        line += f" SIZE={body.size}"
    if not body.is_ascii:
        if not offers.eight_bit:
            raise Stopped(Phase.RCPT, Reply(554, "5.6.3 this mail server takes no eight-bit letters"))
        line += " BODY=8BITMIME"
    if not recipient.isascii():
        line += " SMTPUTF8"
    return f"{line}\r\n".encode()


def reachable(recipient: str, offers: Offers) -> str:
    """Return the address as this server can be given it: a domain beyond ASCII goes as A-labels (RFC 5890).

    Raises ``Stopped`` when the part before the @ needs SMTPUTF8 and the server has none (RFC 6531): only this
    recipient needs it, so it is not the relay's trouble.
    """
    if recipient.isascii():
        return recipient
    local, _at, domain = recipient.rpartition("@")
    try:
        recipient = f"{local}@{parse_address(f'x@{domain}').domain}"
    except BadInput as problem:
        raise Stopped(Phase.RCPT, Reply(553, "5.1.3 no such domain can exist")) from problem
    if not recipient.isascii() and not offers.smtputf8:
        raise Stopped(Phase.RCPT, Reply(553, "5.6.7 this mail server cannot take such letters before the @"))
    return recipient
