"""Counts of active hours: any order, any grouping and any number of deliveries give the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.adapters.items.profiles import decode_profile, encode_profile
from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.profiles.fold_events import fold
from stepwell.timing.hours import PERIOD_H, State, added, apart, noted, offset_ms, size_of, totals

HOUR = 3_600_000
DAY = 24 * HOUR
START = 20_000 * DAY
NOW = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)


def of(*hours: int) -> State:
    state: State = ()
    for hour in hours:
        state = noted(state, START + hour * HOUR, 0)
    return state


def at(state: State, hour: int = 0) -> list[float]:
    return totals(state, START + hour * HOUR)


def test_an_hour_of_a_day_counts_once_however_much_happened() -> None:
    state = of(9, 9, 9, 10, 33)
    assert (at(state)[9], at(state)[10], sum(at(state))) == (2, 1, 3)


hours_of_a_day = st.lists(st.integers(0, 23), min_size=1, max_size=12)


@given(hours_of_a_day, st.randoms(use_true_random=False))
def test_within_a_day_the_order_of_events_changes_nothing(hours: list[int], draw: object) -> None:
    mixed = list(hours)
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    assert of(*hours) == of(*mixed)


@given(st.lists(st.integers(0, 5 * PERIOD_H), unique=True, max_size=12))
def test_hours_that_differ_by_days_count_the_same_in_any_order(found: list[int]) -> None:
    apart_by_days = [hour // 24 * 48 + hour % 24 for hour in found]
    # Two of one day would be told apart only within a day of the newest.
    single = list({hour // 48: hour for hour in apart_by_days}.values())
    assert of(*single)[2:] == of(*sorted(single))[2:] == of(*sorted(single, reverse=True))[2:]


@given(hours_of_a_day, hours_of_a_day)
def test_what_two_profiles_counted_of_one_day_is_what_one_would_have(
    ours: list[int], theirs: list[int]
) -> None:
    assert added(of(*ours), of(*theirs)) == added(of(*theirs), of(*ours)) == of(*ours, *theirs)


many = st.lists(st.integers(0, 6 * PERIOD_H), max_size=15)


@given(many, many, many)
def test_adding_is_commutative_and_associative(a: list[int], b: list[int], c: list[int]) -> None:
    x, y, z = of(*a), of(*b), of(*c)
    assert added(x, y) == added(y, x)
    if len({hour // 24 for hour in (*a, *b, *c)}) == len([*a, *b, *c]):
        # Otherwise an hour of the last day may be shared by two of the three.
        assert added(added(x, y), z)[2:] == added(x, added(y, z))[2:]


@given(many, many, many)
def test_a_merge_that_is_undone_leaves_what_came_since(
    ours: list[int], theirs: list[int], since: list[int]
) -> None:
    before, other = of(*ours), of(*theirs)
    base = added(before, other)
    assert apart(base, base, before) == before
    now = base
    for hour in since:
        now = noted(now, START + (7 * PERIOD_H + hour // 24 * 48 + hour % 24) * HOUR, 0)
    left = sum(totals(apart(now, base, before), START))
    assert left >= 0
    if now and since:
        assert apart(now, base, before)[0] == now[0]


@given(many)
def test_states_survive_the_stored_form(found: list[int]) -> None:
    state = of(*found)
    stored = encode_profile("acme", Profile("a" * 16, hours=state), rev=1)
    assert decode_profile(stored).hours == tuple(state)
    assert len(json.dumps(state, separators=(",", ":"))) <= size_of(state) + 8


def test_profiles_of_before_have_no_hours() -> None:
    old = {"pk": "acme#P#" + "a" * 16, "sk": "p", "v": 3, "b": '{"t":{"plan":"pro"},"l":1767225600000}'}
    assert decode_profile(old).hours == ()


def test_what_is_older_weighs_less_and_goes_after_a_year() -> None:
    state = of(0)
    weights = [sum(at(state, period * PERIOD_H)) for period in range(6)]
    assert weights == pytest.approx([1, 0.5**0.5, 0.5, 0.5**1.5, 0, 0])
    # The same when newer events are counted, up to the period that goes.
    newer = noted(state, START + 5 * PERIOD_H * HOUR, 0)
    assert sum(at(newer, 5 * PERIOD_H)) == 1


def test_an_hour_is_full_at_its_last_digit() -> None:
    state = of(*[day * 24 for day in range(91)])
    for _ in range(40):
        state = added(state, of(*[day * 24 for day in range(5, 40)]))
    assert max(at(state, 100)) <= 91 * 2


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 9), ("Asia/Kolkata", 14), ("Asia/Kathmandu", 15), ("America/New_York", 4)]
)
def test_hours_are_those_of_the_contacts_clock(zone: str, hour: int) -> None:
    at_ms = int(NOW.timestamp() * 1000)
    counted = totals(noted((), at_ms, offset_ms(ZoneInfo(zone), at_ms)), at_ms)
    assert counted[hour] == 1


def event(name: str, kind: str = "track", number: int = 0, **changes: object) -> Event:
    base = Event(
        message_id=f"{name}-{number}",
        kind=kind,  # type: ignore[arg-type]
        name=name,
        occurred_at=NOW + timedelta(hours=number),
        received_at=NOW + timedelta(days=3),
        source="web",
    )
    return base.evolve(**changes)


def counted(*events: Event) -> float:
    return sum(totals(fold(Profile("a" * 16), events).hours, int(NOW.timestamp() * 1000)))


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (event("page_view", "page"), 1),
        (event("screen_view", "screen"), 1),
        (event("button_clicked", anonymous_id="device"), 1),
        (event("email_opened", "engagement"), 1),
        (event("email_clicked", "engagement"), 1),
        (event("push_clicked", "engagement"), 1),
        (event("email_opened", "engagement", machine=True), 0),
        (event("email_clicked", "engagement", machine=True), 0),
        (event("email_delivered", "engagement"), 0),
        (event("email_sent", "engagement"), 0),
        (event("subscription_renewed", user_id="u1"), 0),  # told by a server, at night perhaps
        (event("identify", "identify", anonymous_id="device"), 0),
    ],
)
def test_what_people_do_counts_and_what_machines_and_servers_tell_does_not(one: Event, counts: int) -> None:
    assert counted(one) == counts


def test_a_redelivered_event_counts_once() -> None:
    events = [event("page_view", "page", number) for number in range(0, 60, 30)]
    once = fold(Profile("a" * 16), events)
    assert fold(once, events).hours == once.hours


def test_events_count_by_the_zone_that_the_contact_is_in() -> None:
    here = event("page_view", "page", context={"timezone": "America/New_York"})
    found = totals(fold(Profile("a" * 16), [here]).hours, int(NOW.timestamp() * 1000))
    assert found[4] == 1
