"""Which addresses of a list are not written to any more, for its report: they left, or nothing arrives there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.filling.refusing import SaysWhy, ask_refusals_of
from mailer.directory.models import Mailbox
from mailer.foundation.addresses import Address, address_hash
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.subscriptions.models import Subscription, SubscriptionState, Suppression, SuppressionReason


def why_refused(session: Session) -> SaysWhy:
    """Return how to ask it of an address; loaded once, so that no row costs a question."""
    secret = settings_of(session).secret
    asked = select(Suppression.address_hash, Suppression.reason)
    suppressed = {row.address_hash: row.reason for row in session.execute(asked)}
    ended = select(Mailbox.address_key).join(Subscription, Subscription.mailbox_id == Mailbox.id)
    left = set(session.scalars(ended.where(Subscription.state == SubscriptionState.ENDED)))

    def say(address: Address) -> str:
        reason = suppressed.get(address_hash(address.key, secret=secret)) if suppressed else None
        if reason is SuppressionReason.HARD_BOUNCE:
            return _("%(address)s bestaat niet meer. Daar mailen we niet naar.", address=address.shown)
        if reason is not None or address.key in left:
            return _("%(address)s is uitgeschreven, en blijft dat.", address=address.shown)
        return ""

    return say


ask_refusals_of(why_refused)
