"""What happened to a contact: the newest events from the profile, older ones from the lake.

A profile keeps its 20 newest events. What came before lies in the raw copy of the stream; the days that were made
readable (`lake.events`) can be asked. Merged contacts' events count as theirs, and nothing of before an erasure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.contracts.clock import millis
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput
from stepwell.lake.evaluating import LakePorts
from stepwell.lake.events import EVENTS
from stepwell.lake.sql_algebra import quoted, text
from stepwell.publishing.erasing import erasure_of
from stepwell.publishing.erasing_ports import ErasingPorts

MOST_DAYS = 400
_LATE = timedelta(days=2)
"""An event may arrive after it happened; a day is that of its arrival."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a contact.

    Attributes:
        at: When.
        name: Name of the event.
        properties: What the profile or the lake keeps of it.
        source: Who told it; the profile does not keep that.
        kept_in: `profile` or `lake`.
        id: Message id; the profile keeps none.
    """

    at: datetime
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    kept_in: str = "profile"
    id: str = ""


def recent(profile: Profile, before: datetime | None) -> list[Happened]:
    """Return what the profile keeps, newest first."""
    found = [
        Happened(datetime.fromtimestamp(at, UTC), name, properties) for name, at, properties in profile.recent
    ]
    found = [one for one in found if before is None or one.at < before]
    return sorted(found, key=lambda one: one.at, reverse=True)


def ask_lake(
    lake: LakePorts,
    erasing: ErasingPorts,
    tenant: str,
    profile: Profile,
    *,
    before: datetime,
    days: int,
    source: str,
    limit: int,
) -> str:
    """Start the question what happened to a contact in the days before a moment; return the query's id.

    Raises:
        InvalidInput: Too many days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"Ask for 1 to {MOST_DAYS} days.", code="bad_days")
    known = erasure_of(erasing, tenant, profile)
    erased = erasing.erasures.erased_at(tenant, known.ids)
    after = before - timedelta(days=days)
    after = after if erased is None else max(after, erased)
    return lake.queries.start(
        statement(lake.queries.database, tenant, sorted(known.ids), after, before, source, limit)
    )


def statement(
    database: str,
    tenant: str,
    people: Iterable[str],
    after: datetime,
    before: datetime,
    source: str,
    limit: int,
) -> str:
    """Return the query: rows of `events`, newest first."""
    whose = " OR ".join(f"contains(people, {text(one)})" for one in people)
    first, last = (after.astimezone(UTC)).date(), (before.astimezone(UTC) + _LATE).date()
    parts = [
        f"tenant = {text(tenant)}",
        f"day >= {text(str(first))}",
        f"day <= {text(str(last))}",
        f"({whose})",
        f"at_ms >= {millis(after)}",
        f"at_ms < {millis(before)}",
        *([f"source = {text(source)}"] if source else []),
    ]
    shown = ", ".join(f"{quoted(name)}" for name in EVENTS if name != "people")
    return (
        f"SELECT {shown} FROM {quoted(database)}.{quoted('events')} AS t WHERE {' AND '.join(parts)}"
        f" ORDER BY at_ms DESC, id LIMIT {int(limit)}"
    )


def older(rows: Sequence[Mapping[str, Any]], known: Sequence[Happened] = ()) -> list[Happened]:
    """Read what the lake found; what was delivered twice happened once.

    Args:
        rows: Rows of the lake, from the time of the oldest known event on.
        known: What the profile keeps: without ids, so that of events of the same moment as many are left out.
    """
    found: dict[str, Happened] = {}
    left_out: set[str] = set()
    twice = Counter((millis(one.at), one.name) for one in known)
    for row in rows:
        properties = json.loads(str(row["properties"] or "{}"))
        at = datetime.fromtimestamp(int(row["at_ms"]) / 1000, UTC)
        one = Happened(at, str(row["name"]), properties, str(row["source"] or ""), "lake", str(row["id"]))
        moment = (int(row["at_ms"]), one.name)
        if one.id not in found and (one.id in left_out or twice[moment] > 0):
            twice[moment] -= one.id not in left_out
            left_out.add(one.id)
            continue
        found.setdefault(one.id, one)
    return list(found.values())
