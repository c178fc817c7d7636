"""Asks the lake how many belong to a condition: all contacts of the newest snapshot, in one query of Athena."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from stepwell.conditions import Condition, referenced
from stepwell.errors import NotFound
from stepwell.lake.athena import over_snapshot
from stepwell.lake.snapshots import Snapshot, SnapshotFiles, latest
from stepwell.lake.sql_algebra import quoted, text
from stepwell.lake.starting import SnapshotStart
from stepwell.publishing.segment_ports import SegmentPorts

ASKED = "asked"
"""Name of a condition that is no segment's."""
SAMPLE = 16
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class LakeQueries(Protocol):
    """Queries of Athena that may take longer than a request."""

    @property
    def database(self) -> str:
        """Database of the lake's tables."""
        ...

    def start(self, statement: str) -> str:
        """Start a query; return its id."""
        ...

    def rows(self, tenant: str, query: str, wait_s: float) -> Sequence[Mapping[str, Any]] | None:
        """Return what a query found, None: it still runs.

        Raises:
            NotFound: It is no query of this workspace.
            InvalidInput: It failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class LakePorts:
    """What asking the lake reaches."""

    queries: LakeQueries
    files: SnapshotFiles
    segments: SegmentPorts
    start: SnapshotStart


@dataclass(frozen=True, slots=True)
class Found:
    """What the lake says.

    Attributes:
        query: Id of the query, to ask for it again.
        state: `done` or `still_running`.
        contacts: All contacts.
        members: Those who belong.
        differing: Those who belong otherwise than their profile says (of a segment that is being settled).
        sample: Profile ids of some who belong, at random: ids are hashes.
    """

    query: str
    state: str
    contacts: int = 0
    members: int = 0
    differing: int = 0
    sample: tuple[str, ...] = ()


def start(ports: LakePorts, tenant: str, condition: Condition | None, segment: str = "") -> str:
    """Start the question who belongs to a condition, or to a saved segment; return the query's id.

    Raises:
        NotFound: There is no such segment, or no snapshot.
    """
    snapshot = latest(ports.files, tenant)
    saved = {one.segment.id: one.segment.condition for one in ports.segments.store.all(tenant)}
    if condition is None:
        condition = saved.get(segment)
    if condition is None:
        raise NotFound(f"There is no segment `{segment}` with a condition.", code="no_segment")
    name = segment or ASKED
    named = needed(name, condition, saved)
    return ports.queries.start(
        statement(ports.queries.database, tenant, snapshot, named, name, segment, snapshot.now)
    )


def needed(name: str, condition: Condition, saved: Mapping[str, Condition | None]) -> dict[str, Condition]:
    """Return a condition with those of all segments that it asks for; lists are read off the profiles."""
    found = {name: condition}
    todo = set(referenced(condition).segments)
    while todo:
        other = todo.pop()
        known = saved.get(other)
        if other not in found and known is not None:
            found[other] = known
            todo |= referenced(known).segments
    return found


def statement(
    database: str,
    tenant: str,
    snapshot: Snapshot,
    conditions: Mapping[str, Condition],
    name: str,
    segment: str,
    now: datetime,
) -> str:
    """Return the query: one row of counts and some members."""
    parts, answers = over_snapshot(database, tenant, snapshot.id, snapshot.tables, conditions, now)
    belongs = quoted(f"in_{name}")
    stored = f"coalesce(contains({quoted('segments')}, {text(segment)}), FALSE)" if segment else belongs
    # Ids are hashes: the first of each of some letters are as random as any.
    sample = ", ".join(
        f"min(CASE WHEN {belongs} AND substr(profile, 16, 1) = {text(letter)} THEN profile END) AS p{n}"
        for n, letter in enumerate(_LETTERS[::2])
    )
    return (
        f"WITH {', '.join(parts)} SELECT count(*) AS contacts,"
        f" sum(CASE WHEN {belongs} THEN 1 ELSE 0 END) AS members,"
        f" sum(CASE WHEN {belongs} <> {stored} THEN 1 ELSE 0 END) AS differing, {sample} FROM {answers}"
    )


def result(ports: LakePorts, tenant: str, query: str, wait_s: float) -> Found:
    """Return what a query found, or that it still runs.

    Raises:
        NotFound: It is no query of this workspace.
        InvalidInput: It failed.
    """
    rows = ports.queries.rows(tenant, query, wait_s)
    if rows is None:
        return Found(query, "still_running")
    row = rows[0]
    sample = tuple(str(row[f"p{n}"]) for n in range(SAMPLE) if row.get(f"p{n}"))
    contacts, members, differing = (int(row[name] or 0) for name in ("contacts", "members", "differing"))
    return Found(query, "done", contacts, members, differing, sample)
