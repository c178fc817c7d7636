"""Suppressed addresses."""

from __future__ import annotations

from replies.forms import Reply


class SuppressionsChanged(Reply):
    """What became of addresses.

    Attributes:
        changed: How many are suppressed now, or no more.
        known: How many were so before.
        refused: Those that are no addresses of the channel.
    """

    changed: int
    known: int
    refused: list[str]


class SuppressedAddress(Reply):
    """Why an address gets nothing."""

    address: str
    reason: str
