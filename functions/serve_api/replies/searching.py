"""Contacts that a search found."""

from __future__ import annotations

from replies.forms import Reply
from replies.people import ContactSummary


class ContactsFound(Reply):
    """What a call found.

    Attributes:
        cursor: Send it as `cursor` to look at more; null: everybody was looked at.
        complete: Whether everybody was looked at; else there may be more, also where `items` is empty.
        looked_at: How many contacts this call looked at.
    """

    items: list[ContactSummary]
    cursor: str | None
    complete: bool
    looked_at: int
