"""Draws conditions as segments have them, and contacts for which they are now true and now false."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from stepwell.conditions import DailyCounts, Engagement, EventList, Facts
from stepwell.conditions import models as m

NOW = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # an hour and a half before European clocks go back
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Africa/Cairo")
EVENTS = ("open", "buy", "visit", "segment_entered")
PLANS = ("pro", "Free", "STRASSE", "straße", "x", "")

days = st.builds(m.Duration, amount=st.integers(1, 90), unit=st.just("days"))
durations = st.one_of(
    days,
    st.builds(m.Duration, amount=st.integers(1, 200), unit=st.sampled_from(["minutes", "hours"])),
    st.builds(m.Duration, amount=st.integers(1, 12), unit=st.just("weeks")),
)


def _profile(*path: str) -> m.FieldRef:
    return m.FieldRef(scope="profile", path=path)


def _engagement(key: str) -> m.FieldRef:
    return m.FieldRef(scope="engagement", path=(key,))


fields = st.sampled_from(
    [
        _profile("n"),
        _profile("plan"),
        _profile("born"),
        _profile("tags"),
        _profile("flag"),
        _profile("address", "city"),
        _engagement("score"),
        _engagement("opens"),
        _engagement("last_at"),
    ]
)
dates = st.sampled_from([_profile("born"), _profile("renews"), _engagement("last_at")])
event_names = st.sampled_from(EVENTS)
amounts = st.one_of(st.integers(-3, 6), st.sampled_from([0.0, 0.5, 2.5, 0.25, -0.5]))
scalars = st.one_of(amounts, st.sampled_from(PLANS), st.booleans())
literals: st.SearchStrategy[Any] = st.one_of(
    scalars.map(lambda value: m.Value(value=value)),
    st.dates(date(2026, 10, 1), date(2026, 11, 20)).map(lambda value: m.Day(value=value)),
    st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 20)).map(lambda value: m.Moment(value=value)),
    st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 20), timezones=st.just(UTC)).map(
        lambda value: m.Moment(value=value)
    ),
    st.builds(m.Relative, duration=durations, direction=st.sampled_from(["ago", "from_now"])),
    st.just(m.Now()),
    st.builds(m.Today, offset=st.sampled_from([-1, 0, 1])),
)
_orders = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])


def leaves(observed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(m.Compare, op=_orders, left=observed, right=st.one_of(literals, observed)),
        st.builds(m.Between, left=observed, low=literals, high=literals),
        st.builds(
            m.Membership,
            op=st.sampled_from(["in", "not_in"]),
            left=observed,
            values=st.lists(scalars, min_size=1, max_size=3).map(tuple),
        ),
        st.builds(
            m.Contains,
            op=st.sampled_from(["contains_any", "contains_all"]),
            left=observed,
            values=st.lists(scalars, min_size=1, max_size=3).map(tuple),
        ),
        st.builds(
            m.TextMatch,
            op=st.sampled_from(["starts_with", "ends_with", "matches"]),
            left=observed,
            value=st.sampled_from(["p", "ST", "*s*", "?", "pr?", "", "SS", "[x]*", "*"]),
        ),
        st.builds(m.Presence, op=st.sampled_from(["exists", "missing"]), left=observed),
    )


def timed(observed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(
            m.Compare,
            op=_orders,
            left=observed,
            right=st.one_of(
                st.builds(m.Relative, duration=durations, direction=st.sampled_from(["ago", "from_now"])),
                st.just(m.Now()),
                st.builds(m.Today, offset=st.sampled_from([-1, 0, 1])),
            ),
        ),
        st.builds(m.Within, left=observed, direction=st.sampled_from(["next", "last"]), duration=durations),
        st.builds(m.Anniversary, left=observed, offset=st.integers(-1, 40)),
    )


_amount = m.FieldRef(scope="event", path=("properties", "amount"))
_time = m.FieldRef(scope="event", path=("timestamp",))
filters = st.one_of(
    st.none(),
    leaves(st.sampled_from([_amount, m.FieldRef(scope="event", path=("properties", "plan"))])),
    timed(st.just(_time)),
)
windows = st.one_of(st.none(), durations)
counts = st.builds(m.Count, event=event_names, where=filters, within=windows)
lasts = st.builds(m.Last, event=event_names)
dids = st.builds(m.Did, event=event_names, where=filters, within=windows)
counted = st.builds(m.Compare, op=_orders, left=counts, right=amounts.map(lambda value: m.Value(value=value)))
scored = st.builds(
    m.Compare,
    op=_orders,
    left=st.just(_engagement("score")),
    right=st.floats(-0.1, 1).map(lambda value: m.Value(value=value)),
)
segments = st.builds(m.InSegment, segment=st.sampled_from(["a", "b"]))
leaf = st.one_of(
    leaves(st.one_of(fields, fields, counts, lasts)),
    timed(st.one_of(dates, lasts)),
    dids,
    counted,
    scored,
    segments,
)
conditions: st.SearchStrategy[m.Condition] = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(m.And, items=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(m.Or, items=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(m.Not, item=inner),
    ),
    max_leaves=5,
)

moments = st.one_of(
    st.integers(0, 95 * 86_400 * 1000).map(lambda ms: NOW - timedelta(milliseconds=ms)),
    st.integers(0, 95).map(lambda n: NOW - timedelta(days=n)),
    st.integers(0, 3 * 3_600_000).map(lambda ms: NOW - timedelta(milliseconds=ms)),
)
properties = st.fixed_dictionaries({}, optional={"amount": amounts, "plan": st.sampled_from(PLANS)})
events = st.lists(st.tuples(event_names, moments, properties), max_size=40)
when = st.one_of(
    st.dates(date(2026, 9, 1), date(2026, 12, 24)).map(date.isoformat),
    st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 24)).map(
        lambda at: at.isoformat(timespec="seconds")
    ),
    st.integers(-60, 60).map(lambda n: (NOW + timedelta(days=n)).isoformat()),
    st.integers(-60, 60).map(lambda n: int(NOW.timestamp()) + n * 86_400),
    st.sampled_from(["10-25", "--02-29", "1990-02-29", "1990-11-01", "1988-02-29", "not a date", ""]),
)
traits = st.fixed_dictionaries(
    {},
    optional={
        "n": st.one_of(amounts, st.booleans(), st.sampled_from(["3", ""])),
        "plan": st.sampled_from(PLANS),
        "born": when,
        "renews": when,
        "tags": st.lists(scalars, max_size=3),
        "flag": st.booleans(),
        "address": st.one_of(st.fixed_dictionaries({"city": st.sampled_from(PLANS)}), st.sampled_from(PLANS)),
        "time_zone": st.sampled_from([*ZONES, "Nowhere/Land"]),
    },
)
engagements = st.lists(
    st.tuples(st.sampled_from(["delivered", "opens", "clicks", "visits"]), moments), max_size=8
)


@st.composite
def contacts(draw: st.DrawFn, *, compact: st.SearchStrategy[bool] | None = None) -> Facts:
    """A contact's facts at NOW; its history is the full list or the compact one, cut to a small room."""
    happened = draw(events)
    history: Any = EventList.of(happened)
    if draw(compact if compact is not None else st.booleans()):
        counts = DailyCounts()
        for name, at, kept in sorted(happened, key=lambda event: event[1]):
            counts.add(name, at, kept)
        history = DailyCounts.from_profile(*counts.to_profile(draw(st.sampled_from([200, 400, 4_000]))))
    engagement = Engagement()
    for kind, at in draw(engagements):
        engagement = engagement.with_event(kind, at)  # type: ignore[arg-type]
    return Facts(
        profile=draw(traits),
        engagement=Engagement.from_json(engagement.to_json()),
        history=history,
        segments=draw(st.frozensets(st.sampled_from(["a", "b"]))),
        default_zone=ZoneInfo(draw(st.sampled_from(ZONES))),
    )
