"""What wakes a contact that waits for a condition."""

from __future__ import annotations

import pytest
from stepwell.conditions import parse, referenced


def test_everything_a_condition_reads() -> None:
    found = referenced(
        parse(
            "score > limit and address.city = 'x' and count(page_view where url = profile.home, 7 days) > 3 "
            "and not did(purchase) and last(visit) exists and in segment 'vip' and enrollment.event.total > 1"
        )
    )
    assert found.fields == {"score", "limit", "address.city", "home", "enrollment.event.total"}
    assert found.profile_fields == {"score", "limit", "address.city", "home"}
    assert found.events == {"page_view", "purchase", "visit"}
    assert found.segments == {"vip"}
    assert found.uses_time
    assert not found.any_event
    assert not found.engagement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("score > 5", False),
        ("did(purchase)", False),
        ("did(purchase, 7 days)", True),
        ("count(a where event.timestamp > 1 day ago) > 1", True),
        ("at > 7 days ago", True),
        ("at > 2026-12-01", False),
        ("at between 2026-12-01 and today", True),
        ("at within next 3 days", True),
        ("at is today", True),
        ("engagement_score > 0.7", True),
    ],
)
def test_whether_time_alone_can_change_the_answer(text: str, expected: bool) -> None:
    assert referenced(parse(text)).uses_time is expected


@pytest.mark.parametrize(
    ("text", "events", "any_event"),
    [
        ("event.name = 'purchase' and event.total > 5", {"purchase"}, False),
        ("event.name in ['a', 'b']", {"a", "b"}, False),
        ("event.name = 'a' or event.name = 'b'", {"a", "b"}, False),
        ("event.name = 'a' or event.total > 5", set(), True),
        ("event.name = 'a' or score > 5", {"a"}, False),
        ("not event.name = 'a'", set(), True),
        ("event.total > 5", set(), True),
        ("score > 5", set(), False),
        ("event.name = 'a' and did(b)", {"a", "b"}, False),
        ("(event.name = 'a' or score > 5) and event.total > 1", {"a"}, False),
    ],
)
def test_which_events_can_change_the_answer(text: str, events: set[str], any_event: bool) -> None:
    found = referenced(parse(text))
    assert (found.events, found.any_event) == (events, any_event)


def test_engagement_is_named() -> None:
    assert referenced(parse("engagement_score > 0.7")).engagement
    assert referenced(parse("engagement.clicks > 1")).fields == {"engagement.clicks"}
