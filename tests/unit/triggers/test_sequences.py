"""Sequences against a plain search over the whole history, and the named uses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import Facts
from stepwell.contracts.events import Event
from stepwell.errors import ValidationFailed
from stepwell.triggers.sequence_model import read_sequence
from stepwell.triggers.sequences import CompiledSequences

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = 60_000


def event(name: str, minutes: float, **properties: Any) -> Event:
    at = NOW + timedelta(minutes=minutes)
    return Event(
        message_id=f"{name}{minutes}",
        kind="track",
        name=name,
        properties=properties,
        occurred_at=at,
        received_at=at,
    )


def ms(minutes: float) -> int:
    return int((NOW + timedelta(minutes=minutes)).timestamp() * 1000)


def compiled(**document: Any) -> CompiledSequences:
    sequence = read_sequence({"id": "s", **document})
    return CompiledSequences({"s": sequence.model_dump(mode="json", by_alias=True)})


def run(sequences: CompiledSequences, *events: Event) -> list[int]:
    """Return the minutes at which something was completed."""
    states: dict[str, Any] = {}
    told = []
    for one in events:
        found = sequences.on_event(
            states, one, Facts(profile={}, event={"name": one.name, "properties": one.properties})
        )
        told += [round((t["completed_at"] - NOW.timestamp()) / 60) for _, t in found]
        states = json.loads(json.dumps(states))
    return told


A_B = {"steps": [{"event": "a"}, {"event": "b"}], "within": "60_minutes"}


def test_a_then_b_within_an_hour_without_c():
    sequences = compiled(**A_B, without=[{"event": "c"}])
    assert run(sequences, event("a", 0), event("b", 60)) == [60]
    assert run(sequences, event("a", 0), event("b", 61)) == []
    assert run(sequences, event("b", 0), event("a", 1)) == []
    assert run(sequences, event("a", 0), event("c", 1), event("b", 2)) == []
    assert run(sequences, event("a", 0), event("c", 1), event("a", 2), event("b", 3)) == [3]
    assert run(sequences, event("a", 0), event("b", 1), event("c", 2)) == [1]


def test_the_latest_beginning_counts_and_each_completion_needs_a_new_one():
    sequences = compiled(**A_B)
    assert run(sequences, event("a", 0), event("a", 50), event("b", 100)) == [100]
    assert run(sequences, event("a", 0), event("b", 1), event("b", 2)) == [1]
    assert run(sequences, event("a", 0), event("b", 1), event("a", 2), event("b", 3)) == [1, 3]


def test_one_event_is_one_step():
    twice = compiled(steps=[{"event": "a"}, {"event": "a"}], within="60_minutes")
    assert run(twice, event("a", 0)) == []
    assert run(twice, event("a", 0), event("a", 1)) == [1]


def test_what_belongs_together_shares_a_property():
    sequences = compiled(**A_B, same="cart")
    assert run(sequences, event("a", 0, cart=1), event("b", 1, cart=2)) == []
    assert run(sequences, event("a", 0, cart=1), event("a", 1, cart=2), event("b", 2, cart=1)) == [2]
    assert run(sequences, event("a", 0), event("b", 1)) == []


def test_a_cart_that_is_left_is_told_of_once_when_the_time_is_over():
    sequences = compiled(
        steps=[{"event": "cart_updated"}],
        absent=[{"event": "purchase"}],
        **{"for": "60_minutes"},
        emit="cart_abandoned",
    )
    states: dict[str, Any] = {}
    nothing = Facts(profile={})
    assert sequences.on_event(states, event("cart_updated", 0), nothing) == []
    assert sequences.on_event(states, event("cart_updated", 30), nothing) == []
    assert sequences.next_change(states, ms(31)) == ms(90)
    assert sequences.expire(states, ms(89)) == []
    assert sequences.expire(states, ms(90)) == [
        (
            "cart_abandoned",
            {"sequence": "s", "started_at": ms(30) / 1000, "completed_at": ms(90) / 1000},
        )
    ]
    assert states == {}
    assert sequences.expire(states, ms(200)) == []
    sequences.on_event(states, event("cart_updated", 0), nothing)
    sequences.on_event(states, event("purchase", 10), nothing)
    assert (states, sequences.next_change(states, ms(11))) == ({}, None)


def test_inactivity_is_a_sequence_of_anything_and_then_nothing():
    sequences = compiled(
        steps=[{"event": "*"}], absent=[{"event": "*"}], **{"for": "30_days"}, emit="contact_inactive"
    )
    states: dict[str, Any] = {}
    for minutes in (0, 10, 20):
        sequences.on_event(states, event("page_view", minutes), Facts(profile={}))
    assert sequences.next_change(states, ms(21)) == ms(20 + 30 * 24 * 60)
    [(name, _)] = sequences.expire(states, ms(20 + 30 * 24 * 60))
    assert name == "contact_inactive"


def test_conditions_are_asked_of_the_event():
    sequences = compiled(
        steps=[{"event": "page_view", "where": 'event.url contains "/pricing"'}, {"event": "b"}],
        within="1_hour",
    )
    assert sequences.properties == {"url"}
    assert run(sequences, event("page_view", 0, url="/blog"), event("b", 1)) == []
    assert run(sequences, event("page_view", 0, url="/pricing"), event("b", 1)) == [1]


def by_search(history: list[tuple[str, int]], limits: tuple[int, int], within: int) -> bool:
    """Whether a, b, c happened in order in the history: by trying all triples."""
    return any(
        (n1, n2, n3) == ("a", "b", "c")
        and t1 < t2 < t3
        and not any(n == "x" and t1 <= t < t3 for n, t in history)
        and t2 - t1 <= limits[0]
        and t3 - t2 <= limits[1]
        and t3 - t1 <= within
        for (n1, t1), (n2, t2), (n3, t3) in combinations(history, 3)
    )


@given(
    st.lists(st.tuples(st.sampled_from("abbccx"), st.integers(0, 60)), max_size=12, unique_by=lambda e: e[1]),
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
    st.integers(1, 60),
)
def test_the_first_completion_is_the_one_that_a_search_finds(history, limits, within):
    history = sorted(history, key=lambda one: one[1])
    sequences = compiled(
        steps=[
            {"event": "a"},
            {"event": "b", "within": f"{limits[0]}_minutes"},
            {"event": "c", "within": f"{limits[1]}_minutes"},
        ],
        within=f"{within}_minutes",
        without=[{"event": "x"}],
    )
    told = run(sequences, *(event(name, at) for name, at in history))
    first = next(
        (at for n, (_, at) in enumerate(history) if by_search(history[: n + 1], limits, within)), None
    )
    assert (told[0] if told else None) == first


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 300)), max_size=12, unique_by=lambda e: e[1]
    )
)
def test_absence_is_what_a_look_back_finds(history):
    history = sorted(history, key=lambda one: one[1])
    sequences = compiled(steps=[{"event": "a"}], absent=[{"event": "b"}], **{"for": "20_minutes"})
    states: dict[str, Any] = {}
    found = []
    for name, at in [*history, ("end", 1000)]:
        while (due := sequences.next_change(states, ms(at))) is not None and due < ms(at):
            found += [
                round((t["completed_at"] - NOW.timestamp()) / 60) for _, t in sequences.expire(states, due)
            ]
        sequences.on_event(states, event(name, at), Facts(profile={}))
    expected = []
    for n, (name, at) in enumerate(history):
        after = [(one, t) for one, t in history[n + 1 :] if t <= at + 20]
        if name == "a" and not after:
            expected.append(at + 20)
        elif name == "a" and all(one == "a" for one, _ in after):
            continue  # a newer one takes its place
    assert found == expected


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ({"steps": [{"event": "a"}]}, [("one_step", "steps")]),
        ({"steps": [{"event": "a"}, {"event": "b"}]}, [("unbounded", "steps.1.within")]),
        ({"steps": [{"event": "a"}], "absent": [{"event": "b"}]}, [("absent", "for")]),
        ({**A_B, "within": "91_days"}, [("duration", "within")]),
        ({**A_B, "emit": "email_opened"}, [("reserved", "emit")]),
        ({**A_B, "id": "No Name"}, [("id", "id")]),
        (
            {
                **A_B,
                "steps": [{"event": "a", "within": "1_hour"}, {"event": "b", "where": "enrollment.loop = 1"}],
            },
            [("first_within", "steps.0.within"), ("scope", "steps.1.where")],
        ),
        ({"steps": []}, [("invalid_field", "steps")]),
        ({**A_B, "within": "soon"}, [("invalid_field", "within")]),
    ],
)
def test_faults_have_code_and_place(document, faults):
    with pytest.raises(ValidationFailed) as caught:
        read_sequence({"id": "s", **document})
    assert [(v["code"], v["place"]) for v in caught.value.violations] == faults
