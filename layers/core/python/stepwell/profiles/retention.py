"""Purges values that were kept long enough: by the attribute's retention, or as nothing was heard of the contact.

It happens in the pass, and time comes to it like to everything else that changes by time alone (ADR 9): the moment
when the next value is due is part of the contact's due time, so that no job looks through contacts.
What stays of a purged value is its stamp, as a tombstone without the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from stepwell.profiles.schema import Attribute
from stepwell.profiles.writing import MAX_REMOVED, Stamp

SOURCE = "retention"
"""Source of the stamps of what was purged."""
_DAY_MS = 86_400_000


class Retention(BaseModel):
    """What becomes of contacts that nothing is heard of.

    Attributes:
        inactive_days: After so many days without an event of their own; None: never.
        purge: `personal`: the attributes that tell who somebody is; `all`: every field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    inactive_days: int | None = Field(default=None, ge=1, le=3_650)
    purge: Literal["personal", "all"] = "personal"


class CompiledRetention:
    """A workspace's retention, ready for the pass.

    Attributes:
        active: Whether anything is ever purged.

    Args:
        attributes: The schema's.
        policy: What becomes of inactive contacts.
    """

    def __init__(self, attributes: Iterable[Attribute], policy: Retention) -> None:
        known = list(attributes)
        self._days = {one.name: one.retention_days * _DAY_MS for one in known if one.retention_days}
        self._personal = frozenset(one.name for one in known if one.pii)
        self._gathering = frozenset(
            one.name for one in known if one.rule not in ("latest", "source_priority")
        )
        self._everything = policy.purge == "all"
        self._inactive_ms = (policy.inactive_days or 0) * _DAY_MS
        self.active = bool(self._days or self._inactive_ms)

    def purge(
        self, traits: dict[str, Any], stamps: dict[str, Stamp], last_seen: datetime | None, now_ms: int
    ) -> list[str]:
        """Remove what is due from fields and stamps, in place; return the names."""
        due = {name for name in self._days if name in traits and self._until(name, stamps) <= now_ms}
        if last_seen is not None and self._gone(last_seen) <= now_ms:
            due |= traits.keys() if self._everything else traits.keys() & self._personal
        for name in due:
            del traits[name]
            if name in self._gathering:
                # Such a rule would let no new value in over a tombstone.
                stamps.pop(name, None)
            else:
                stamps[name] = (now_ms, SOURCE)
        removed = sorted((stamps[name], name) for name in stamps if name not in traits) if due else []
        for _, name in removed[:-MAX_REMOVED]:
            del stamps[name]
        return sorted(due)

    def next_change(
        self, traits: dict[str, Any], stamps: dict[str, Stamp], last_seen: datetime | None
    ) -> int | None:
        """Return when the next value is due (epoch milliseconds), None: none is."""
        times = [int(self._until(name, stamps)) for name in self._days if name in traits and name in stamps]
        watched = traits if self._everything else traits.keys() & self._personal
        if last_seen is not None and self._inactive_ms and watched:
            times.append(self._gone(last_seen))
        return min(times, default=None)

    def _until(self, name: str, stamps: dict[str, Stamp]) -> float:
        # A value from before stamps has no age: it stays until it is told again.
        stamp = stamps.get(name)
        return abs(stamp[0]) + self._days[name] if stamp is not None else float("inf")

    def _gone(self, last_seen: datetime) -> int:
        return int(last_seen.timestamp() * 1000) + self._inactive_ms if self._inactive_ms else 1 << 62
