"""What contacts choose besides yes and no: topics they decline and how often they want to hear from us.

Both stand among the consents of the messaging record, so that one write changes them and stops claims under way:
``topic:<id>`` is `granted` or `denied`, ``limit:<channel>`` (``limit:all`` for all together) is e.g. ``1/week``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

Per: TypeAlias = Literal["day", "week", "month"]
TOPIC, LIMIT, ALL = "topic:", "limit:", "all"
NO_LIMIT = "none"
_LIMIT = re.compile(r"^([1-9][0-9]?)/(day|week|month)$")
_DAYS: Mapping[str, int] = {"day": 1, "week": 7, "month": 30}
MAX_LIMIT = 16


def read_limit(text: str) -> tuple[int, Per] | None:
    """Read ``1/week``; None: it is no limit."""
    found = _LIMIT.match(text)
    return (int(found[1]), cast(Per, found[2])) if found else None


def stricter_limit(one: str, other: str) -> str:
    """Return the limit that allows less."""
    first, second = read_limit(one), read_limit(other)
    if first is None or second is None:
        return one if second is None else other
    return one if first[0] * _DAYS[second[1]] <= second[0] * _DAYS[first[1]] else other
