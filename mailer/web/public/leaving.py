"""Leaving: one page with one big button, and what a mail program does at once for its reader (RFC 8058).

GET shows, POST acts. The page tells by itself whether its reader has left: a reload, a second click and the way back
from another page all show what is so.
"""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.deliveries.parting import MOVED_ON, pass_on, reasons, record_reason
from mailer.directory.models import Person
from mailer.directory.proposing import NewContact
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.subscriptions import leaving
from mailer.subscriptions.permission import Refusal
from mailer.subscriptions.queries import TopicStanding, standing
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.public.names import named_readers, take_chosen_name_out
from mailer.web.public.personal import Opened, find_delivery, open_link, personal_blueprint, sender_of

screens = personal_blueprint("leaving", __name__)

BY_PAGE, BY_ONE_CLICK = "leave-page", "one-click"
LONGEST_REMARK = 500


@screens.get("/u/<token>")
def show(token: str) -> str:
    """Show the button, or that it was pressed."""
    return _page(open_link("leave", token), token)


@screens.post("/u/<token>")
def act(token: str) -> Response:
    """Leave this topic, or all of them; or come back after a slip."""
    session, now = current.session(), current.now()
    opened = open_link("leave", token)
    topic = None if request.form.get("what") == "everything" else opened.topic
    if request.form.get("do") == "return":
        leaving.return_to(session, opened.mailbox, topic, door=BY_PAGE, now=now, also=opened.topic)
        return redirect(url_for("leaving.show", token=token, terug="ja"), 303)
    leaving.leave(session, opened.mailbox, topic, door=BY_PAGE, now=now)
    return redirect(url_for("leaving.show", token=token), 303)


@screens.post("/u/<token>/naam")
def take_name_out(token: str) -> Response | tuple[str, int]:
    """Stop greeting one of those who share the mailbox; the others keep their mail."""
    opened = open_link("leave", token)
    filled = Filled(request.form)
    if not take_chosen_name_out(opened, filled):
        return _page(opened, token, filled=filled), 422
    return redirect(url_for("leaving.show", token=token, naam="weg"), 303)


@screens.post("/u/<token>/reden")
def tell_why(token: str) -> Response | tuple[str, int]:
    """Keep why somebody left. Nobody has to say."""
    opened = open_link("leave", token)
    filled = Filled(request.form)
    reason = filled.one_of("reason", list(reasons()), needed=_("Kies een reden. Of sluit deze pagina."))
    remark = filled.text("remark", longest=LONGEST_REMARK)
    if reason is not None and not filled.errors:
        record_reason(current.session(), opened.delivery, reason=reason, remark=remark, now=current.now())
        if reason == MOVED_ON:
            _pass_on(opened, filled)
    if reason is None or filled.errors:
        return _page(opened, token, filled=filled), 422
    return redirect(url_for("leaving.show", token=token, dank=reason), 303)


def _pass_on(opened: Opened, filled: Filled) -> None:
    """Propose to staff whom to write to instead; what cannot be used stands at its field."""
    given, address = filled.text("given_name", longest=80), filled.text("address", longest=320)
    successor = NewContact(given, address=address) if given or address else None
    person = _leaver(opened, filled)
    try:
        pass_on(current.session(), opened.delivery, person=person, successor=successor, now=current.now())
    except BadInput as problem:
        filled.refuse(problem)


def _leaver(opened: Opened, filled: Filled) -> Person | None:
    """Who presses: the one who reads this mailbox, or of several the one that was chosen."""
    readers = {str(use.person_id): use.person for use in opened.mailbox.people if use.person.given_name}
    if len(opened.mailbox.people) == 1 and not opened.mailbox.is_shared:
        return opened.mailbox.people[0].person
    return readers.get(filled.value("leaver"))


@screens.get("/u1/<token>")
def manual_page(token: str) -> str:
    """Show the page to whoever follows the header's link by hand; it acts on nothing."""
    opened = open_link("one-click", token)
    return _page(opened, current.settings().links.tokens.sign("leave", opened.delivery.id))


@screens.post("/u1/<token>")
def one_click(token: str) -> tuple[str, int, dict[str, str]]:
    """Leave at once: RFC 8058. No cookie, no redirect, no form token; doing it twice is doing it once."""
    delivery = find_delivery("one-click", token)
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    if delivery is None:
        return _("Deze link werkt niet (meer). Er is niets veranderd."), 404, plain
    if not _asks_for_one_click():
        return _("Er is niets veranderd. Open de link in je browser om je uit te schrijven."), 400, plain
    # An erased mailbox gets no letters any more: what was asked is so.
    if delivery.mailbox is not None:
        topic = delivery.mailing.topic if delivery.mailing else None
        leaving.leave(current.session(), delivery.mailbox, topic, door=BY_ONE_CLICK, now=current.now())
    return _("Je bent uitgeschreven."), 200, plain


def _asks_for_one_click() -> bool:
    # The body is urlencoded or multipart; Flask reads both into the form.
    return request.form.get("List-Unsubscribe", "").strip().lower() == "one-click"


def _page(opened: Opened, token: str, *, filled: Filled | None = None) -> str:
    choice = standing(current.session(), opened.mailbox, now=current.now())
    left = [each for each in choice.topics if each.refusal in (Refusal.LEFT, Refusal.SUPPRESSED)]
    here = [each for each in left if opened.topic is not None and each.topic.id == opened.topic.id]
    left_all = len(left) == len(choice.topics)
    return render_template(
        "public/leave.html",
        token=token,
        topic=opened.topic,
        reader=opened.reader,
        sender=sender_of(opened),
        has_left=left_all or bool(here),
        left_all=left_all,
        can_return=choice.suppression is None and any(_is_fresh(each) for each in (left if left_all else here)),
        readers=named_readers(opened.mailbox),
        preferences=current.settings().links.preferences(opened.delivery.id),
        reasons=list(reasons().items()),
        leavers=[(use.person_id, use.person.given_name) for use in opened.mailbox.people if use.person.given_name],
        filled=filled,
    )


def _is_fresh(each: TopicStanding) -> bool:
    """Whether leaving this topic can still be undone with one button."""
    oldest = current.now() - timedelta(days=leaving.RETURN_DAYS)
    return each.subscription is not None and each.subscription.changed_at >= oldest
