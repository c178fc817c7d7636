"""Learns how much each agreement is worth, without labels, and weighs pairs: splink's Fellegi–Sunter model.

How often strangers agree (u) is counted on random pairs. How often two records of one person agree (m) is found by
expectation maximisation among pairs that agree on something else; each field is learned in the sessions that do
not select by it, and the sessions' mean counts. The share of pairs that are one person follows from the weighed
pairs themselves: the mixing proportion's own maximisation step, repeated until it stands (its likelihood has one
maximum).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import replace
from math import log2
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.em_training_session import EMTrainingSession
from stepwell.errors import InvalidInput
from stepwell.profiles.matching.model import MatchSettings

from jobs.match_profiles.blocking import Blocking, Rule, count_pairs
from jobs.match_profiles.columns import PROFILE, Prepared
from jobs.match_profiles.comparisons import fields

# Pairs among which one person's records are common, most telling first.
SESSIONS: Sequence[Rule] = (
    ("given_name", "surname"),
    ("date_of_birth",),
    ("email",),
    ("phone_ending",),
    ("postcode",),
    ("address_line",),
    ("device_fingerprint",),
    ("ip_address",),
    ("surname",),
    ("given_name",),
)
_SESSIONS = 4
_LEAST_PAIRS = 30
_STEPS = (50, 25, 12, 6, 3, 1)
# What one person keeps, and how often two records of one may differ in it nevertheless.
_LASTING = frozenset({"given_name", "surname", "date_of_birth", "gender"})
_MOST_DIFFERENT = 0.5
_MOST_PAIRS = 5_000_000
# No kind of error is so rare that it never happens, no coincidence impossible: 10 bits against at most for a kind
# of agreement that was never seen, and probabilities of strangers not below what a million pairs can show.
_LEAST_M = 0.001
_LEAST_U = 1e-6
# Where nothing could be learned of a field: (same, all in between together, different).
_UNLEARNED_M = (0.8, 0.15, 0.05)
# Pairs weighed at a time: with all their values they are ten times as large as what is kept of them.
_CHUNK = 5_000_000

Parameters = dict[str, Any]


def train(
    connection: duckdb.DuckDBPyConnection, prepared: Prepared, blocking: Blocking, settings: MatchSettings
) -> tuple[Parameters, list[Rule]]:
    """Learn a model.

    Args:
        connection: Database.
        prepared: Comparable profiles.
        blocking: Rules for later.
        settings: Size and seed of the draw.

    Returns:
        The model as plain data, and what its sessions selected by.

    Raises:
        InvalidInput: The columns allow no comparison of two fields.
    """
    chosen = fields(prepared.columns)
    if len(chosen) < 2:
        raise InvalidInput(
            "Matching needs two telling columns at least, such as names and a date of birth.",
            code="too_few_columns",
            details={"columns": sorted(prepared.columns), "unused": list(prepared.unused)},
        )
    if not blocking.rules:
        raise InvalidInput(
            "No two profiles agree on anything they could be matched by.", code="nothing_shared"
        )
    logging.getLogger("splink").setLevel(logging.ERROR)
    creator = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=PROFILE,
        comparisons=[field.comparison(prepared.columns) for field in chosen],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in blocking.rules],
        probability_two_random_records_match=1 / prepared.profiles,
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
        linker_uid="stepwell",
    )
    linker = Linker(DuckDBAPI(connection).register(prepared.table), creator, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=settings.sample_pairs, seed=settings.seed)
    found = [rule for rule, pairs in _sessions(connection, prepared) if _learn(linker, rule, pairs)]
    return _smoothed(linker.misc.save_model_to_json()), found


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


def _learn(linker: Linker, rule: Rule, pairs: int) -> bool:
    """Run one session; return whether it found people and was kept.

    Where nobody has two profiles, the pairs most alike are families and namesakes, and what is learned from them is
    that birthdays do not matter. One person has one name and one date of birth: a session that tells otherwise is
    forgotten, and fields that no session teaches keep ``_UNLEARNED_M``.
    """
    settings = linker._settings_obj
    before = deepcopy(settings.core_model_settings)
    session = _maximise(linker, rule, pairs)
    for comparison in session.core_model_settings.comparisons:
        for level in comparison.comparison_levels:
            different = level.comparison_vector_value == 0 and comparison.output_column_name in _LASTING
            share = level.m_probability if different else None
            if isinstance(share, float) and share > _MOST_DIFFERENT:
                settings.core_model_settings = before
                return False
    return True


def _maximise(linker: Linker, rule: Rule, pairs: int) -> EMTrainingSession:
    """Run one session, shorter if it must be.

    Where people and strangers are cleanly apart, the share of an agreement that never happens within one person
    shrinks with every step until splink 5 refuses it as zero. The steps before were enough: what they leave is far
    below ``_LEAST_M``.
    """
    settings = linker._settings_obj
    # A session takes the fields that it selects by out of the model, and a failed one does not put them back.
    whole = deepcopy(settings.core_model_settings)
    for most in _STEPS:
        settings.core_model_settings = deepcopy(whole)
        settings.training_settings = replace(settings.training_settings, max_iterations=most)
        try:
            return linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule),
                estimate_without_term_frequencies=True,
                max_pairs=_MOST_PAIRS if pairs > _MOST_PAIRS else None,
            )
        except ValueError as error:
            if "below the minimum allowed value" not in str(error):
                raise
            refused = error
    raise refused


def _sessions(connection: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[tuple[Rule, int]]:
    """Choose what to learn from: few sessions, together leaving no field out."""
    found: list[tuple[Rule, int]] = []
    used: set[str] = set()
    for rule in SESSIONS:
        # A session says nothing about a field that looks at what it selects by.
        teaches = any(not field.reads(prepared.columns) & set(rule) for field in fields(prepared.columns))
        fresh = teaches and not used & set(rule)
        if len(found) < _SESSIONS and fresh and set(rule) <= set(prepared.columns):
            pairs = count_pairs(connection, prepared.table, rule)
            if pairs >= _LEAST_PAIRS:
                found.append((rule, pairs))
                used |= set(rule)
    return found


def _smoothed(parameters: Parameters) -> Parameters:
    for comparison in parameters["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        if not any(isinstance(level.get("m_probability"), float) for level in levels):
            _guess(levels)
        for level in levels:
            for key, least in (("m_probability", _LEAST_M), ("u_probability", _LEAST_U)):
                value = level.get(key)
                level[key] = max(least, float(value)) if isinstance(value, float | int) else least
    return parameters


def _guess(levels: list[dict[str, Any]]) -> None:
    best, between, worst = _UNLEARNED_M
    middle = levels[1:-1]
    levels[0]["m_probability"] = best if middle else best + between
    levels[-1]["m_probability"] = worst
    for level in middle:
        level["m_probability"] = between / len(middle)


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
