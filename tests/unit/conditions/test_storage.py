"""Conditions as JSON, as model fields, and with a template's names filled in."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from stepwell.conditions import (
    ConditionField,
    ConditionFormatError,
    ConditionSyntaxError,
    bind,
    from_json,
    json_schema,
    parse,
    to_json,
    to_text,
)


class Config(BaseModel):
    condition: ConditionField


def test_the_stored_form_is_plain_and_small() -> None:
    assert to_json(parse("score >= 50")) == {
        "op": "ge",
        "left": {"op": "field", "scope": "profile", "path": ["score"]},
        "right": {"op": "value", "value": 50},
    }
    assert to_json(parse("did(purchase)")) == {"op": "did", "event": "purchase"}


def test_a_field_takes_text_or_json_and_dumps_json() -> None:
    stored = to_json(parse("score >= 50"))
    assert Config.model_validate({"condition": stored}).condition == parse("score >= 50")
    assert Config.model_validate({"condition": "score >= 50"}).model_dump(mode="json") == {
        "condition": stored
    }


def test_a_field_reports_the_place_of_a_fault() -> None:
    with pytest.raises(ValidationError, match="at character 7"):
        Config.model_validate({"condition": "score ! 50"})


def _nested(levels: int) -> Any:
    stored: Any = to_json(parse("a = 1"))
    for _ in range(levels):
        stored = {"op": "not", "item": stored}
    return stored


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"op": "eval"},
        {"op": "ge", "left": {"op": "field", "scope": "profile", "path": []}, "right": {"op": "now"}},
        {"op": "ge", "left": {"op": "field", "scope": "secrets", "path": ["a"]}, "right": {"op": "now"}},
        {"op": "exists", "left": {"op": "field", "scope": "event", "path": ["total"]}},
        {"op": "exists", "left": {"op": "value", "value": 1}},
        {"op": "did", "event": "a", "where": {"op": "did", "event": "b"}},
        {"op": "did", "event": "a", "where": {"op": "exists", "left": {"op": "last", "event": "b"}}},
        {"op": "and", "items": [{"op": "did", "event": "a"}]},
        {"op": "did", "event": "a", "extra": 1},
        {"op": "did", "event": "a", "within": {"amount": 10**9, "unit": "weeks"}},
        {"op": "contains", "left": {"op": "field", "scope": "profile", "path": ["a"]}, "values": ["a", "b"]},
        _nested(51),
        _nested(2_000),
    ],
)
def test_other_json_is_refused(stored: Any) -> None:
    with pytest.raises(ConditionFormatError):
        from_json(stored)


def test_what_json_admits_text_can_say() -> None:
    condition = from_json(_nested(49))
    assert parse(to_text(condition)) == condition


def test_text_is_taken_too() -> None:
    assert from_json("score >= 50") == parse("score >= 50")
    with pytest.raises(ConditionSyntaxError):
        from_json("score >=")


def test_a_template_name_is_filled_by_the_nodes_setting() -> None:
    condition = parse(
        "engagement < threshold and not (score between low and profile.threshold or a = threshold)"
    )
    bound = bind(condition, {"threshold": 0.3, "low": 1})
    assert to_text(bound) == ("engagement_score < 0.3 and not (score between 1 and 0.3 or a = 0.3)")
    assert bind(condition, {}) == condition


def test_the_schema_names_every_operator() -> None:
    schema = json_schema()
    operators = set(schema["discriminator"]["mapping"])
    assert {
        "and",
        "or",
        "not",
        "eq",
        "between",
        "in",
        "contains_any",
        "matches",
        "did",
        "in_segment",
    } <= operators
