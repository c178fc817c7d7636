"""The sentences that `simulate` prints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stepwell.conditions import Engagement, EventList, Facts, explain, parse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FACTS = Facts(
    profile={
        "score": 35,
        "plan": "pro",
        "ratio": 0.5,
        "at": NOW,
        "limit": 40,
        "long": "x" * 500,
        "tags": ["a"],
    },
    history=EventList.of([("page_view", NOW - timedelta(days=1), {"url": "/pricing"})]),
    engagement=Engagement().with_event("delivered", NOW).with_event("opens", NOW),
    segments={"vip"},
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("score >= 50", "score >= 50: score is 35 → false"),
        ("plan = 'PRO'", 'plan = "PRO": plan is "pro" → true'),
        ("nothing = 1", "nothing = 1: nothing is missing → false"),
        ("nothing is missing", "nothing is missing: nothing is missing → true"),
        ("ratio < 0.75", "ratio < 0.75: ratio is 0.5 → true"),
        ("score < limit", "score < limit: score is 35, limit is 40 → true"),
        ("score between 1 and limit", "score between 1 and limit: score is 35, limit is 40 → true"),
        ("at before now", "at before now: at is 2026-11-23T12:00:00+00:00 → false"),
        ("tags contains 'a'", "tags contains \"a\": tags is ['a'] → true"),
        ("engagement > 0.7", "engagement_score > 0.7: engagement_score is 0.4 → false"),
        ("count(page_view, 7 days) > 3",
         "count(page_view, 7 days) > 3: page_view happened 1 time in 7 days → false"),
        ("did(page_view where url = '/x')",
         'did(page_view where url = "/x"): page_view happened 0 times → false'),
        ("last(purchase) before today", "last(purchase) before today: last(purchase) is missing → false"),
        ("in segment 'vip'", 'in segment "vip": the contact is in it → true'),
        ("in segment 'x'", 'in segment "x": the contact is not in it → false'),
    ],
)  # fmt: skip
def test_a_comparison_says_what_it_saw(text: str, sentence: str) -> None:
    assert explain(parse(text), FACTS, NOW).sentence == sentence


def test_a_tree_is_told_line_by_line() -> None:
    explanation = explain(parse("score >= 50 and not (plan = 'pro' or did(x))"), FACTS, NOW)
    assert list(explanation.lines()) == [
        "and → false",
        "  score >= 50: score is 35 → false",
        "  not → false",
        "    or → true",
        '      plan = "pro": plan is "pro" → true',
        "      did(x): x happened 0 times → false",
    ]
    assert [leaf.op for leaf in explanation.leaves()] == ["ge", "eq", "did"]
    assert explanation.to_json()["children"][0]["observed"] == ["score is 35"]


def test_long_values_are_cut() -> None:
    assert len(explain(parse("long = 'x'"), FACTS, NOW).sentence) < 130
