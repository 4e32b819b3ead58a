"""What the misbehaving mail server can be told to do: at which stage, to whom, how often.

Values only, written to a file that the server reads again whenever it changes. How it is done is in ``mail_server``.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

STAGES = ("connect", "banner", "ehlo", "starttls", "hello_again", "mail", "rcpt", "data", "body", "dot")
"""In the order of a conversation. ``hello_again`` is the EHLO after STARTTLS; ``dot`` the answer to the final dot."""

DEEDS = ("drop", "reset", "hang", "drip", "garbage", "long", "half", "bounce")
"""What can happen besides another reply:

drop and reset close the connection, hang waits until the order is withdrawn, drip says a byte a second, garbage is no
SMTP, long is the right reply in 10,000 lines, half is half of it and then nothing, bounce says 250 and sends a bounce.
"""

OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10485760")


@dataclass(frozen=True)
class Order:
    """At this stage, do this instead of what is usual: a deed, or a reply such as ``450 4.2.1 later``."""

    stage: str
    deed: str
    # How many times: for each recipient when it is for some, else in all. 0: always.
    times: int = 0
    # Only for recipients whose address begins with this; orders for them wait until the recipient is known.
    only_for: str = ""

    def __post_init__(self) -> None:
        if self.stage not in STAGES or not (self.deed in DEEDS or self.deed[:3].isdigit()):
            raise ValueError(f"no such order: {self.stage} {self.deed}")

    @property
    def keeps_letter(self) -> bool:
        """Whether a letter whose dot meets this order was taken all the same."""
        return not self.deed[:1].isdigit()


@dataclass(frozen=True)
class Orders:
    """All that the server was told; ``delay`` is in seconds, before each answer to a dot."""

    orders: tuple[Order, ...] = ()
    offers: tuple[str, ...] = OFFERS
    delay: float = 0.0
    # The file with key and certificate; "" offers no STARTTLS.
    certificate: str = ""
    # Where bounces are put, an .eml each.
    bounces: str = ""
    # Raised when the same orders are to be counted anew.
    number: int = field(default=0)

    def write(self, path: Path) -> None:
        """Put the orders where the server looks, whole or not at all."""
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(asdict(self)))
        os.replace(beside, path)


def read_orders(path: Path) -> Orders:
    """Return the orders in this file."""
    told: dict[str, Any] = json.loads(path.read_text())
    orders = tuple(Order(**one) for one in told.pop("orders"))
    return Orders(orders=orders, offers=tuple(told.pop("offers")), **told)
