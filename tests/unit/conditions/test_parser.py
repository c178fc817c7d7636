"""What an author sees for a text that is no condition, and which ways of writing mean the same."""

from __future__ import annotations

import pytest
from stepwell.conditions import ConditionError, ConditionSyntaxError, parse, to_text
from stepwell.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("", 0, "expected a field"),
        ("score", 5, "expected a comparison"),
        ("score >=", 8, "expected a value"),
        ("score >= 50 plan", 12, "expected `and`, `or` or the end"),
        ("score >= 50 and", 15, "expected a field"),
        ("(score >= 50", 12, "expected `)`"),
        ("score ! 50", 6, "unexpected character"),
        ('plan = "pro', 7, "never closed"),
        ("plan = 'pro", 7, "never closed"),
        ("event = 5", 0, "a field of it"),
        ("sum(page_view) > 3", 0, "no such function"),
        ("count(page_view, 7) > 3", 17, "expected a duration"),
        ("count(page_view, 7.5 days) > 3", 17, "whole number"),
        ("count(page_view, 0 days) > 3", 17, "whole number"),
        ("count(page_view where count(x) > 1) > 3", 22, "cannot stand inside `where`"),
        ("did(page_view where did(x))", 20, "cannot stand inside `where`"),
        ("at > 7 days", 11, "expected `ago` or `from now`"),
        ("at > 2026-02-30", 5, "does not exist"),
        ("at > 1066-10-14", 5, "out of range"),
        ("plan is pro", 8, "to compare a value write `=`"),
        ("plan in []", 9, "expected a value"),
        ("plan in pro", 8, "expected `[`"),
        ("birthday is in 2 weeks", 15, "366 days"),
        ("in segment vip", 11, "in quotes"),
        ("plan not = 5", 9, "expected `in` or `contains`"),
        ("a = 1e999", 4, "too large"),
        ("true = 1", 0, "expected a field"),
        ("__import__('os')", 0, "no such function"),
    ],
)
def test_a_fault_is_named_where_it_stands(text: str, position: int, part: str) -> None:
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    assert caught.value.position == position
    assert part in str(caught.value)
    assert isinstance(caught.value, ConditionError | InvalidInput)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("profile.score>=50", "score >= 50"),
        ("SCORE == 1 AND plan <> 'x'", 'SCORE = 1 and plan != "x"'),
        ("engagement > 0.7", "engagement_score > 0.7"),
        ("engagement.score > 0.7", "engagement_score > 0.7"),
        ("event.properties.total > 1", "event.total > 1"),
        ("event.properties.name = 'x'", 'event.properties.name = "x"'),
        ("enrollment.event.properties.total > 1", "enrollment.event.total > 1"),
        ("count('page_view', 1d) > 3", "count(page_view, 1 day) > 3"),
        ("did('Order Completed', 30m)", 'did("Order Completed", 30 minutes)'),
        ("count(page_view where event.url = 'x') > 1", 'count(page_view where url = "x") > 1'),
        ("count(page_view where properties.url = 'x') > 1", 'count(page_view where url = "x") > 1'),
        ("count(page_view where name = 'x') > 1", 'count(page_view where name = "x") > 1'),
        ("count(page_view where event.name = 'x') > 1", 'count(page_view where event.name = "x") > 1'),
        ("at < 7 days ago", "at before 7 days ago"),
        ("at on 2026-12-01", "at = 2026-12-01"),
        ("at > 2026-12-01T10:00:00+02:00", "at after 2026-12-01T08:00:00Z"),
        ("at within the next 2w", "at within next 2 weeks"),
        ("at > in 3 days", "at after 3 days from now"),
        ("b is in 1 day", "b is tomorrow"),
        ("x is not missing", "x exists"),
        ("x = true", "x is true"),
        ("tags not contains 'a'", 'not tags contains "a"'),
        ("((a = 1))", "a = 1"),
        ("(a = 1 and b = 2) and c = 3", "(a = 1 and b = 2) and c = 3"),
        ("not (a = 1 or b = 2)", "not (a = 1 or b = 2)"),
        ("profile.today = 1", "profile.today = 1"),
        ("`first name` = 'x'", 'profile.`first name` = "x"'),
        ("engagement < threshold", "engagement_score < threshold"),
    ],
)
def test_one_meaning_has_one_text(text: str, canonical: str) -> None:
    assert to_text(parse(text)) == canonical
    assert parse(canonical) == parse(text)
