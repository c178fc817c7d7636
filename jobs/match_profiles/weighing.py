"""Weighs pairs by a model that was learned, part by part, and finds the share of pairs that are one person.

The share follows from the weighed pairs themselves: the mixing proportion's own maximisation step, repeated until
it stands (its likelihood has one maximum).
"""

from __future__ import annotations

from collections.abc import Collection
from math import log2

import duckdb
from splink import DuckDBAPI, Linker
from stepwell.errors import InvalidInput

from jobs.match_profiles.blocking import Blocking
from jobs.match_profiles.columns import PROFILE, Prepared
from jobs.match_profiles.comparisons import fields
from jobs.match_profiles.learning import Parameters

# Pairs weighed at a time: with all their values they are ten times as large as what is kept of them.
_CHUNK = 5_000_000


def check(parameters: Parameters, columns: Collection[str]) -> None:
    """Refuse a model that does not fit the profiles.

    Raises:
        InvalidInput: It compares what they do not have, or in other ways.
    """
    here = {field.name: len(field.agreements(columns)) for field in fields(columns)}
    model = {c["output_column_name"]: len(c["comparison_levels"]) - 1 for c in parameters["comparisons"]}
    unfit = sorted(name for name, levels in model.items() if here.get(name) != levels)
    if unfit:
        raise InvalidInput(
            f"The model does not fit these profiles: it compares {', '.join(unfit)} by values they do not have.",
            code="bad_model",
            details={"columns": unfit},
        )


def weigh(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    blocking: Blocking,
    parameters: Parameters,
    *,
    learn_prior: bool,
) -> tuple[str, Parameters]:
    """Weigh all pairs that the rules give.

    Args:
        connection: Database.
        prepared: Comparable profiles.
        blocking: Rules.
        parameters: A trained model.
        learn_prior: Whether to learn the share of pairs that are one person from these profiles.

    Returns:
        A table of ``left``, ``right``, ``bits`` (log-odds) and, for each field, ``gamma_<field>`` (the agreement's
        number), ``mw_<field>`` and where it applies ``mw_tf_adj_<field>`` (bits); and the model with its prior.
    """
    model = {**parameters, "blocking_rules_to_generate_predictions": [_sql(rule) for rule in blocking.rules]}
    linker = Linker(DuckDBAPI(connection).register(prepared.table), model, log_level=None)
    start = _bits(float(model["probability_two_random_records_match"]))
    parts = 1 + sum(blocking.pairs.values()) // _CHUNK
    for part in range(1, parts + 1):
        whole = linker.inference.predict_chunk(left_chunk=(1, 1), right_chunk=(part, parts))
        _keep(connection, whole.physical_name, first=part == 1)
        whole.drop_table_from_database_and_remove_from_cache()
    prior = _prior(connection, prepared.profiles, start) if learn_prior else start
    connection.execute(
        f"create or replace view weighed as select * exclude (weight), weight + {round(prior - start, 9)!r} as bits"
        " from weights"
    )
    odds = 2.0**prior
    return "weighed", {**parameters, "probability_two_random_records_match": odds / (1 + odds)}


def _keep(connection: duckdb.DuckDBPyConnection, weighed: str, *, first: bool) -> None:
    """Keep of weighed pairs what is asked for later: agreements and weights, not the values themselves."""
    columns = [row[0] for row in connection.execute(f"describe {weighed}").fetchall()]
    kept = ", ".join(
        c if c.startswith("mw_") else f"{c}::tinyint as {c}" for c in columns if c[:3] in {"mw_", "gam"}
    )
    connection.execute(
        f"{'create or replace table weights as' if first else 'insert into weights by name'}"
        f" select least({PROFILE}_l, {PROFILE}_r) as left_id, greatest({PROFILE}_l, {PROFILE}_r) as right_id,"
        f" match_weight as weight, {kept} from {weighed}"
    )


def _prior(connection: duckdb.DuckDBPyConnection, profiles: int, start: float) -> float:
    """Return the log-odds in bits that a random pair is one person, as the weighed pairs tell it."""
    possible = profiles * (profiles - 1) / 2
    bits = start
    for _ in range(50):
        found = connection.execute(
            "select sum(1 / (1 + pow(2.0::double, -greatest(-900, weight + ?)))) from weights",
            [bits - start],
        ).fetchall()
        # At least half a pair, else nothing could ever match.
        share = min(max(float(found[0][0] or 0), 0.5) / possible, 0.5)
        last, bits = bits, _bits(share)
        if abs(bits - last) < 1e-6:
            break
    return bits


def _bits(share: float) -> float:
    return log2(share / (1 - share))


def _sql(rule: Collection[str]) -> dict[str, str]:
    return {"blocking_rule": " and ".join(f"l.{c} = r.{c}" for c in rule), "sql_dialect": "duckdb"}
