"""Learns how much each agreement is worth, without labels: Fellegi–Sunter with expectation maximisation, by splink.

How often strangers agree (u) is counted on random pairs. How often two records of one person agree (m) is found
among pairs that agree on something else; each field is learned in the sessions that do not select by it, and the
sessions' median counts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from copy import deepcopy
from statistics import median
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
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

Parameters = dict[str, Any]
# Of one field: how often one person's records agree so, by the agreement's number.
Shares = dict[int, float]


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
    drawn = Linker(DuckDBAPI(connection).register(prepared.table), creator, log_level=None)
    drawn.training.estimate_u_using_random_sampling(max_pairs=settings.sample_pairs, seed=settings.seed)
    pairs = min(settings.sample_pairs, prepared.profiles * (prepared.profiles - 1) // 2)
    strangers = _strangers(drawn.misc.save_model_to_json(), pairs)
    kept: list[Rule] = []
    learned: dict[str, list[Shares]] = {}
    for rule, count in _sessions(connection, prepared):
        lesson = _learn(connection, prepared.table, strangers, rule, count)
        if _about_people(lesson):
            kept.append(rule)
            for name, shares in lesson.items():
                learned.setdefault(name, []).append(shares)
    return _taught(strangers, learned), kept


def _learn(
    connection: duckdb.DuckDBPyConnection, table: str, strangers: Parameters, rule: Rule, pairs: int
) -> dict[str, Shares]:
    """Run one session, shorter if it must be; return how often one person's records agree, by field and agreement.

    Where people and strangers are cleanly apart, the share of an agreement that never happens within one person
    shrinks with every step until splink 5 refuses it as zero. The steps before were enough: what they leave is far
    below ``_LEAST_M``. Each session starts afresh: from the leavings of another it would refuse sooner.
    """
    for most in _STEPS:
        model = {**deepcopy(strangers), "max_iterations": most}
        linker = Linker(DuckDBAPI(connection).register(table), model, log_level=None)
        try:
            session = linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule),
                estimate_without_term_frequencies=True,
                max_pairs=_MOST_PAIRS if pairs > _MOST_PAIRS else None,
            )
        except ValueError as error:
            if "below the minimum allowed value" not in str(error):
                raise
            refused = error
            continue
        return {
            comparison.output_column_name: {
                level.comparison_vector_value: float(level.m_probability)
                for level in comparison.comparison_levels
                if not level.is_null_level and isinstance(level.m_probability, float)
            }
            for comparison in session.core_model_settings.comparisons
        }
    raise refused


def _about_people(lesson: Mapping[str, Shares]) -> bool:
    """Whether a session found people.

    Where nobody has two profiles, the pairs most alike are families and namesakes, and what is learned from them is
    that birthdays do not matter. One person has one name and one date of birth: a session that tells otherwise is
    forgotten, and fields that no session teaches keep ``_UNLEARNED_M``.
    """
    return all(lesson.get(name, {}).get(0, 0.0) <= _MOST_DIFFERENT for name in _LASTING)


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


def _strangers(parameters: Parameters, pairs: int) -> Parameters:
    """Give agreements that no pair of strangers showed the share of half a pair drawn: splink would have them prove."""
    for level in _levels(parameters):
        seen = level.get("u_probability")
        level["u_probability"] = max(
            _LEAST_U, 0.5 / pairs, float(seen) if isinstance(seen, float | int) else 0.0
        )
    return parameters


def _taught(strangers: Parameters, learned: Mapping[str, Sequence[Shares]]) -> Parameters:
    """Put what the sessions found, their median, into the model."""
    model = deepcopy(strangers)
    for comparison in model["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        lessons = learned.get(comparison["output_column_name"], ())
        if not lessons:
            _guess(levels)
        for value, level in enumerate(reversed(levels)):
            seen = [shares[value] for shares in lessons if value in shares]
            if lessons:
                level["m_probability"] = max(_LEAST_M, median(seen)) if seen else _LEAST_M
    return model


def _levels(parameters: Parameters) -> list[dict[str, Any]]:
    return [
        level
        for comparison in parameters["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]


def _guess(levels: list[dict[str, Any]]) -> None:
    best, between, worst = _UNLEARNED_M
    middle = levels[1:-1]
    levels[0]["m_probability"] = best if middle else best + between
    levels[-1]["m_probability"] = worst
    for level in middle:
        level["m_probability"] = between / len(middle)
