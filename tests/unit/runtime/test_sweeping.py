from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from stepwell.contracts.ids import profile_id
from stepwell.contracts.names import SOCIAL_WORKFLOW
from stepwell.contracts.tokens import Token, TokenState
from stepwell.runtime.parking import Parking, park
from stepwell.runtime.ports import DueRow
from stepwell.runtime.sweeping import sweep

from tests.unit.runtime.kitchen import TENANT, Kitchen

REST = {
    "id": "rests",
    "nodes": [
        {"id": "go", "type": "manual_trigger", "config": {}},
        {"id": "rest", "type": "delay_action", "config": {"duration": "1_day"}},
        {"id": "mark", "type": "data_update", "config": {"set": {"rested": True}}},
    ],
    "edges": [{"source": "go", "target": "rest"}, {"source": "rest", "target": "mark"}],
}


def test_those_who_are_due_together_leave_in_full_cohorts_whatever_their_shard():
    kitchen = Kitchen()
    world, ports = kitchen.world, kitchen.ports
    world.publish(TENANT, "rests", 1, REST)
    now = world.clock.now()
    due = now + timedelta(days=1)
    tokens = [
        Token(f"{profile_id(TENANT, 'user', str(n))}.0.1", TokenState.RUNNING, 1, "r", "rest", 1, now, now)
        for n in range(300)
    ]
    world.tokens.create(TENANT, "rests", tokens)
    park(ports, TENANT, "rests", 1, [Parking(t, "rest", "mark", "next", due) for t in tokens])
    world.clock.at = due + timedelta(minutes=20)
    assert sweep(TENANT, ports).woken == 300
    assert sorted(len(run.cohort) for _, run in world.machines.started) == [50, 250]
    assert sweep(TENANT, ports).woken == 0
    assert ports.parking.due_buckets(TENANT, world.clock.now()) == []


def test_who_leaves_a_wait_with_nothing_behind_it_completes_and_a_closed_run_tells_how():
    kitchen = Kitchen()
    world, ports = kitchen.world, kitchen.ports
    world.publish(TENANT, "rests", 1, {**REST, "nodes": REST["nodes"][:2], "edges": REST["edges"][:1]})
    now = world.clock.now()
    token = Token(f"{profile_id(TENANT, 'user', '1')}.0.1", TokenState.RUNNING, 1, "r", "rest", 1, now, now)
    world.tokens.create(TENANT, "rests", [token])
    park(ports, TENANT, "rests", 1, [Parking(token, "rest", None, "next", now + timedelta(days=1))])
    world.clock.at = now + timedelta(days=2)
    assert sweep(TENANT, ports).woken == 1
    (left,) = world.tokens.get(TENANT, "rests", [token.id]).values()
    assert (left.state, left.end_reason, left.runs[-1]) == (TokenState.ENDED, "completed", left.run)
    run = world.runs.get(TENANT, left.run)
    assert run is not None and not run.open
    assert (run.entry, run.via.node, run.via.outcome) == ("finish", "rest", "next")
    assert world.machines.started == []


def test_what_is_due_of_social_networks_is_handed_over_and_its_rows_go():
    kitchen = Kitchen()
    now = kitchen.world.clock.now()
    handed: list[tuple[str, list[str]]] = []

    class Social:
        def due(self, tenant: str, tokens: Sequence[str]) -> None:
            handed.append((tenant, sorted(tokens)))

    ports = replace(kitchen.context().ports, social=Social())
    rows = [DueRow(SOCIAL_WORKFLOW, token, 0, now) for token in ("post/p1", "account/a1")]
    ports.parking.put_due(TENANT, [*rows, DueRow(SOCIAL_WORKFLOW, "post/p2", 0, now + timedelta(hours=1))])
    kitchen.world.clock.advance(timedelta(minutes=1))
    assert sweep(TENANT, ports).timers == 2
    assert handed == [(TENANT, ["account/a1", "post/p1"])]
    assert sweep(TENANT, ports).timers == 0
