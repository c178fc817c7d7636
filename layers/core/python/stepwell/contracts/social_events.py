"""How far a post carries, filled in when a social event is taken in: `reach` and `amplification`.

`reach` is how many people may have seen it, else its author's `followers`. `amplification` = reach × engagement, where
engagement is what the source says (likes, comments and further shares), and 1 while nobody says anything: the share
itself. It is a number to compare shares by, not a count of people.
"""

from __future__ import annotations

from typing import Any

_AMPLIFIED = frozenset({"social_share", "social_mention"})
_MOST = 1e15


def with_reach(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of an event with its reach and amplification; other events stay as they are."""
    if name not in _AMPLIFIED:
        return properties
    reach = _number(properties.get("reach"))
    reach = _number(properties.get("followers")) if reach is None else reach
    if reach is None:
        return properties
    engagement = _number(properties.get("engagement")) or 0
    told = {"reach": reach, "amplification": reach * max(1, engagement)}
    missing = {key: value for key, value in told.items() if _number(properties.get(key)) is None}
    return {**properties, **missing} if missing else properties


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST:
        return None
    return value
