"""Whatever the stream does — repeat, reorder, die in between — the same contacts stand at the same places."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.contracts.events import Event
from stepwell.contracts.tokens import TokenState

from tests.fakes.world import Crash

from .stage import TENANT, Stage, workflow

USERS = ("ann", "bob", "eve")
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["signup", "purchase", "cancelled", "visit", "identify"]),
        st.sampled_from(USERS),
        st.sampled_from([None, "dev1", "dev2"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


def prepared() -> Stage:
    stage = Stage()
    stage.publish(workflow(exit_criteria=[{"event": "cancelled"}], goals=[{"event": "purchase"}]))
    return stage


def drawn(stage: Stage, steps: list[tuple[str, str, str | None, int]]) -> list[Event]:
    return [
        stage.event(
            name,
            user,
            after=number * 7,
            message_id=f"m{number}",
            kind="identify" if name == "identify" else "track",
            anonymous_id=device,
            traits={"plan": value} if name == "identify" else {},
            properties={"value": value},
        )
        for number, (name, user, device, value) in enumerate(steps)
    ]


def outcome(stage: Stage) -> Any:
    """What must be the same: profiles without revisions, enrollments, conversions."""
    people = {}
    for user in USERS:
        profile = stage.profile(user)
        tokens = [] if profile is None else stage.world.tokens.of_profile(TENANT, "welcome", profile.id)
        people[user] = (
            None if profile is None else profile.evolve(rev=0),
            [(t.id, t.state, t.end_reason) for t in tokens],
        )
    return people


@settings(max_examples=60, deadline=None)
@given(_STEPS, st.randoms(use_true_random=False))
def test_order_and_repetition_within_a_batch(steps: list[Any], random: Any):
    plain, shuffled = prepared(), prepared()
    plain.run(plain.records(*drawn(plain, steps)))
    records = shuffled.records(*drawn(shuffled, steps))
    mixed = [*records, *random.choices(records, k=len(records))] if records else []
    random.shuffle(mixed)
    shuffled.run(mixed)
    assert outcome(shuffled) == outcome(plain)
    shuffled.run(records)
    assert outcome(shuffled) == outcome(plain)
    assert shuffled.counters.counts == plain.counters.counts


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_STEPS, st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=4))
def test_crashes_and_redeliveries(steps: list[Any], crashes: list[tuple[int, bool]]):
    plain, dying = prepared(), prepared()
    plain.run(plain.records(*drawn(plain, steps)))
    records = dying.records(*drawn(dying, steps))
    for nth, after in crashes:
        dying.world.crash_at(nth, after=after)
        with suppress(Crash):
            dying.run(records)
        dying.world.calm()
    assert dying.run(records).failed == {}
    assert outcome(dying) == outcome(plain)
    for _, run in dying.world.machines.started:
        for element in run.cohort:
            token = dying.world.tokens.get(TENANT, "welcome", [element.partition(":")[0]])
            assert all(t.run == run.id or t.state is TokenState.ENDED for t in token.values())
