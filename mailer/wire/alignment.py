"""Which domain signs for a sender, and whether DMARC will take that signature for his (RFC 7489 §3.1)."""

from __future__ import annotations

from collections.abc import Sequence


def domain_of(address: str) -> str:
    """Return the domain of an address, as DNS writes it."""
    return address.rpartition("@")[2].lower().encode("idna").decode()


def signing_domain(from_address: str, domains: Sequence[str]) -> str:
    """Return the domain that signs for this sender: his own or the nearest above it, else the first of ours."""
    his = domain_of(from_address)
    return max((one for one in domains if _is_within(his, one)), key=len, default=domains[0])


def is_aligned(from_address: str, domains: Sequence[str]) -> bool:
    """Tell whether our signature counts for the sender: it is of his domain, or of one above or below it.

    Two domains below a third can be one organisation too, but only a list of all registries could tell.
    """
    his, ours = domain_of(from_address), signing_domain(from_address, domains)
    return _is_within(his, ours) or _is_within(ours, his)


def _is_within(domain: str, above: str) -> bool:
    return domain == above or domain.endswith(f".{above}")
