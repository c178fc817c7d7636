"""Weighed pairs read back from the database: evidence between groups, and pairs with their explanation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log2

import duckdb
import pyarrow as pa
from stepwell.profiles.matching.grouping import Edge, Groups, components
from stepwell.profiles.matching.model import (
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchSettings,
    probability_of,
)
from stepwell.profiles.matching.reviews import Settled
from stepwell.profiles.matching.vetoes import DeterministicIds

from jobs.match_profiles.columns import DETERMINISTIC, PROFILE
from jobs.match_profiles.comparisons import Field, fields
from jobs.match_profiles.learning import Parameters

_ROWS = 10_000
# Sums over threads differ in the last bits from run to run; what is decided and written does not.
_DIGITS = 6


def certain_ids(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, DeterministicIds]:
    """Return the customer ids and verified addresses of the profiles that have some."""
    types = {row[0]: str(row[1]) for row in connection.execute(f"describe {source}").fetchall()}

    def listed(column: str) -> str:
        if column not in types:
            return "[]::varchar[]"
        return f"{column}::varchar[]" if types[column].endswith("[]") else f"[{column}::varchar]"

    if not set(DETERMINISTIC) & set(types):
        return {}
    found = connection.execute(
        f"select {PROFILE}::varchar, {', '.join(map(listed, DETERMINISTIC))} from {source}"
    )
    ids = {}
    while rows := found.fetchmany(_ROWS):
        for profile, customers, emails in rows:
            known = DeterministicIds(
                frozenset(c.strip() for c in customers or () if c and c.strip()),
                frozenset(e.strip().lower() for e in emails or () if e and e.strip()),
            )
            if known:
                ids[profile] = known
    return ids


def used_fields(columns: Collection[str], model: Parameters) -> dict[Field, tuple[str, ...]]:
    """Return the fields that a model compares, with their agreements by number."""
    compared = {comparison["output_column_name"] for comparison in model["comparisons"]}
    return {one: one.agreements(columns) for one in fields(columns) if one.name in compared}


def edges(
    connection: duckdb.DuckDBPyConnection, weighed: str, settings: MatchSettings, settled: Settled
) -> Iterator[Edge]:
    """Pairs that matter to groups: those within one component of the pairs at the threshold."""
    asking = connection.execute(
        f"select left_id, right_id from {weighed} where bits >= {log2(settings.threshold / (1 - settings.threshold))!r}"
    ).fetchall()
    _register(connection, "component", components([*asking, *settled.same]))
    found = connection.execute(
        f"select left_id, right_id, round(bits, {_DIGITS}) from {weighed} w"
        " join component a on a.id = left_id join component b on b.id = right_id and a.name = b.name"
    )
    while rows := found.fetchmany(_ROWS):
        yield from rows


def candidates(
    connection: duckdb.DuckDBPyConnection,
    weighed: str,
    used: Mapping[Field, Sequence[str]],
    model: Parameters,
    groups: Groups,
    settings: MatchSettings,
    settled: Settled,
) -> Iterator[MatchCandidate]:
    """Pairs worth a decision, in order: at the floor at least, in one group, or settled by a person."""
    _register(connection, "member", groups.of)
    _register(connection, "said", {f"{a}\n{b}": "" for a, b in settled.same | settled.different})
    columns = {row[0] for row in connection.execute(f"describe {weighed}").fetchall()}
    parts = []
    for one in used:
        rarity = f"mw_tf_adj_{one.name}"
        parts += [f"gamma_{one.name}", f"mw_{one.name}", rarity if rarity in columns else "0.0"]
    floor = log2(settings.review_floor / (1 - settings.review_floor))
    found = connection.execute(
        f"select left_id, right_id, bits, {', '.join(parts)} from {weighed} w"
        " left join member a on a.id = left_id left join member b on b.id = right_id"
        " left join said s on s.id = left_id || chr(10) || right_id"
        f" where bits >= {floor!r} or a.name = b.name or s.id is not null"
        " order by left_id, right_id"
    )
    share = float(model["probability_two_random_records_match"])
    prior = round(log2(share / (1 - share)), _DIGITS)
    while rows := found.fetchmany(_ROWS):
        for left, right, bits, *values in rows:
            evidence = tuple(
                _evidence(one.name, levels, *values[3 * i : 3 * i + 3])
                for i, (one, levels) in enumerate(used.items())
            )
            yield MatchCandidate(left, right, round(probability_of(bits), 9), Explanation(prior, evidence))


def _evidence(
    name: str, levels: Sequence[str], value: int, bits: float, rarity: float | None
) -> FieldEvidence:
    if value < 0:
        return FieldEvidence(name, "missing", 0.0)
    return FieldEvidence(name, levels[value], round(float(bits), _DIGITS), round(float(rarity or 0), _DIGITS))


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: Mapping[str, str]) -> None:
    """Make a table of (id, name)."""
    table = pa.table(
        {"id": pa.array(list(rows), pa.string()), "name": pa.array(list(rows.values()), pa.string())}
    )
    connection.register("given_rows", table)
    connection.execute(f"create or replace temp table {name} as select * from given_rows")
    connection.unregister("given_rows")
