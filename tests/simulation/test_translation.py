"""Compiled machines on production code give every contact the oracle's path, messages and end."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from stepwell.contracts.ids import profile_id
from stepwell.workflows.graph import Graph
from stepwell.workflows.interpreter import SimulatedContact, SimulatedEvent, simulate
from stepwell.workflows.model import Workflow

from tests.simulation.audiences import START, TENANT, Person, people
from tests.simulation.cloud import Cloud
from tests.simulation.strategies import FIXED, FRESH, workflows
from tests.simulation.telling import Left, Story, cloud_story, oracle_story, send_times

WATCH_DAYS = 4000
LATEST = timedelta(hours=1)
"""Spreading (15 minutes), the sweeper's minute, and after a crash the reconciler's few minutes."""


def compare(
    workflow: Workflow,
    audience: tuple[Person, ...],
    cloud: Cloud,
    *,
    crashed: bool = False,
    start: datetime = START,
) -> None:
    """Hold what became of each contact to the oracle.

    After crashes a message may be UNKNOWN: claimed, never acknowledged, and rather missing than sent twice.
    """
    graph = Graph(workflow)
    for person in audience:
        journey = simulate(workflow, person.contact, start, WATCH_DAYS, tenant=TENANT)
        want = oracle_story(graph, person, journey)
        got = cloud_story(cloud, graph, person)
        if crashed:
            unknown = sum(n for (_, _, _, reason), n in got.steps.items() if reason == "unknown")
            got = Story(_forgiven(got.steps), got.sent, got.end)
            assert got.sent <= want.sent, _told(workflow, person, want, got, "sent")
            assert (want.sent - got.sent).total() <= unknown, _told(workflow, person, want, got, "sent")
            want = Story(want.steps, got.sent, want.end)
        assert not cloud.poison
        assert got.end == want.end, _told(workflow, person, want, got, "end")
        assert got.steps == want.steps, _told(workflow, person, want, got, "steps")
        assert got.sent == want.sent, _told(workflow, person, want, got, "sent")
        times = send_times(graph, person, journey)
        record = cloud.world.messaging.records(TENANT, [person.profile])[person.profile]
        late = [c for c in record.claims if c.visit in times and abs(c.at - times[c.visit]) > LATEST]
        assert not late, f"{person.user} got a message at another time than drawn: {late}"


def _forgiven(steps: Counter[Left]) -> Counter[Left]:
    found: Counter[Left] = Counter()
    for (node, loop, outcome, reason), count in steps.items():
        found[node, loop, outcome, "" if reason == "unknown" else reason] += count
    return found


def _told(workflow: Workflow, person: Person, want: object, got: object, what: str) -> str:
    edges = "\n".join(f"  {e.source}.{e.outcome} -> {e.target}" for e in workflow.edges)
    nodes = "\n".join(f"  {n.id}: {n.type} {n.config}" for n in workflow.nodes)
    wanted, had = getattr(want, what), getattr(got, what)
    if what != "end":
        wanted, had = sorted((wanted - had).items()), sorted((had - wanted).items())
    return (
        f"{what} of {person.user}\n{nodes}\n{edges}\n{workflow.settings}\n{person.contact}\n"
        f"only the oracle: {wanted}\nonly the engine: {had}"
    )


def walk(workflow: Workflow, audience: tuple[Person, ...]) -> None:
    """Run a deployment without faults and compare."""
    cloud = Cloud()
    cloud.publish(workflow)
    cloud.admit(audience)
    cloud.run()
    compare(workflow, audience, cloud)


@settings(FIXED, max_examples=200)
@given(workflows(), people())
def test_every_contact_goes_the_way_of_the_oracle(workflow: Workflow, audience: tuple[Person, ...]) -> None:
    walk(workflow, audience)


def test_a_wait_left_for_good_from_within_a_loop_is_told_with_its_round() -> None:
    nodes = [
        ("start", "event_trigger", {"event": "signup"}),
        ("rounds", "loop_iterator", {"max_iterations": 9}),
        ("wait", "wait_until", {"ways": [{"event": "purchase"}], "time_limit": "12_hours"}),
        ("out", "exit", {}),
        ("done", "data_update", {"set": {"done": True}}),
    ]
    edges = ["start.next.rounds", "rounds.body.wait", "wait.timed_out.rounds", "wait.matched.out"]
    workflow = Workflow.model_validate(
        {
            "id": "drawn",
            "purpose": "marketing",
            "nodes": [{"id": n, "type": kind, "config": config} for n, kind, config in nodes],
            "edges": [
                dict(zip(("source", "outcome", "target"), edge.split("."), strict=True))
                for edge in [*edges, "rounds.done.done"]
            ],
        }
    )
    bought = (SimulatedEvent(START + timedelta(hours=30), "purchase"),)
    contact = SimulatedContact(profile_id(TENANT, "user", "u0"), {}, events=bought, trigger="signup")
    walk(workflow, (Person("u0", contact),))


def test_rounds_of_a_loop_that_leave_it_by_the_same_way_are_different_visits() -> None:
    nodes = [
        ("start", "event_trigger", {"event": "signup"}),
        ("rounds", "loop_iterator", {"max_iterations": 3}),
        ("low", "if_condition", {"condition": "score < 30"}),
        ("mail", "email_send", {"template_id": "hello", "purpose": "transactional"}),
        ("out", "exit", {"reason": "low_score"}),
        ("lower", "data_update", {"add": {"score": -30}}),
        ("done", "data_update", {"set": {"done": True}}),
    ]
    edges = ["start.next.rounds", "rounds.body.low", "low.true.mail", "mail.sent.out", "low.false.lower"]
    workflow = Workflow.model_validate(
        {
            "id": "drawn",
            "purpose": "marketing",
            "nodes": [{"id": n, "type": kind, "config": config} for n, kind, config in nodes],
            "edges": [
                dict(zip(("source", "outcome", "target"), edge.split("."), strict=True))
                for edge in [*edges, "lower.next.rounds", "rounds.done.done"]
            ],
        }
    )
    audience = [
        SimulatedContact(profile_id(TENANT, "user", f"u{score}"), {"score": score}, trigger="signup")
        for score in (0, 30, 60, 90, 900)
    ]
    walk(workflow, tuple(Person(f"u{c.traits['score']}", c) for c in audience))


@pytest.mark.deep
@settings(FRESH, max_examples=2000)
@given(workflows(16), people(8))
def test_every_contact_goes_the_way_of_the_oracle_deep(
    workflow: Workflow, audience: tuple[Person, ...]
) -> None:
    walk(workflow, audience)
