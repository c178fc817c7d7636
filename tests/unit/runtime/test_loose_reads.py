"""Steps whose effects are guarded anew read tokens at half the price; a replica that is behind costs nobody a place."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from stepwell.adapters.items.tokens import encode_token, token_key
from stepwell.adapters.items.wire import Key
from stepwell.contracts.ids import profile_id
from stepwell.contracts.node_io import NodeResult, NodeTask
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Run, TokenState
from stepwell.contracts.workspace import Control, WorkflowStatus
from stepwell.runtime.ending import Exiter
from stepwell.runtime.enrolling import Enroller, Entry
from stepwell.runtime.stepping import run_task
from stepwell.workflows.model import Workflow

from tests.simulation.audiences import START, TENANT
from tests.simulation.cloud import Cloud

GRAPH = {
    "schema_version": 1,
    "id": "split",
    "name": "split",
    "purpose": "marketing",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "go"}},
        {"id": "ask", "type": "if_condition", "config": {"condition": "score >= 50"}},
        {"id": "yes", "type": "scoring_update", "config": {"score_increment": 1}},
        {"id": "no", "type": "email_send", "config": {"template_id": "hello"}},
    ],
    "edges": [
        {"source": "start", "outcome": "next", "target": "ask"},
        {"source": "ask", "outcome": "true", "target": "yes"},
        {"source": "ask", "outcome": "false", "target": "no"},
    ],
}


@dataclass
class Scene:
    cloud: Cloud
    run: Run
    profile: str

    @property
    def member(self) -> str:
        return self.run.cohort[0]

    @property
    def key(self) -> Key:
        return token_key(TENANT, "split", self.member.rpartition(":")[0])

    def step(self, node: str) -> NodeResult:
        task = NodeTask.parse(
            {
                "tenant": TENANT,
                "workflow": "split",
                "version": 1,
                "node": node,
                "run": self.run.id,
                "attempt": 1,
                "loop": {},
                "steps": 1,
                "part": 0,
                "cohort": [self.member],
            }
        )
        return run_task(task, self.cloud.ports, "call")


@pytest.fixture
def scene() -> Scene:
    cloud = Cloud()
    cloud.publish(Workflow.model_validate(GRAPH))
    profile = profile_id(TENANT, "user", "ada")
    cloud.world.profiles.put(TENANT, [Profile(profile, traits={"score": 70})])
    Enroller(cloud.ports).enroll(TENANT, "split", 1, "start", [Entry(profile, "k", START)])
    return Scene(cloud, cloud.world.machines.started[0][1], profile)


def test_who_is_not_on_the_replica_yet_goes_on(scene: Scene) -> None:
    scene.cloud.world.engine.behind[scene.key] = None

    assert scene.step("ask").out == {"true": [scene.member], "false": []}


def test_an_older_epoch_on_the_replica_is_read_again(scene: Scene) -> None:
    token = scene.cloud.world.tokens.get(TENANT, "split", [scene.member.rpartition(":")[0]])
    old = next(iter(token.values())).evolve(epoch=0, run="before")
    scene.cloud.world.engine.behind[scene.key] = encode_token(TENANT, "split", old)

    assert scene.step("ask").out["true"] == [scene.member]


def test_a_node_that_sends_reads_strongly(scene: Scene) -> None:
    world = scene.cloud.world
    world.engine.behind[scene.key] = dict(world.engine.items[scene.key])
    Exiter(scene.cloud.ports).end(TENANT, "split", scene.profile, "exit_criteria")

    assert scene.step("no").out == {"sent": [], "skipped": [], "failed": []}
    assert world.mailer.accepted == []


def test_a_pause_holds_nobody_who_has_left_already(scene: Scene) -> None:
    world = scene.cloud.world
    world.engine.behind[scene.key] = dict(world.engine.items[scene.key])
    Exiter(scene.cloud.ports).end(TENANT, "split", scene.profile, "exit_criteria")
    world.workspaces.controls[TENANT] = Control(workflows={"split": WorkflowStatus.PAUSED})
    scene.step("ask")

    assert world.parking.held(TENANT, "split", 10) == []
    assert world.tokens.of_profile(TENANT, "split", scene.profile)[0].state is TokenState.ENDED


def test_a_split_pays_half(scene: Scene) -> None:
    world = scene.cloud.world
    before = world.bill.tables["engine"].rru
    scene.step("ask")

    assert world.bill.tables["engine"].rru - before == 0.5
