"""What somebody says should change becomes a proposal; staff accepts or declines it, field by field (decision 0053)."""

from mailer.directory.proposing.deciding import accept, decline, has_changed_meanwhile, is_so_already
from mailer.directory.proposing.suggesting import (
    NewContact,
    propose,
    propose_contact_left,
    propose_dead_address,
    propose_new_contact,
)
from mailer.directory.proposing.writing import Origin

__all__ = [
    "NewContact",
    "Origin",
    "accept",
    "decline",
    "has_changed_meanwhile",
    "is_so_already",
    "propose",
    "propose_contact_left",
    "propose_dead_address",
    "propose_new_contact",
]
