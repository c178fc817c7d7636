"""Two invocations of one Task at once (Lambda timed out but lives on): whoever loses must not unpark the winner."""

from __future__ import annotations

from datetime import timedelta

from stepwell.contracts.ids import profile_id
from stepwell.contracts.node_io import NodeTask
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import TokenState
from stepwell.runtime.enrolling import Enroller, Entry
from stepwell.runtime.stepping import run_task
from stepwell.runtime.sweeping import sweep
from stepwell.workflows.model import Workflow

from tests.simulation.audiences import START, TENANT
from tests.simulation.cloud import Cloud

GRAPH = {
    "id": "nap",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "go"}},
        {
            "id": "rest",
            "type": "wait_until",
            "config": {"ways": [{"event": "purchase"}], "time_limit": "2_days"},
        },
        {"id": "mark", "type": "data_update", "config": {"set": {"rested": True}}},
    ],
    "edges": [
        {"source": "start", "target": "rest"},
        {"source": "rest", "outcome": "matched", "target": "mark"},
        {"source": "rest", "outcome": "timed_out", "target": "mark"},
    ],
}


def test_the_loser_of_a_race_to_park_leaves_the_winners_rows_alone() -> None:
    cloud = Cloud()
    cloud.publish(Workflow.model_validate(GRAPH))
    world = cloud.world
    profile = profile_id(TENANT, "user", "u1")
    world.profiles.put(TENANT, [Profile(id=profile)])
    Enroller(cloud.ports).enroll(TENANT, "nap", 1, "start", [Entry(profile, "k", START)])
    _, run = world.machines.started[0]
    task = NodeTask.parse(
        {
            "tenant": TENANT,
            "workflow": "nap",
            "version": 1,
            "node": "rest",
            "run": run.id,
            "attempt": 1,
            "cohort": list(run.cohort),
        }
    )
    world.on_write("tokens.move", lambda: run_task(task, cloud.ports, "second"))
    run_task(task, cloud.ports, "first")
    token = world.tokens.of_profile(TENANT, "nap", profile)[0]
    assert token.state is TokenState.PARKED
    assert [row.token for row in world.parking.waiters(TENANT, profile)] == [token.id]
    world.clock.advance(timedelta(days=2, minutes=2))
    assert sweep(TENANT, cloud.ports).timers == 1
