"""The compact history agrees with the full one wherever it promises to, and stays small."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import (
    Activity,
    DailyCounts,
    EventList,
    Facts,
    compile_condition,
    engagement_score,
    parse,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
events = st.lists(
    st.tuples(
        st.sampled_from(["page_view", "purchase", "é"]),
        st.integers(0, 89 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds)),
        st.fixed_dictionaries({"n": st.integers(0, 3)}),
    ),
    max_size=60,
)
windows = st.integers(1, 89 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


def fold(given_events: list[Any]) -> DailyCounts:
    daily = DailyCounts()
    for name, at, properties in given_events:
        daily.add(name, at, properties)
    return daily


def stored_and_read(daily: DailyCounts) -> DailyCounts:
    history, recent = daily.to_profile(10_000)
    history, recent = json.loads(json.dumps([history, recent]))
    return DailyCounts.from_profile(history, recent)


@given(events, windows)
def test_counts_agree_with_the_full_list(given_events: list[Any], window: timedelta) -> None:
    full, daily = EventList.of(given_events), stored_and_read(fold(given_events))
    since = NOW - window
    start_of_day = since.replace(hour=0, minute=0, second=0)
    for name in ("page_view", "purchase", "é", "never"):
        assert daily.last(name) == full.last(name)
        assert daily.count(name, None, None) == full.count(name, None, None)
        counted = daily.count(name, since, None)
        assert full.count(name, since, None) <= counted <= full.count(name, start_of_day, None)
        if len(given_events) <= 20:
            assert counted == full.count(name, since, None)


@given(events, windows)
def test_filters_see_the_newest_events(given_events: list[Any], window: timedelta) -> None:
    def wanted(event: Mapping[str, Any]) -> bool:
        return bool(event["properties"]["n"] > 1)

    full, daily = EventList.of(given_events), stored_and_read(fold(given_events))
    counted, true_count = (
        daily.count("purchase", NOW - window, wanted),
        full.count("purchase", NOW - window, wanted),
    )
    assert counted <= true_count
    if len(given_events) <= 20:
        assert counted == true_count


@given(events)
def test_storing_changes_no_answer(given_events: list[Any]) -> None:
    daily = fold(given_events)
    again = stored_and_read(daily)
    assert again == daily


def test_days_older_than_90_are_forgotten_but_the_total_and_the_last_time_stay() -> None:
    daily = fold([("a", NOW - timedelta(days=200), {})] + [("a", NOW, {})] * 25)
    assert daily.count("a", NOW - timedelta(days=300), None) == 25
    assert daily.count("a", None, None) == 26
    assert daily.last("a") == NOW


def test_it_fits_beside_the_traits_whatever_happens() -> None:
    activity = Activity()
    for day in range(400):
        for name in ("page_view", "email_opened", "email_delivered", f"custom_{day % 40}"):
            activity.add(name, NOW - timedelta(days=400 - day), {"url": "https://x.test/" + "p" * 40})
    history, recent = activity.to_profile(600)
    assert len(json.dumps([history, recent], separators=(",", ":")).encode()) <= 610
    again = Activity.from_profile(history, recent)
    assert again.history.count("page_view", NOW - timedelta(days=30), None) in (29, 30)
    assert engagement_score(Facts({}, engagement=again.engagement), NOW) > 0.5


def test_a_typical_contact_is_small() -> None:
    activity = Activity()
    for day in (60, 45, 30, 14, 7, 2):
        activity.add("email_delivered", NOW - timedelta(days=day))
        activity.add("page_view", NOW - timedelta(days=day), {"url": "/pricing"})
    history, recent = activity.to_profile()
    assert len(json.dumps(history, separators=(",", ":"))) < 300
    assert recent[-1] == ("page_view", int((NOW - timedelta(days=2)).timestamp()), {"url": "/pricing"})


def test_machine_opens_satisfy_no_condition() -> None:
    activity = Activity()
    activity.add("email_delivered", NOW)
    activity.add("email_opened", NOW, machine=True)
    subject = Facts({}, history=activity.history, engagement=activity.engagement)
    assert not compile_condition(parse("did(email_opened)"))(subject, NOW)
    assert not compile_condition(parse("engagement_score > 0"))(subject, NOW)
    assert compile_condition(parse("did(email_delivered)"))(subject, NOW)


def test_decimals_from_the_database_are_read() -> None:
    activity = Activity()
    activity.add("email_clicked", NOW, {"n": 1})
    history, recent = activity.to_profile()
    decimals = json.loads(json.dumps([history, recent]), parse_int=Decimal)
    again = Activity.from_profile(*decimals)
    assert again.engagement == activity.engagement
    assert again.history.last("email_clicked") == NOW
    again.to_profile()


def test_no_history_is_an_empty_one() -> None:
    assert Activity().to_profile() == ({}, ())
    assert Activity.from_profile({}, ()) == Activity()


def test_events_that_nobody_asks_for_can_be_dropped() -> None:
    daily = fold([("a", NOW, {}), ("b", NOW, {})])
    daily.keep_only(["a"])
    assert (daily.count("a", None, None), daily.count("b", None, None)) == (1, 0)


def test_what_the_pass_derived_crowds_out_nothing_that_happened() -> None:
    daily = DailyCounts()
    for hour in range(20):
        daily.add("page_view", NOW - timedelta(hours=40 - hour))
    for minute in range(30):
        daily.add("segment_entered", NOW - timedelta(minutes=minute), {"segment": f"s{minute}"})
    for history in (daily, stored_and_read(daily)):
        # All twenty are whole: a window is exact wherever it begins, in the middle of a day too.
        for hour in range(20):
            assert history.count("page_view", NOW - timedelta(hours=40 - hour), None) == 20 - hour
        assert history.count("segment_entered", None, None) == 30
        # Of the derived ones the newest eight are whole.
        assert history.count("segment_entered", NOW - timedelta(minutes=5), None) == 6
        assert history.count("segment_entered", None, lambda event: True) == 8


def test_derived_events_take_a_part_of_the_room_at_most() -> None:
    daily = DailyCounts()
    for minute in range(8):
        daily.add("segment_entered", NOW - timedelta(minutes=minute), {"segment": "a_long_name_of_a_segment"})
    for hour in range(20):
        daily.add("page_view", NOW - timedelta(hours=hour), {"path": "/pricing"})
    history, recent = daily.to_profile(700)
    assert len(json.dumps([history, recent], separators=(",", ":"))) <= 700
    names = [name for name, _, _ in recent]
    assert 0 < names.count("segment_entered") < 8
    assert names.count("page_view") >= 8
    assert {"x", "y"} <= history.keys()
