"""The tables of deliveries: letters, who has them in hand, where they go to, and for whom they were frozen."""

from mailer.deliveries.models.audiences import FrozenAudience, FrozenSeat
from mailer.deliveries.models.installation import DataFolder, Installation
from mailer.deliveries.models.letters import Delivery, DeliveryAddressee, DeliveryAttempt, DeliveryEvent, DeliveryState
from mailer.deliveries.models.relays import SendingLimit, SendingTrouble, SentAllowance
from mailer.deliveries.models.workers import MailingProgress, WorkerLease

__all__ = [
    "DataFolder",
    "Delivery",
    "DeliveryAddressee",
    "DeliveryAttempt",
    "DeliveryEvent",
    "DeliveryState",
    "FrozenAudience",
    "FrozenSeat",
    "Installation",
    "MailingProgress",
    "SendingLimit",
    "SendingTrouble",
    "SentAllowance",
    "WorkerLease",
]
