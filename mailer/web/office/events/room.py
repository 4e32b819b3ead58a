"""What the screens of a meeting share: their blueprint, the meeting they are about, its tabs."""

from dataclasses import dataclass

from flask import url_for

from mailer.events.models import Event, Invitation
from mailer.events.planning import find_event
from mailer.events.standings import Standing
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.web import current
from mailer.web.office.access import office_blueprint
from mailer.web.office.states import State, event_state

screens = office_blueprint("events", __name__)


@dataclass(frozen=True)
class Tab:
    """One group of answers: which states it shows, and how it is called."""

    slug: str
    word: str
    states: tuple[str, ...]
    count: int


def the_event(event_id: int) -> Event:
    """Return the meeting in the address."""
    return find_event(current.session(), event_id)


def the_invitation(event: Event, invitation_id: int) -> Invitation:
    """Return an invitation of this meeting; one of another meeting is not found."""
    invitation = current.session().get(Invitation, invitation_id)
    if invitation is None or invitation.event_id != event.id:
        raise NotFound(_("Deze uitnodiging is er niet (meer)."))
    return invitation


def state_of(event: Event, standing: Standing) -> State:
    """Return how the meeting stands, for its badge."""
    own = standing.pools[0]
    return event_state(event, now=current.now(), is_full=own.free == 0)


def tabs_of(standing: Standing) -> list[Tab]:
    """Return the tabs of the answers."""
    return [
        Tab("komt", _("Komt"), ("going",), standing.coming),
        Tab("komt-niet", _("Komt niet"), ("declined",), standing.declined),
        Tab("geen-reactie", _("Geen reactie"), ("silent", "unsure"), standing.silent),
        Tab("wachtlijst", _("Wachtlijst"), ("waiting",), standing.waiting),
    ]


def url_of(event: Event) -> str:
    return url_for("events.show", event_id=event.id)
