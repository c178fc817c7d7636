"""The tables of snapshots in the lake, and how a query sees them as the rows of `stepwell.lake.rows`.

A workspace's fields are its own, a table's columns are the deployment's: values of fields and properties lie in
`facts` and `properties`, a row a value, and a query turns those that it asks into columns again. Partitions are a
tenant and a snapshot (`injected` projection: every query names both, and no partition is ever registered).

| table | a row | columns beside `tenant`, `snapshot` |
|---|---|---|
| `contacts` | a contact | as in `rows`, without fields |
| `facts` | a contact's field in one kind | `profile`, `name` (`f_plan__s`), and `flag`, `number` or … |
| `tracks`, `days` | as in `rows` | |
| `recents` | a recent event | as in `rows`, without properties, and `event`: its place among the contact's |
| `properties` | an event's property in one kind | `profile`, `event`, `name`, values as in `facts` |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stepwell.conditions.engagement import KINDS
from stepwell.lake.sql_algebra import quoted, text

Schema = Mapping[str, str]
"""Athena's type a column."""
_VALUES = {
    "flag": "boolean",
    "number": "double",
    "text": "string",
    "whole": "bigint",
    "texts": "array<string>",
    "numbers": "array<double>",
    "flags": "array<boolean>",
}
VALUE_OF = {
    "x": "flag",
    "b": "flag",
    "w": "flag",
    "n": "number",
    "s": "text",
    "i": "whole",
    "d": "whole",
    "m": "whole",
    "ls": "texts",
    "ln": "numbers",
    "lb": "flags",
}
"""The column of `facts` a kind of value (see `stepwell.lake.columns`)."""
_TIME = {"last": "bigint", "last_d": "bigint", "last_m": "bigint"}
TABLES: Mapping[str, Schema] = {
    "contacts": {
        "profile": "string",
        "zone": "string",
        "segments": "array<string>",
        "dropped": "bigint",
        "dropped_derived": "bigint",
        "e_as_of": "double",
        "e_last": "bigint",
        "e_last_d": "bigint",
        "e_last_m": "bigint",
        **{f"e_d_{kind}": "double" for kind in KINDS},
        **{f"e_n_{kind}": "double" for kind in KINDS},
    },
    "facts": {"profile": "string", "name": "string", **_VALUES},
    "tracks": {"profile": "string", "name": "string", "total": "bigint", **_TIME},
    "days": {"profile": "string", "name": "string", "day": "bigint", "n": "bigint"},
    "recents": {
        "profile": "string",
        "event": "bigint",
        "name": "string",
        "name_folded": "string",
        "at_ms": "bigint",
        "at": "bigint",
        "at_d": "bigint",
        "at_m": "bigint",
    },
    "properties": {"profile": "string", "event": "bigint", "name": "string", **_VALUES},
}
PARTITIONS = ("tenant", "snapshot")
_SPREAD = {"contacts": "facts", "recents": "properties"}


def stored(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `rows.rows_of` as they lie in the tables."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for table in ("tracks", "days"):
        found[table] = [dict(row) for row in rows[table]]
    for table, values in _SPREAD.items():
        known = TABLES[table]
        place: dict[str, int] = {}
        for row in rows[table]:
            key: dict[str, Any] = {"profile": row["profile"]}
            if table == "recents":
                key["event"] = place[row["profile"]] = place.get(row["profile"], -1) + 1
            found[table].append({**{n: v for n, v in row.items() if n in known}, **key})
            found[values] += [{**key, **fact} for fact in _facts(row, known)]
    return found


def _facts(row: Mapping[str, Any], known: Schema) -> Iterator[dict[str, Any]]:
    for name, value in row.items():
        if name not in known:
            yield {"name": name, VALUE_OF[name.rpartition("__")[2]]: value}


def sources(
    database: str, tenant: str, snapshot: str, contacts: Iterable[str], recents: Iterable[str]
) -> list[str]:
    """Return the parts of a WITH by which `contacts`, `tracks`, `days` and `recents` are those of one snapshot.

    Args:
        database: Database of the tables.
        tenant: Tenant id.
        snapshot: Which snapshot.
        contacts: Columns of contacts that are read.
        recents: Columns of recent events that are read.
    """

    def of(table: str) -> str:
        return f"{quoted(database)}.{quoted(table)}"

    only = f"tenant = {text(tenant)} AND snapshot = {text(snapshot)}"
    parts = [
        f"{table} AS (SELECT {', '.join(quoted(n) for n in TABLES[table])} FROM {of(table)} AS t WHERE {only})"
        for table in ("tracks", "days")
    ]
    for table, wanted, keys in (
        ("contacts", contacts, ("profile",)),
        ("recents", recents, ("profile", "event")),
    ):
        known = TABLES[table]
        spread = sorted({name for name in wanted if name not in known})
        own = ", ".join(quoted(name) for name in known)
        if not spread:
            parts.append(f"{table} AS (SELECT {own} FROM {of(table)} AS t WHERE {only})")
            continue
        named = ", ".join(text(name) for name in spread)
        columns = ", ".join(
            f"max(CASE WHEN name = {text(name)} THEN {quoted(VALUE_OF[name.rpartition('__')[2]])} END)"
            f" AS {quoted(name)}"
            for name in spread
        )
        key = ", ".join(quoted(name) for name in keys)
        parts.append(
            f"{table}_facts AS (SELECT {key}, {columns} FROM {of(_SPREAD[table])} AS t"
            f" WHERE {only} AND name IN ({named}) GROUP BY {key})"
        )
        more = ", ".join(quoted(name) for name in spread)
        parts.append(
            f"{table} AS (SELECT {own}, {more} FROM"
            f" (SELECT {own} FROM {of(table)} AS t WHERE {only}) AS base"
            f" LEFT JOIN {table}_facts USING ({key}))"
        )
    return parts
