"""An answer holds until the moment that `time_change` names, and that moment is not named too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.conditions import (
    Condition,
    DailyCounts,
    Engagement,
    EventList,
    Facts,
    compile_condition,
    parse,
    referenced,
)
from stepwell.conditions.changes import Mover, time_change

from tests.unit.conditions.audiences import NOW, conditions, contacts

HORIZON = timedelta(days=120)
TICK = timedelta(microseconds=1)
fractions = st.lists(st.floats(0, 1), min_size=4, max_size=4)


def between(now: datetime, bound: datetime | None, parts: list[float]) -> list[datetime]:
    end = NOW + HORIZON if bound is None else bound - TICK
    return [now, *(now + (end - now) * part for part in parts if end > now), end]


@settings(max_examples=600)
@given(conditions, contacts(), fractions)
def test_answers_hold_until_the_bound(condition: Condition, facts: Facts, parts: list[float]) -> None:
    test, change = compile_condition(condition), time_change(condition)
    now = NOW
    for _ in range(12):
        bound = None if change is None else change(facts, now)
        assert bound is None or bound > now
        answers = {at: test(facts, at) for at in between(now, bound, parts)}
        assert len(set(answers.values())) == 1, (bound, answers)
        if bound is None or bound > NOW + HORIZON:
            return
        now = bound


@settings(max_examples=300)
@given(conditions, contacts())
def test_what_uses_no_time_never_changes(condition: Condition, facts: Facts) -> None:
    if not referenced(condition).uses_time:
        assert time_change(condition) is None


def history(*days_ago: float, name: str = "open") -> EventList:
    return EventList.of((name, NOW - timedelta(days=d), {"amount": d}) for d in days_ago)


def in_days(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("did(open, 7 days)", in_days(6) + TICK),
        ("not did(open, 7 days)", in_days(6) + TICK),
        ("did(open)", None),
        ("did(buy, 7 days)", None),
        ("did(open where amount >= 3, 7 days)", in_days(4) + TICK),
        ("count(open, 7 days) >= 3", in_days(2) + TICK),
        ("count(open, 7 days) > 2", in_days(2) + TICK),
        ("count(open, 7 days) >= 2", in_days(4) + TICK),
        ("count(open, 7 days) < 3", in_days(2) + TICK),
        ("count(open, 7 days) = 1", in_days(4) + TICK),
        ("count(open, 7 days) = 3", in_days(2) + TICK),
        ("count(open, 7 days) >= 4", None),
        ("count(open, 7 days) < 4", None),
        ("count(open, 7 days) between 1 and 2", in_days(2) + TICK),
        ("last(open) before 7 days ago", in_days(6) + TICK),
        ("last(open) after 7 days ago", in_days(6)),
        ("renews within next 7 days", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("renews before today", datetime(2026, 11, 2, 23, tzinfo=UTC)),
        ("renews = tomorrow", datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("renews is today", datetime(2026, 11, 1, 23, tzinfo=UTC)),
        ("renews is in 3 days", datetime(2026, 10, 29, 23, tzinfo=UTC)),
        ("born is today", datetime(2027, 1, 30, 23, tzinfo=UTC)),
        ("started within last 10 days", datetime(2026, 10, 30, 22, 30, tzinfo=UTC) + TICK),
        ("plan = 'pro' and did(open, 7 days)", in_days(6) + TICK),
        ("plan = 'free' and did(open, 7 days)", None),
        ("plan = 'pro' or did(open, 7 days)", None),
        ("count(open, 7 days) >= 3 and did(open, 7 days)", in_days(2) + TICK),
        ("count(open, 7 days) < 3 and not did(open, 7 days)", in_days(6) + TICK),
        ("count(open, 7 days) >= 3 or did(open, 7 days)", in_days(6) + TICK),
        ("in segment 'x' and plan = 'pro'", None),
    ],
)
def test_main_forms_name_the_very_moment(text: str, expected: datetime | None) -> None:
    facts = Facts(
        profile={
            "renews": "2026-11-02",
            "plan": "pro",
            "born": "1990-01-31",
            "started": "2026-10-20T22:30:00Z",
        },
        history=history(1, 3, 5, 30),
        default_zone=ZoneInfo("Europe/Berlin"),
    )
    change = time_change(parse(text))
    assert (None if change is None else change(facts, NOW)) == expected


def test_the_engagement_score_crosses_when_it_crosses() -> None:
    engagement = Engagement().with_event("delivered", NOW).with_event("clicks", NOW)
    facts = Facts(profile={}, engagement=engagement)
    condition = parse("engagement_score >= 0.4")
    change = time_change(condition)
    assert change is not None
    at = change(facts, NOW)
    assert at is not None
    test = compile_condition(condition)
    assert test(facts, at - timedelta(milliseconds=10))
    assert not test(facts, at + timedelta(milliseconds=10))
    assert change(facts, at + timedelta(milliseconds=10)) is None


def test_scores_that_only_fall_never_rise_to_a_number() -> None:
    change = time_change(parse("engagement_score > 0.9"))
    assert change is not None
    assert change(Facts(profile={}, engagement=Engagement().with_event("opens", NOW)), NOW) is None
    assert change(Facts(profile={}), NOW) is None


def test_a_history_of_days_is_followed_to_five_minutes() -> None:
    counts = DailyCounts()
    for hours in range(24 * 20, 0, -4):
        counts.add("open", NOW - timedelta(hours=hours))
    facts = Facts(profile={}, history=counts)
    condition = parse("count(open, 7 days) >= 30")
    test, change = compile_condition(condition), time_change(condition)
    assert change is not None
    at = change(facts, NOW)
    assert at is not None
    assert test(facts, at)
    assert not test(facts, at + timedelta(minutes=5, seconds=2))


def test_a_quiet_member_is_asked_few_times() -> None:
    counts = DailyCounts()
    for hours in range(24 * 20, 0, -4):
        counts.add("open", NOW - timedelta(hours=hours))
    facts = Facts(profile={}, history=counts)
    change = time_change(parse("count(open, 7 days) >= 3"))
    assert change is not None
    asked = [NOW]
    while (at := change(facts, asked[-1])) is not None:
        # As the due index does: rounded up to five minutes.
        asked.append(at + timedelta(minutes=5))
    assert len(asked) <= 3
    assert all(a < b for a, b in pairwise(asked))


def test_fields_that_time_changes_are_asked_for() -> None:
    hour = timedelta(hours=1)
    condition = parse("scores.lead >= 50 and plan = 'pro'")
    mover = Mover(lambda _, now: now + hour)
    change = time_change(condition, lambda name: mover if name == "scores.lead" else None)
    assert change is not None
    facts = Facts(profile={"scores": {"lead": 60}, "plan": "pro"})
    assert change(facts, NOW) == NOW + hour
    assert change(replace(facts, profile={"plan": "free"}), NOW) is None
