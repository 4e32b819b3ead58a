"""The sum of a mailing in one line, the same on every screen and a year later; and what of it cannot be taken back."""

from __future__ import annotations

from mailer.deliveries.queries import Figures
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext


def say_sum(counted: Figures) -> str:
    """Return "412 gepland = 380 aangekomen bij de mailserver + 7 overgeslagen + …"; what is nought is not in it.

    Always true, also while letters leave (invariant I1): the parts are counted in one question.
    """
    busy = counted.claimed + counted.handing_over
    parts = [
        (counted.accepted, _("%(n)s aangekomen bij de mailserver", n=counted.accepted)),
        (counted.skipped, _("%(n)s overgeslagen", n=counted.skipped)),
        (counted.rejected, _("%(n)s mislukt", n=counted.rejected)),
        (counted.expired, _("%(n)s verlopen", n=counted.expired)),
        (counted.uncertain, _("%(n)s onzeker", n=counted.uncertain)),
        (counted.deferred, _("%(n)s later opnieuw", n=counted.deferred)),
        (busy, _("%(n)s nu bezig", n=busy)),
        (counted.queued, ngettext("%(n)s staat klaar", "%(n)s staan klaar", counted.queued)),
        (counted.cancelled, _("%(n)s gestopt", n=counted.cancelled)),
    ]
    told = [said for amount, said in parts if amount]
    planned = _("%(n)s gepland", n=counted.planned)
    return f"{planned} = {' + '.join(told) or '0'}"


def say_so_far(counted: Figures) -> str:
    """Return what has gone for good, for who pauses or stops: of what is at its dot nobody knows (yet)."""
    if not counted.accepted and not counted.unsure:
        return _("Er is nog geen mail weg.")
    gone = ngettext(
        "%(n)s van de %(all)s mails is al weg. Die kunnen we niet terughalen.",
        "%(n)s van de %(all)s mails zijn al weg. Die kunnen we niet terughalen.",
        counted.accepted,
        all=counted.to_send,
    )
    unsure = ngettext(
        "Van %(n)s mail weten we niet zeker of hij weg is.",
        "Van %(n)s mails weten we niet zeker of ze weg zijn.",
        counted.unsure,
    )
    return " ".join([*([gone] if counted.accepted else []), *([unsure] if counted.unsure else [])])
