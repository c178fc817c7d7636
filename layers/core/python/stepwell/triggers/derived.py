"""Derived events, as everything that listens to events sees them (ADR 9)."""

from __future__ import annotations

import json

from stepwell.conditions.times import time_of
from stepwell.contracts.events import Event
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Profile
from stepwell.triggers.rules import Told

SEGMENT_MOVES = frozenset({"segment_entered", "segment_left"})


def derived_event(profile: str, told: Told) -> Event:
    """Return a derived event as triggers, waits and exits see it; the same one whenever it is told again."""
    at = time_of(told.at)
    properties = dict(told.properties)
    mark = short_hash("derived", profile, told.name, str(told.at), _text(properties), length=32)
    return Event(
        message_id=f"derived-{mark}",
        kind="derived",
        name=told.name,
        profile=profile,
        properties=properties,
        occurred_at=at,
        received_at=at,
        source="stepwell",
    )


def moves(profile: Profile) -> tuple[tuple[str, int | None], ...]:
    """Return which segments a contact entered or left last, by what it derived: since when, None: left."""
    names = [properties["segment"] for name, _, properties in profile.derived if name in SEGMENT_MOVES]
    return tuple((name, profile.segments.get(name)) for name in dict.fromkeys(names))


# `json.dumps` would make an encoder a call.
_text = json.JSONEncoder(sort_keys=True).encode
