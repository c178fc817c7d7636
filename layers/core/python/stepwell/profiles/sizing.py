"""How big parts of the hot profile are as stored, and what small copies of them are: its kilobyte is the budget."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.json import Encoder

from stepwell.contracts.profiles import Pending

_PROPERTY_BYTES = 120
_NUMBERS = frozenset({int, float, bool})


def small(properties: Mapping[str, Any], asked: Collection[str] | None = None) -> dict[str, Any]:
    """Return the short plain properties, in order, that fit beside a recent event.

    Args:
        properties: The event's.
        asked: The names that somebody may ask for; None: any.
    """
    kept: dict[str, Any] = {}
    room = _PROPERTY_BYTES
    for name, value in properties.items():
        if asked is not None and name not in asked:
            continue
        if value.__class__ is str:
            if len(value) > room:
                continue
            needed = len(name) + 8 + (len(value) if value.isascii() else len(value.encode()))
        elif value.__class__ in _NUMBERS:
            needed = len(name) + 6 + len(str(value))
        else:
            continue
        if needed <= room and len(name) <= 40:
            kept[name] = value
            room -= needed
    return kept


def copied(value: Any) -> Any:
    """Return a copy of a plain JSON value that shares nothing that changes."""
    if value.__class__ is dict:
        return {name: copied(part) for name, part in value.items()}
    return [copied(part) for part in value] if value.__class__ is list else value


def size(value: Any) -> int:
    """Return about how many bytes a value takes when stored."""
    return len(_encoder.encode(value))


def pending_size(one: Pending) -> int:
    """Return about how many bytes an effect takes when stored."""
    # Time as milliseconds, seconds since, and the brackets and commas around.
    return size([one.key, one.workflow, one.version, one.entry, one.entry_key, one.context]) + 23


_encoder = Encoder(enc_hook=str)
