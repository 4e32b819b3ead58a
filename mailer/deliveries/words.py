"""How the states and reasons of a delivery are said to staff. Codes are for programs; people read these."""

from __future__ import annotations

from mailer.deliveries.models import DeliveryState
from mailer.foundation.language import gettext as _
from mailer.subscriptions.permission import Refusal, explain_refusal


def say_state(state: DeliveryState) -> str:
    """Return the state in a word or two."""
    return {
        DeliveryState.SKIPPED: _("Overgeslagen"),
        DeliveryState.QUEUED: _("Staat klaar"),
        DeliveryState.CLAIMED: _("Staat klaar"),
        DeliveryState.HANDING_OVER: _("Wordt nu verzonden"),
        DeliveryState.ACCEPTED: _("Verzonden"),
        DeliveryState.DEFERRED: _("Niet bezorgd, tijdelijk"),
        DeliveryState.REJECTED: _("Niet bezorgd"),
        DeliveryState.UNCERTAIN: _("Onzeker"),
        DeliveryState.CANCELLED: _("Gestopt"),
        DeliveryState.EXPIRED: _("Verlopen"),
    }[state]


def say_reason(reason: str) -> str:
    """Return the reason as a whole sentence, "" when there is none."""
    if reason in list(Refusal):
        return explain_refusal(reason)
    sentences = {
        "": "",
        "dead_address": _("Dit adres bestaat niet (meer). We mailen het niet meer."),
        "mailbox": _("Het postvak nam de mail niet aan. Het kan vol of uitgezet zijn."),
        "letter": _("De mailserver vond iets mis met de mail zelf. Het ligt niet aan de ontvanger."),
        "policy": _("De mailserver van de ontvanger weigert mail van ons. Het ligt niet aan de ontvanger."),
        "restored": _("De database is teruggezet of gekopieerd. Deze mail wacht tot iemand zegt dat hij weg mag."),
        "domain_waits": _("De mailserver van de ontvanger weigert nu mail van ons. We proberen het later opnieuw."),
        "domain_limit": _("Deze mail wacht op zijn beurt: we sturen dit domein niet te veel tegelijk."),
        "later": _("De mailserver vroeg ons om het later nog eens te proberen."),
        "relay": _("Onze eigen mailserver was niet te bereiken. We proberen het opnieuw."),
        "no_answer": _("De mail is overgedragen, maar er kwam geen duidelijk antwoord. Misschien is hij aangekomen."),
        "worker_gone": _("Het verzenden brak af op het moment van overdragen. Misschien is de mail aangekomen."),
        "stopped": _("De mailing is gestopt voordat deze mail weg was."),
        "too_old": _("Het is niet gelukt om de mail op tijd te bezorgen."),
        "merged": _("Dit postvak kreeg deze mailing al op een ander adres, of krijgt hem daar."),
        "erased": _("Dit postvak is gewist."),
        "gone": _("Waar deze mail over ging, is er niet meer."),
        "unwritable": _("Deze mail kon niet worden gemaakt. De beheerder kan in het logboek zien waarom."),
    }
    return sentences.get(reason, reason)
