"""Laws of the language: text and JSON lose nothing, and no text and no data makes it crash."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stepwell.conditions import (
    Condition,
    ConditionSyntaxError,
    EventList,
    Facts,
    FieldSchema,
    check,
    compile_condition,
    explain,
    from_json,
    parse,
    referenced,
    to_json,
    to_text,
)

from .strategies import conditions, json_values, names

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(conditions)
@settings(max_examples=300, deadline=None)
def test_text_round_trip(condition: Condition) -> None:
    assert parse(to_text(condition)) == condition


@given(conditions)
@settings(max_examples=150, deadline=None)
def test_json_round_trip(condition: Condition) -> None:
    assert from_json(json.loads(json.dumps(to_json(condition)))) == condition


VOCABULARY = """
    and or not ( ) [ ] , in segment count( did( last( where 7 days ago score event. engagement = < >= != 'x'
    "y" is true missing today within next contains any starts with between 2026-13-45 2026-12-01
    1e999 -5 ` ' \\ 2h
"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=12).map(" ".join)))
@settings(max_examples=500, deadline=None)
@example("(" * 500)
@example("not " * 500 + "a = 1")
@example("a = " + "9" * 5000)
@example("a > " + "9" * 30 + " days ago")
@example("a." * 20 + "a = 1")
@example("a = 0000-00-00")
@example("a = 1900-01-01T00:00+23:59")
@example('in segment ""')
def test_any_text_parses_or_says_where_it_does_not(text: str) -> None:
    try:
        condition = parse(text)
    except ConditionSyntaxError as error:
        assert 0 <= error.position <= len(text)
        assert error.code == "condition_syntax"
        assert error.details == {"position": error.position}
    else:
        assert parse(to_text(condition)) == condition


@pytest.mark.slow
@given(
    conditions,
    st.dictionaries(names, json_values, max_size=4),
    st.dictionaries(names, json_values, max_size=4),
    st.lists(st.tuples(names, st.datetimes(timezones=st.just(UTC)), st.dictionaries(names, json_values))),
)
@settings(max_examples=300, deadline=None)
def test_no_data_raises_and_explanations_agree(
    condition: Condition, traits: dict[str, Any], properties: dict[str, Any], events: list[Any]
) -> None:
    facts = Facts(
        profile=traits,
        event={"name": "e", "properties": properties},
        enrollment={"event": {"properties": properties}},
        history=EventList.of(events),
    )
    result = compile_condition(condition)(facts, NOW)
    assert isinstance(result, bool)
    explanation = explain(condition, facts, NOW)
    assert explanation.result is result
    assert list(explanation.lines())
    json.dumps(explanation.to_json())


@given(conditions)
@settings(max_examples=100, deadline=None)
def test_checks_and_references_take_every_condition(condition: Condition) -> None:
    for problem in check(condition, FieldSchema(profile={}, events={}, trigger={}, segments=frozenset())):
        assert str(problem)
    assert referenced(condition) == referenced(parse(to_text(condition)))
