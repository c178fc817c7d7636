"""Draws conditions that an author could write; other suites (graphs, segments) draw from here too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from stepwell.conditions import models as m
from stepwell.conditions.names import ENGAGEMENT_KEYS, EVENT_KEYS

names = st.one_of(
    st.sampled_from(
        ["score", "plan", "today", "event", "not", "Now", "count", "first name", "a.b", "`", "x-1", "$id"]
    ),
    st.text(min_size=1, max_size=8),
)
texts = st.one_of(
    st.sampled_from(["", "pro", 'a "quoted" \\ text', "line\nbreak", "ß", "*?"]), st.text(max_size=10)
)
scalars = st.one_of(
    texts, st.booleans(), st.integers(-(2**63), 2**63), st.floats(allow_nan=False, allow_infinity=False)
)
values = st.lists(scalars, min_size=1, max_size=4).map(tuple)
durations = st.builds(
    m.Duration,
    amount=st.integers(1, 5_000),
    unit=st.sampled_from(["seconds", "minutes", "hours", "days", "weeks"]),
)
event_paths = st.one_of(
    names.map(lambda name: ("properties", name)),
    st.tuples(st.just("properties"), names, names),
    st.sampled_from(sorted(EVENT_KEYS)).map(lambda key: (key,)),
)
fields = st.one_of(
    st.builds(m.FieldRef, scope=st.just("profile"), path=st.lists(names, min_size=1, max_size=3).map(tuple)),
    st.builds(m.FieldRef, scope=st.just("event"), path=event_paths),
    st.builds(m.FieldRef, scope=st.just("enrollment"), path=event_paths.map(lambda path: ("event", *path))),
    st.builds(m.FieldRef, scope=st.just("enrollment"), path=st.sampled_from([("loop",), ("loop", "0a-b")])),
    st.builds(
        m.FieldRef,
        scope=st.just("engagement"),
        path=st.sampled_from(sorted(ENGAGEMENT_KEYS)).map(lambda k: (k,)),
    ),
)
literals: st.SearchStrategy[Any] = st.one_of(
    scalars.map(lambda value: m.Value(value=value)),
    st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(lambda value: m.Day(value=value)),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)).map(lambda value: m.Moment(value=value)),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(
        lambda value: m.Moment(value=value)
    ),
    st.builds(m.Relative, duration=durations, direction=st.sampled_from(["ago", "from_now"])),
    st.just(m.Now()),
    st.builds(m.Today, offset=st.sampled_from([-1, 0, 1])),
)


def _leaves(observed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    operands = st.one_of(literals, observed)
    return st.one_of(
        st.builds(
            m.Compare, op=st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), left=observed, right=operands
        ),
        st.builds(m.Between, left=observed, low=operands, high=operands),
        st.builds(m.Membership, op=st.sampled_from(["in", "not_in"]), left=observed, values=values),
        st.builds(
            m.Contains, op=st.sampled_from(["contains_any", "contains_all"]), left=observed, values=values
        ),
        st.builds(m.Contains, op=st.just("contains"), left=observed, values=st.tuples(scalars)),
        st.builds(
            m.TextMatch,
            op=st.sampled_from(["starts_with", "ends_with", "matches"]),
            left=observed,
            value=texts,
        ),
        st.builds(m.Presence, op=st.sampled_from(["exists", "missing"]), left=observed),
        st.builds(m.Within, left=observed, direction=st.sampled_from(["next", "last"]), duration=durations),
        st.builds(m.Anniversary, left=observed, offset=st.integers(-1, 366)),
        st.builds(m.InSegment, segment=names),
    )


def _trees(leaves: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(m.And, items=st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(m.Or, items=st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(m.Not, item=inner),
        ),
        max_leaves=size,
    )


filters = st.none() | _trees(_leaves(fields), 3)
windows = st.none() | durations
observed = st.one_of(
    fields,
    fields,
    st.builds(m.Count, event=names, where=filters, within=windows),
    st.builds(m.Last, event=names),
)
_all = _trees(st.one_of(_leaves(observed), st.builds(m.Did, event=names, where=filters, within=windows)), 8)
# Deferred, so that a failure does not print the whole grammar of this file.
conditions: st.SearchStrategy[m.Condition] = st.deferred(lambda: _all)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.text(max_size=12),
        st.datetimes(),
        st.datetimes(timezones=st.just(UTC)),
        st.dates(),
        st.binary(max_size=3),
        st.sampled_from(
            ["2026-12-01", "2026-12-01T10:00:00Z", "12-31", "0001-01-01", "9999-12-31T23:59:59Z"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(names, inner, max_size=3),
        st.frozensets(st.text(max_size=3)),
    ),
    max_leaves=6,
)
