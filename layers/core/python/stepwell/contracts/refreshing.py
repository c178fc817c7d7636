"""How to have the pass ask all rules of a contact: a `timer` event on the stream (ADR 9).

What arrived before is seen first, and there is one code path. Nodes that gave points, the API and jobs that change
rules for everybody use it; a contact costs one record and one write.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash

NAME = "profile_due"
"""Also `stepwell.contracts.events.PROFILE_DUE`, which node functions do not load."""


def refreshing(profiles: Iterable[str], why: str, now: datetime) -> list[dict[str, Any]]:
    """Return the events, one a contact.

    Args:
        profiles: Profile ids.
        why: Names the occasion: the same one asks a contact once, however often it is told.
        now: The moment.
    """
    return [
        {
            "v": 1,
            "message_id": f"refresh-{short_hash(why, profile)}",
            "kind": "timer",
            "name": NAME,
            "profile": profile,
            "occurred_at": iso(now),
            "received_at": iso(now),
            "source": "stepwell",
        }
        for profile in dict.fromkeys(profiles)
    ]
