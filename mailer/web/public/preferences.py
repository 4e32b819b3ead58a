"""What a mailbox wants to get: which kinds of mail, about what, and a pause. Saving is one POST."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.models import Neighbourhood, Theme
from mailer.directory.queries import words, words_of_slugs
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.subscriptions import leaving
from mailer.subscriptions.models import SubscriptionState, Topic
from mailer.subscriptions.queries import Standing, all_topics, standing
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.public.names import named_readers, take_chosen_name_out
from mailer.web.public.offering import offered
from mailer.web.public.pausing import NO_PAUSE, chosen_pause, offered_pauses
from mailer.web.public.personal import Opened, open_link, personal_blueprint, sender_of

screens = personal_blueprint("preferences", __name__)

BY_PREFERENCES = "preferences"


@screens.get("/p/<token>")
def show(token: str) -> str:
    """Show what this mailbox gets now."""
    opened = open_link("preferences", token)
    choice = standing(current.session(), opened.mailbox, now=current.now())
    return _page(opened, token, Filled.of(_values(choice)), choice=choice)


@screens.post("/p/<token>")
def save(token: str) -> Response | tuple[str, int]:
    """Make it so, from now on."""
    session = current.session()
    opened = open_link("preferences", token)
    filled = Filled(request.form)
    topics = [topic for topic in all_topics(session) if topic.slug in filled.several("topic")]
    stood = _paused_until(standing(session, opened.mailbox, now=current.now()))
    paused_until = chosen_pause(filled, stood=stood, day=today(current.now()))
    if not filled.errors:
        try:
            leaving.choose(
                session,
                opened.mailbox,
                topics=topics,
                themes=words_of_slugs(session, Theme, filled.several("theme")),
                neighbourhoods=words_of_slugs(session, Neighbourhood, filled.several("neighbourhood")),
                paused_until=paused_until,
                door=BY_PREFERENCES,
                wording=_wording(topics),
                now=current.now(),
            )
        except BadInput as problem:
            filled.refuse(problem)
    if filled.errors:
        return _page(opened, token, filled), 422
    return redirect(url_for("preferences.show", token=token, bewaard="ja"), 303)


@screens.post("/p/<token>/naam")
def take_name_out(token: str) -> Response | tuple[str, int]:
    """Stop greeting one of those who share the mailbox; the others keep their mail."""
    opened = open_link("preferences", token)
    filled = Filled(request.form)
    if not take_chosen_name_out(opened, filled):
        return _page(opened, token, filled), 422
    return redirect(url_for("preferences.show", token=token, naam="weg"), 303)


def _paused_until(choice: Standing) -> date | None:
    """The last day to which one of the topics is paused."""
    paused = [
        each.subscription.paused_until
        for each in choice.topics
        if each.subscription is not None
        and each.subscription.state is SubscriptionState.PAUSED
        and each.subscription.paused_until is not None
        and each.subscription.paused_until > today(current.now())
    ]
    return max(paused, default=None)


def _values(choice: Standing) -> dict[str, object]:
    until = _paused_until(choice)
    return {
        "topic": [each.topic.slug for each in choice.topics if each.is_received],
        "theme": [theme.slug for theme in choice.themes],
        "neighbourhood": [one.slug for one in choice.neighbourhoods],
        "pause": "" if until else NO_PAUSE,
        "paused_until": f"{until.day}-{until.month}-{until.year}" if until else "",
    }


def _page(opened: Opened, token: str, filled: Filled, *, choice: Standing | None = None) -> str:
    choice = choice or standing(current.session(), opened.mailbox, now=current.now())
    return render_template(
        "public/preferences.html",
        token=token,
        topics=[each.topic for each in choice.topics],
        themes=[(theme.slug, theme.name) for theme in words(current.session(), Theme)],
        pauses=offered_pauses(today(current.now())),
        no_pause=NO_PAUSE,
        paused_until=_paused_until(choice),
        neighbourhoods=offered(Neighbourhood, filled.several("neighbourhood")),
        is_suppressed=choice.suppression is not None,
        reader=opened.reader,
        readers=named_readers(opened.mailbox),
        sender=sender_of(opened),
        leave=current.settings().links.leave(opened.delivery.id),
        leave_token=current.settings().links.tokens.sign("leave", opened.delivery.id),
        filled=filled,
    )


def _wording(topics: Sequence[Topic]) -> str:
    """Return what the page said: the proof of a consent that is given here."""
    return _(
        "Welke mail wil je krijgen? Aangevinkt: %(topics)s. [Bewaar mijn keuze]",
        topics=listing([topic.name for topic in topics]),
    )
