"""What mail servers do: refuse, drop, hang, drip and babble, at every stage."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.orders import Order
from tests.faults.running import Fault, Run

ACCEPTED, UNCERTAIN, REJECTED = (frozenset({state}) for state in ("accepted", "uncertain", "rejected"))
LATER = ("421 4.3.2 closing", "450 4.2.1 busy", "451 4.3.0 later", "452 4.2.2 full")
NEVER = ("550 5.1.1 nobody here", "552 5.2.2 full", "554 5.7.1 not from you")
SILENT = ("drop", "reset", "hang", "drip", "garbage", "half")


def in_turn(stage: str, *deeds: str) -> tuple[Order, ...]:
    """Each of these deeds once, whoever comes first; then all is well."""
    return tuple(Order(stage, deed, times=1) for deed in deeds)


def each_to_some(name: str, says: str, stage: str, ends: dict[str, frozenset[str]], *, each: int = 2) -> Fault:
    """Each deed to some recipients of its own; what cannot last meets them once, a refusal for ever."""
    names = {deed: f"{stage}-{deed.split()[0]}" for deed in ends}
    orders = tuple(
        Order(stage, deed, times=0 if ends[deed] == REJECTED else 1, only_for=f"{names[deed]}.") for deed in ends
    )
    expected = {f"{names[deed]}.": states for deed, states in ends.items()} | {"plain.": ACCEPTED}
    return Fault(name, says, orders=orders, recipients={names[deed]: each for deed in ends}, expected=expected)


def before_dot(stage: str) -> Fault:
    """Nothing was handed over: all are accepted in the end, none is uncertain, save those that were refused."""
    ends = dict.fromkeys((*SILENT, "long", *LATER), ACCEPTED) | dict.fromkeys(NEVER, REJECTED)
    return each_to_some(f"smtp {stage}", f"{stage.upper()} is refused, dropped, hung, dripped, garbled", stage, ends)


def see_nothing_leave(run: Run) -> None:
    """Wait until the mailing is held; not one letter may have gone over this line. Then let the server behave."""
    run.wait_for_state("held")
    if run.house.log.seen().dots:
        run.blame("I3", "letters left over a line that is not safe")
    run.house.misbehave()


def see_most_come_again(run: Run) -> None:
    """What the kernel took at once, dot and all, is in doubt; of most long letters it had not, and they go again."""
    run.wait_for_rest()
    doubted, dropped = len(run.in_state("uncertain")), len(run.planned)
    if doubted > dropped / 2:
        run.blame("I4", f"{doubted} of {dropped} letters are in doubt though their dots were still here")


FAULTS = (
    Fault(
        "smtp connect",
        "connections are reset, dropped and hung before a word is said",
        orders=in_turn("connect", "reset", "drop", "hang", "drop"),
    ),
    Fault(
        "smtp banner",
        "the greeting is refused, dropped, hung, dripped, garbled, 10,000 lines long",
        orders=in_turn("banner", *SILENT, "long", "421 4.3.2 not now", "554 5.3.2 go away"),
    ),
    Fault(
        "smtp ehlo",
        "EHLO is refused, dropped, hung, dripped, garbled, 10,000 lines long",
        orders=in_turn("ehlo", *SILENT, "long", "421 4.3.2 not now", "550 5.7.1 not you", "554 5.3.2 no"),
    ),
    Fault(
        "smtp starttls",
        "STARTTLS is refused, dropped, hung, garbled; so is the EHLO after it",
        orders=(
            *in_turn("starttls", "drop", "hang", "garbage", "454 4.7.0 not now", "554 5.7.3 never"),
            *in_turn("hello_again", "drop", "garbage", "421 4.3.2 not now"),
        ),
        houses=("embedded",),
    ),
    Fault(
        "smtp mail",
        "MAIL is refused for now and for good, dropped, hung, dripped, garbled",
        orders=in_turn("mail", *SILENT, "long", *LATER, *NEVER),
    ),
    before_dot("rcpt"),
    before_dot("data"),
    # Body and dot of a short letter travel in one write: whoever sent it cannot know that the dot did not arrive.
    each_to_some(
        "smtp body", "the connection drops in the middle of a short letter", "body", {"drop": UNCERTAIN}, each=6
    ),
    # Of a long one the dot is still here, unless the kernel had room for all of it: nothing was handed over.
    replace(
        each_to_some(
            "smtp long body",
            "the same for the longest letter there may be",
            "body",
            {"drop": ACCEPTED | UNCERTAIN},
            each=12,
        ),
        happens=see_most_come_again,
        # Each on a fresh connection: an old one, or a wire in between, takes in all of it and its dot at once.
        letters=12,
        kilobytes=75,
        houses=("embedded",),
    ),
    each_to_some(
        "smtp dot refused",
        "the dot is answered with a refusal, for now and for good",
        "dot",
        dict.fromkeys(LATER, ACCEPTED) | dict.fromkeys(NEVER, REJECTED),
    ),
    each_to_some(
        "smtp dot unclear",
        "after the dot: no answer, half an answer, garbage; the letter was taken",
        "dot",
        dict.fromkeys(SILENT, UNCERTAIN) | {"long": ACCEPTED | UNCERTAIN},
    ),
    Fault(
        "smtp storm",
        "a third of the recipients is put off three times",
        orders=(Order("rcpt", "451 4.7.1 greylisted", times=3, only_for="grey."),),
        recipients={"grey": 20},
        expected={"": ACCEPTED},
    ),
    Fault(
        "smtp plain",
        "no PIPELINING, 8BITMIME or SMTPUTF8; who has letters beyond ASCII cannot be reached",
        offers=(),
        recipients={"jörg": 2},
        expected={"jörg.": REJECTED, "plain.": ACCEPTED},
    ),
    Fault(
        "smtp size",
        "the server takes less than a letter",
        offers=("PIPELINING", "8BITMIME", "SIZE 1000"),
        letters=12,
        expected={"": REJECTED | {"queued", "deferred"}},
        may_end=frozenset({"sent", "held"}),
    ),
    Fault(
        "smtp certificate",
        "the certificate is somebody else's",
        see_nothing_leave,
        certificate="wrong",
        houses=("embedded",),
        letters=20,
    ),
    Fault(
        "smtp no starttls",
        "STARTTLS is gone from the offers, as somebody in between would have it",
        see_nothing_leave,
        certificate="none",
        houses=("embedded",),
        letters=20,
    ),
    Fault(
        "smtp bounce",
        "250 is said, and the letter bounces later",
        orders=(Order("dot", "bounce", only_for="bouncy."),),
        recipients={"bouncy": 5},
        expected={"": ACCEPTED},
    ),
)
