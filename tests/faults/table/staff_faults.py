"""What people do in the middle: stop, pause, leave. From their word on, no gate passes (I6)."""

from __future__ import annotations

import threading
import time
import urllib.request

from tests.faults.running import Fault, Run
from tests.faults.table.mail_server_faults import ACCEPTED, UNCERTAIN

RESPECT = frozenset({"I6"})
CANCELLED = frozenset({"cancelled"})
# So slow that there is time to change one's mind: a mailing lasts some ten seconds.
SLOW = 0.4
LEAVERS = 12


def stop(run: Run) -> None:
    run.wait_for_dots()
    run.house.mailer("mailing", "stop", str(run.mailing_id))
    run.left = dict.fromkeys(run.planned, time.time())


def pause(run: Run) -> None:
    run.wait_for_dots()
    run.house.mailer("mailing", "pause", str(run.mailing_id))
    run.be_quiet("I6", for_seconds=5)
    run.house.mailer("mailing", "resume", str(run.mailing_id))


def give_leave_links(run: Run) -> None:
    """Send everybody a letter beforehand: the link to leave in it is theirs for ever."""
    earlier = run.house.compose(sorted(run.planned))
    run.behave()
    run.house.mailer("mailing", "send", str(earlier), "--now")
    run.wait_for_state("sent", mailing_id=earlier)
    run.leave_links = run.house.log.seen().leave_links
    run.misbehave()


def leave(run: Run) -> None:
    """Some who are still to get theirs press the button, all at about the same time, while workers send."""
    run.wait_for_dots()
    reached = {dot.recipient for dot in run.house.log.seen().dots}
    waiting = sorted(run.planned - reached)
    leavers = run.random.sample(waiting, min(LEAVERS, len(waiting)))
    pressing = [threading.Thread(target=_press, args=(run, address)) for address in leavers]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()


def _press(run: Run, address: str) -> None:
    one_click = b"List-Unsubscribe=One-Click"
    with urllib.request.urlopen(run.leave_links[address], data=one_click, timeout=60):  # noqa: S310 - our own web
        run.left[address] = time.time()


FAULTS = (
    Fault(
        "stop",
        "staff stops the mailing",
        stop,
        delay=SLOW,
        expected={"": ACCEPTED | UNCERTAIN | CANCELLED},
        may_end=frozenset({"cancelled"}),
        occasions=RESPECT,
    ),
    Fault("pause", "staff pauses the mailing, and lets it go on", pause, delay=SLOW, occasions=RESPECT),
    Fault(
        "leave",
        "a dozen people leave with one click",
        leave,
        give_leave_links,
        delay=SLOW,
        expected={"": ACCEPTED | UNCERTAIN | CANCELLED},
        occasions=RESPECT,
    ),
)
