"""Whose value stands when sources tell different ones: a rule a field, whatever the order in which they arrive.

Each rule keeps the greatest of all values told by some order of (time, source, value), so the order, number and
grouping of deliveries change nothing. What is remembered of a value is its stamp: the time at its source (epoch
milliseconds) and the source. A removed field keeps its stamp, so that a value told before the removal does not
bring it back.

A value that an event merely mentions (its address, its browser's time zone) fills a gap: its stamp is the
negative time, which is less than that of any value told, and the first mention stands. What an enrichment provider
says stands before a mention and after whatever else is told, however old that is (but `source_priority` may rank
providers as it likes, and `max`, `min` and `union` ask for the value alone).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from stepwell.contracts.enrichment import ENRICHING
from stepwell.profiles.converting import MAX_ELEMENTS
from stepwell.profiles.schema import Attribute
from stepwell.profiles.traits import MAX_TRAITS

Stamp = tuple[int, str]
MENTIONED = Attribute(name="mentioned")
MAX_REMOVED = 20
_UNKNOWN: Stamp = (0, "")
"""The stamp of a value from before stamps: later than a mention, earlier than anything told."""


def write(
    traits: dict[str, Any],
    stamps: dict[str, Stamp],
    field: str,
    value: Any,
    stamp: Stamp,
    attribute: Attribute,
) -> None:
    """Tell a field's value (None: removed); it is kept if the attribute's rule says so.

    Args:
        traits: Fields, changed in place.
        stamps: Stamps by field, changed in place.
        field: The field.
        value: Its value, of the attribute's type.
        stamp: When and where it was told; a negative time for a mention.
        attribute: The field's attribute.
    """
    known = stamps.get(field)
    if known is None and field not in traits:
        if attribute.rule == "union" and value is not None and len(traits) < MAX_TRAITS:
            _unite(traits, stamps, field, value, stamp)
        elif len(traits) < MAX_TRAITS and (value is not None or attribute.rule in _REMOVING):
            _keep(traits, stamps, field, value, stamp)
        return
    before = known or _UNKNOWN
    simple = stamp[1] not in ENRICHING and before[1] not in ENRICHING
    if simple and attribute.rule == "latest" and stamp[0] != before[0]:
        if stamp[0] > before[0]:
            _keep(traits, stamps, field, value, stamp)
        return
    if value is None and attribute.rule not in _REMOVING:
        return
    if attribute.rule == "union":
        _unite(traits, stamps, field, value, max(stamp, before))
        return
    order = _ORDERS[attribute.rule]
    if order(stamp, value, attribute) > order(before, traits.get(field), attribute):
        _keep(traits, stamps, field, value, stamp)


def _keep(traits: dict[str, Any], stamps: dict[str, Stamp], field: str, value: Any, stamp: Stamp) -> None:
    stamps[field] = stamp
    if value is not None:
        traits[field] = value
        return
    traits.pop(field, None)
    removed = [name for name in stamps if name not in traits]
    if len(removed) > MAX_REMOVED:
        del stamps[min(removed, key=lambda name: (stamps[name], name))]


def _unite(traits: dict[str, Any], stamps: dict[str, Stamp], field: str, value: Any, stamp: Stamp) -> None:
    before = traits.get(field)
    elements = [
        *(before if isinstance(before, list) else [before]),
        *(value if isinstance(value, list) else [value]),
    ]
    distinct = {text(element): element for element in elements if element is not None}
    # The first in alphabetical order: which fifty stay must not depend on who came first.
    traits[field] = [distinct[name] for name in sorted(distinct)[:MAX_ELEMENTS]]
    stamps[field] = stamp


def text(value: Any) -> str:
    """Write a value so that equal ones are equal texts; nothing is the least of all."""
    return "" if value is None else json.dumps(value, sort_keys=True, default=str)


def _rank(source: str, attribute: Attribute) -> int:
    """Return how far a source is from the end of the ranking; 0: not ranked."""
    sources = attribute.sources
    return len(sources) - sources.index(source) if source in sources else 0


def _standing(stamp: Stamp) -> int:
    """Return 0 for a mention, 1 for a provider's word, 2 for whatever else is told."""
    return 0 if stamp[0] < 0 else 1 if stamp[1] in ENRICHING else 2


def _latest(stamp: Stamp, value: Any, attribute: Attribute) -> tuple[Any, ...]:
    return _standing(stamp), stamp[0], _rank(stamp[1], attribute), stamp[1], text(value)


def _first(stamp: Stamp, value: Any, attribute: Attribute) -> tuple[Any, ...]:
    # A mention is less than what was told; of values told the earliest is the greatest.
    at = stamp[0]
    return (_standing(stamp), -at if at >= 0 else at, _rank(stamp[1], attribute), stamp[1], text(value))


def _by_source(stamp: Stamp, value: Any, attribute: Attribute) -> tuple[Any, ...]:
    return _rank(stamp[1], attribute), *_latest(stamp, value, attribute)


def _greatest(stamp: Stamp, value: Any, attribute: Attribute) -> tuple[Any, ...]:
    return (*_size(value, 1), *_latest(stamp, value, attribute))


def _least(stamp: Stamp, value: Any, attribute: Attribute) -> tuple[Any, ...]:
    if not isinstance(value, int | float):
        # Texts (dates) have no negative: the order is that of the inverted characters.
        return (0, tuple(-ord(c) for c in text(value)), *_latest(stamp, value, attribute))
    return (*_size(value, -1), *_latest(stamp, value, attribute))


def _size(value: Any, sign: int) -> tuple[int, Any]:
    return (1, sign * value) if isinstance(value, int | float) else (0, text(value))


_ORDERS: Mapping[str, Callable[[Stamp, Any, Attribute], tuple[Any, ...]]] = {
    "latest": _latest,
    "first": _first,
    "source_priority": _by_source,
    "max": _greatest,
    "min": _least,
}
_REMOVING = frozenset({"latest", "source_priority"})
"""Rules under which a field can be removed; the others only ever gather."""
