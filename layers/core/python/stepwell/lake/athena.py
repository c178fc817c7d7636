"""Writes the query that evaluates segments in Athena, over tables that have the columns of a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from stepwell.conditions import Condition, referenced
from stepwell.conditions.times import millis_up
from stepwell.contracts.derived import DERIVED_EVENTS
from stepwell.lake.sql_algebra import SqlAlgebra, quoted, text
from stepwell.lake.tables import TABLES, sources
from stepwell.lake.translating import Asked, Translator, zones_of
from stepwell.segments.ordering import in_order

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Tables:
    """What the query may read.

    Attributes:
        contacts: Columns of table `contacts`.
        recents: Columns of table `recents`.
        zones: Names of the contacts' time zones.
        prefix: Before the names of tables, such as `lake.`.
    """

    contacts: Set[str]
    recents: Set[str]
    zones: Set[str]
    prefix: str = ""


class _Noting(Set[str]):
    """Names, and those of them that were asked for."""

    def __init__(self, names: Set[str], noted: set[str]) -> None:
        self._names = names
        self.noted = noted

    def __contains__(self, name: object) -> bool:
        there = name in self._names
        if there:
            self.noted.add(str(name))
        return there

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Both(_Noting):
    """Names of two sets; whichever has a name notes it."""

    def __init__(self, first: Set[str], second: Set[str]) -> None:
        super().__init__({*first, *second}, set())
        self._both = (first, second)

    def __contains__(self, name: object) -> bool:
        first, second = (name in names for names in self._both)
        return first or second


def over_snapshot(
    database: str,
    tenant: str,
    snapshot: str,
    tables: Tables,
    conditions: Mapping[str, Condition],
    now: datetime,
) -> tuple[list[str], str]:
    """Return the parts of a WITH over a snapshot in the lake, and the one with `profile`, `segments` and answers.

    The answer for a segment is in column `in_<segment>`.

    Args:
        database: Database of the lake's tables.
        tenant: Tenant id.
        snapshot: Which snapshot.
        tables: The columns that the snapshot has, as its manifest says.
        conditions: By segment id.
        now: The moment of the snapshot (aware).
    """
    noted: set[str] = set()
    _steps(
        replace(tables, contacts=_Noting(tables.contacts, noted), recents=_Noting(tables.recents, noted)),
        conditions,
        now,
    )
    contacts = {*TABLES["contacts"], *(tables.contacts & noted)}
    recents = {*TABLES["recents"], *(tables.recents & noted)}
    before = sources(database, tenant, snapshot, contacts, recents)
    parts, _, last = _steps(replace(tables, contacts=contacts, recents=recents), conditions, now)
    return [*before, *parts], last


def athena(tables: Tables, conditions: Mapping[str, Condition], now: datetime) -> str:
    """Return a query with a row a contact and a boolean column a segment.

    Args:
        tables: What it may read.
        conditions: By segment id.
        now: The moment (aware), that of the snapshot.
    """
    parts, order, last = _steps(tables, conditions, now)
    shown = [f"{quoted(f'in_{segment}')} AS {quoted(segment)}" for segment in order]
    return f"WITH {', '.join(parts)} SELECT {', '.join(['profile', *shown])} FROM {last}"


def _steps(
    tables: Tables, conditions: Mapping[str, Condition], now: datetime
) -> tuple[list[str], list[str], str]:
    """Return the parts of the WITH, the segments in order, and the name of the last part."""
    asked, algebra, zones = Asked(), SqlAlgebra(), zones_of(tables.zones)
    order, _ = in_order(
        {segment: referenced(condition).segments for segment, condition in conditions.items()}
    )
    steps: list[tuple[str, str]] = []
    for segment in order:
        known = {other: f"in_{other}" for other in referenced(conditions[segment]).segments & set(order)}
        translator = Translator(algebra, now, zones, tables.contacts, asked, known)
        steps.append((f"in_{segment}", translator.condition(conditions[segment])))
    parts = _history(tables, asked, now)
    before = "h"
    for number, (name, expression) in enumerate(steps):
        parts.append(f"s{number} AS (SELECT *, {expression} AS {quoted(name)} FROM {before})")
        before = f"s{number}"
    return parts, list(order), before


def _history(tables: Tables, asked: Asked, now: datetime) -> list[str]:
    """Return the parts that add counts and last times to the contacts; the last one is `h`."""
    needed, zones = Asked(), zones_of(tables.zones)
    there = _Both(tables.contacts, tables.recents)
    filters = Translator(SqlAlgebra(), now, zones, there, needed, events=True)
    tracks: list[str] = []
    days: list[str] = []
    recents: list[str] = []
    made: list[str] = []
    for event, name in asked.lasts.items():
        tracks += [
            f"max(CASE WHEN name = {text(event)} THEN last{part} END) AS {name}{part}"
            for part in ("", "_d", "_m")
        ]
    for count, name in asked.counts.items():
        of = f"name = {text(count.event)}"
        if count.within is None and count.where is None:
            tracks.append(f"max(CASE WHEN {of} THEN total END) AS {name}_t")
            made.append(_number(f"{name}_t", name))
            continue
        after = None if count.within is None else millis_up(now - count.within.delta)
        kept = [of, *([] if after is None else [f"at_ms >= {after}"])]
        if count.where is not None:
            kept.append(filters.condition(count.where))
        recents.append(f"sum(CASE WHEN {' AND '.join(kept)} THEN 1 ELSE 0 END) AS {name}_r")
        if after is None or count.where is not None:
            made.append(_number(f"{name}_r", name))
            continue
        days.append(f"sum(CASE WHEN {of} AND day >= {after // _DAY_MS} THEN n ELSE 0 END) AS {name}_d")
        dropped = "dropped_derived" if count.event in DERIVED_EVENTS else "dropped"
        whole = f"{dropped} IS NULL OR {dropped} < {after}"
        made.append(_number(f"CASE WHEN {whole} THEN {name}_r ELSE {name}_d END", name))
    parts, joins = [], []
    for table, columns in (("tracks", tracks), ("days", days)):
        if columns:
            source = f"{tables.prefix}{table}"
            parts.append(
                f"{table}_of AS (SELECT profile, {', '.join(columns)} FROM {source} GROUP BY profile)"
            )
            joins.append(f"LEFT JOIN {table}_of USING (profile)")
    if recents:
        more = "".join(f", {quoted(name)}" for name in sorted(needed.columns))
        known = f"(SELECT profile AS who{more} FROM {tables.prefix}contacts) known"
        source = f"{tables.prefix}recents LEFT JOIN {known} ON known.who = profile"
        parts.append(f"recents_of AS (SELECT profile, {', '.join(recents)} FROM {source} GROUP BY profile)")
        joins.append("LEFT JOIN recents_of USING (profile)")
    lasts = [f"{name}{part}" for name in asked.lasts.values() for part in ("", "_d", "_m")]
    columns = [*(f"{quoted(name)}" for name in sorted(tables.contacts)), *lasts, *made]
    parts.append(f"h AS (SELECT {', '.join(columns)} FROM {tables.prefix}contacts {' '.join(joins)})")
    return parts


def _number(expression: str, name: str) -> str:
    return f"CAST(coalesce({expression}, 0) AS DOUBLE) AS {name}"
