"""Definitions, their order and their checks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import Condition, FieldType, check, parse, to_json
from stepwell.errors import ValidationFailed
from stepwell.segments.checks import check_segment, field_schema
from stepwell.segments.hints import FIELD_TYPES, HINTS
from stepwell.segments.model import parse_segment
from stepwell.segments.ordering import in_order

KNOWN = {"plan": FieldType.TEXT, "age": FieldType.NUMBER}


def problems(
    document: dict[str, Any], others: dict[str, Condition | None] | None = None
) -> list[tuple[str, str]]:
    segment = parse_segment(document)
    others = others or {}
    schema = field_schema(KNOWN, frozenset(others))
    return [(p.code, p.place) for p in check_segment(segment, others, schema)]


def test_text_and_json_are_the_same_condition() -> None:
    text = "plan = 'pro' and did(order_completed, 90 days)"
    one = parse_segment({"id": "pros", "condition": text})
    two = parse_segment({"id": "pros", "condition": to_json(parse(text))})
    assert one == two
    assert parse_segment(one.document()) == one
    assert one.text == 'plan = "pro" and did(order_completed, 90 days)'


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        ({"id": "Bad id"}, "string_pattern_mismatch", "id"),
        ({"id": "a", "kind": "magic"}, "literal_error", "kind"),
        ({"id": "a", "condition": "plan ="}, "condition_syntax", "condition"),
        (
            {"id": "a", "kind": "static", "review": {"every_days": 0}},
            "greater_than_equal",
            "review.every_days",
        ),
        ({"id": "a", "colour": "red"}, "extra_forbidden", "colour"),
        ({}, "missing", "id"),
    ],
)
def test_a_malformed_document_names_the_place(document: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(ValidationFailed) as failed:
        parse_segment(document)
    assert [(v["code"], v["place"]) for v in failed.value.violations] == [(code, place)]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"id": "a", "condition": "plan = 'pro'"}, []),
        ({"id": "a", "kind": "static"}, []),
        ({"id": "a", "kind": "static", "condition": "age > 1"}, [("condition_on_list", "condition")]),
        ({"id": "a"}, [("condition_missing", "condition")]),
        ({"id": "a", "condition": "age > 1", "review": {}}, [("review_of_rule", "review")]),
        ({"id": "a", "condition": "age > 1 and plann = 'x'"}, [("unknown_field", "condition.items[1].left")]),
        ({"id": "a", "condition": "in segment 'vips'"}, [("unknown_segment", "condition")]),
        ({"id": "a", "condition": "not in segment 'others'"}, []),
        ({"id": "a", "condition": "event.total > 3"}, [("reads_event", "condition")]),
        (
            {"id": "a", "condition": "age > 1 or enrollment.event.total > 3"},
            [("reads_enrollment", "condition.items[1]")],
        ),
        ({"id": "a", "condition": "did(open, 91 days)"}, [("window_too_long", "condition")]),
        ({"id": "a", "condition": "did(open, 90 days)"}, []),
        ({"id": "a", "condition": "did(buy where total > 5)"}, [("filter_sees_recent", "condition")]),
        ({"id": "a", "kind": "predictive", "condition": "age > 3"}, [("no_prediction", "condition")]),
        ({"id": "a", "kind": "predictive", "condition": "churn_risk > 0.7"}, []),
        ({"id": "a", "condition": "purchase_likelihood > 0.8 and plan = 'pro'"}, []),
    ],
)
def test_problems(document: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert problems(document, {"others": None}) == expected


def test_a_filter_may_read_its_event_but_no_enrollment() -> None:
    document = {"id": "a", "condition": "did(buy where event.total > 5 and enrollment.event.x = 1)"}
    assert ("reads_enrollment", "condition") in problems(document)
    assert ("reads_event", "condition") not in problems(document)


def test_circles_are_refused_with_their_way() -> None:
    others = {"b": parse("in segment 'c'"), "c": parse("plan = 'x' or in segment 'a'"), "d": None}
    segment = parse_segment({"id": "a", "condition": "age > 1 and in segment 'b'"})
    (found,) = check_segment(segment, others, field_schema(KNOWN, frozenset(others)))
    assert (found.code, found.place) == ("segment_cycle", "condition.items[1]")
    assert "`a` → `b` → `c` → `a`" in found.message
    own = parse_segment({"id": "a", "condition": "in segment 'a'"})
    (found,) = check_segment(own, {}, field_schema(KNOWN, frozenset()))
    assert found.code == "segment_cycle"


def test_unregistered_fields_are_accepted_where_none_are_registered() -> None:
    segment = parse_segment({"id": "a", "condition": "whatever = 'x'"})
    assert check_segment(segment, {}, field_schema(None, frozenset())) == []


@given(st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.sampled_from("abcdefg"), max_size=3)))
def test_order_puts_what_is_referred_to_first(references: dict[str, frozenset[str]]) -> None:
    order, circle = in_order(references)
    assert len(order) == len(set(order))
    for segment in order:
        before = order[: order.index(segment)]
        assert references[segment] & references.keys() <= set(before)
    assert (set(order) == set(references)) == (not circle)
    if circle:
        assert circle[0] == circle[-1]
        assert all(b in references[a] for a, b in pairwise(circle))


def test_hints_cover_the_families_with_conditions_that_work() -> None:
    assert {hint.family for hint in HINTS} == {
        "demographic", "firmographic", "behavioral", "technographic", "psychographic", "predictive",
    }  # fmt: skip
    schema = field_schema(FIELD_TYPES, frozenset())
    for hint in HINTS:
        assert check(parse(hint.example), schema) == [], hint.name
