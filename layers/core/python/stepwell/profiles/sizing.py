"""How big parts of the hot profile are as stored, and what small copies of them are: its kilobyte is the budget."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.json import Encoder

from stepwell.contracts.profiles import Pending
from stepwell.errors import LimitExceeded

HOT_BYTES = 1_600
"""Of JSON: squeezed (`adapters/items/squeezing.py`) it is less than a write unit of 1,024 bytes."""
MAX_TRAITS_BYTES = 64 * 1024
MAX_PROFILE_BYTES = 300 * 1024
"""An item has at most 400 KB, history, marks and what is pending among them."""
_SHORT = 200
_PROPERTY_BYTES = 120
_NUMBERS = frozenset({int, float, bool})
_NESTED = frozenset({dict, list})


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
            long = len(value)
            if long > room:
                continue
            needed = len(name) + 8 + (long if value.isascii() else len(value.encode()))
        elif value.__class__ in _NUMBERS:
            needed = len(name) + 6 + len(str(value))
        else:
            continue
        if needed <= room and len(name) <= 40:
            kept[name] = value
            room -= needed
    return kept


def fits(traits: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a contact's fields have room for one more value; only long ones are weighed."""
    if value is None or value.__class__ in _NUMBERS or (value.__class__ is str and len(value) <= _SHORT):
        return True
    return size(value) + size(traits) <= MAX_TRAITS_BYTES


def insist_fits(spent: int) -> None:
    """Insist that a profile can be stored: one that cannot must not keep its neighbours in the batch from it.

    Args:
        spent: Bytes of all that must not be dropped.

    Raises:
        LimitExceeded: It cannot.
    """
    if spent > MAX_PROFILE_BYTES:
        raise LimitExceeded("The contact would be bigger than can be stored.", code="profile_too_large")


def copied(value: Any) -> Any:
    """Return a copy of a plain JSON value that shares nothing that changes."""
    if value.__class__ is dict:
        return {n: copied(part) if part.__class__ in _NESTED else part for n, part in value.items()}
    if value.__class__ is list:
        return [copied(part) if part.__class__ in _NESTED else part for part in value]
    return value


def size(value: Any) -> int:
    """Return about how many bytes a value takes when stored."""
    return len(_encoder.encode(value))


def pending_size(one: Pending) -> int:
    """Return about how many bytes an effect takes when stored."""
    # Time as milliseconds, seconds since, and the brackets and commas around.
    return size([one.key, one.workflow, one.version, one.entry, one.entry_key, one.context]) + 23


_encoder = Encoder(enc_hook=str)
