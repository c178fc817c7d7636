"""The thin handlers of broadcasts, sweeping, reconciling and moves, over an office of fakes."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from stepwell.contracts.workspace import Workspace
from stepwell.errors import Unavailable
from stepwell.publishing import scoring

from tests.fakes.publishing import TENANT, MemoryBroadcastMachine, MemoryObjects
from tests.fakes.rules import rule_ports
from tests.unit.publishing.stage import Stage, newsletter, person, welcome

NAMES = ("start_cohort", "start_broadcast", "sweep_due", "reconcile_runs", "move_enrollments")


class Functions(Stage):
    """Handlers wired to the fakes."""

    def __init__(self) -> None:
        super().__init__()
        self.objects = MemoryObjects()
        self.machine = MemoryBroadcastMachine()
        self.world.workspaces.settings[TENANT] = Workspace(TENANT)
        self.parts = SimpleNamespace(
            settings=SimpleNamespace(prefix="stepwell", local=False),
            clock=self.world.clock,
            profiles=self.world.profiles,
            workspaces=self.world.workspaces,
            objects=self.objects,
            ports=self.runtime,
        )
        self.wired = SimpleNamespace(
            parts=self.parts,
            publishing=self.ports,
            runtime=self.runtime,
            jobs=self.jobs,
            broadcast_machine=self.machine,
            rules=rule_ports(self.ports),
        )
        self.modules: dict[str, ModuleType] = {}

    def call(self, name: str, event: dict[str, Any]) -> Any:
        return self.modules[name].handler(event, None)


@pytest.fixture
def functions() -> Iterator[Functions]:
    made = Functions()
    before: list[tuple[ModuleType, str, Any]] = []
    for name in NAMES:
        module = importlib.import_module(f"functions.{name}.handler")
        made.modules[name] = module
        for wiring, instead in (("management", made.wired), ("container", made.parts)):
            if hasattr(module, wiring):
                before.append((module, wiring, getattr(module, wiring)))
                setattr(module, wiring, lambda instead=instead: instead)
    yield made
    for module, wiring, original in before:
        setattr(module, wiring, original)


def firing(at: str = "2026-03-02T09:00:00Z") -> dict[str, Any]:
    return {
        "v": 1,
        "tenant": TENANT,
        "workflow": "newsletter",
        "trigger": "weekly",
        "audience": {"kind": "trigger"},
        "scheduled": at,
        "actor": "schedule",
    }


def test_a_schedule_starts_its_audience_once(functions: Functions) -> None:
    functions.create(newsletter())
    functions.publish("newsletter")
    functions.add(*(person(n, score=60) for n in range(300)), person(999, score=1))
    told = functions.call("start_broadcast", firing())
    assert (told["state"], told["contacts"], told["cohorts"]) == ("running", 300, 2)
    (document,) = functions.machine.started.values()
    for index, cohort in enumerate(functions.objects.manifests[document["key"]]):
        event = {**document, "index": index, "cohort": cohort}
        assert functions.call("start_cohort", event)["enrolled"] == len(cohort["profiles"])
        functions.call("start_cohort", event)
    again = functions.call("start_broadcast", firing())
    assert again["broadcast"] == told["broadcast"] and again["state"] == "done"
    job = functions.jobs.get(TENANT, told["broadcast"])
    assert job is not None and job.counts == {"enrolled": 300}


def test_a_broadcast_that_cannot_be_says_why_and_is_not_tried_again(functions: Functions) -> None:
    told = functions.call("start_broadcast", firing())
    assert (told["state"], told["code"]) == ("failed", "no_workflow")
    job = functions.jobs.get(TENANT, told["broadcast"])
    assert job is not None and job.state == "failed" and "newsletter" in job.details["why"]


def test_the_sweeper_goes_on_when_one_tenant_fails(functions: Functions) -> None:
    functions.create(welcome())
    functions.publish()
    functions.enroll(person(1))
    functions.run_until(1)
    functions.world.workspaces.settings["aaa"] = Workspace("aaa")
    real = functions.world.parking.due_buckets

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(functions.world.parking, name)

        def due_buckets(self, tenant: str, until: Any) -> Any:
            if tenant == "aaa":
                raise Unavailable("down")
            return real(tenant, until)

    from dataclasses import replace
    from datetime import timedelta

    functions.parts.ports = replace(functions.runtime, parking=Broken())
    functions.world.clock.advance(timedelta(days=3))
    with pytest.raises(Unavailable):
        functions.call("sweep_due", {})
    assert functions.world.tokens.of_profile(TENANT, "welcome", person(1).id)[0].state == "RUNNING"
    assert functions.call("sweep_due", {"tenant": TENANT}) == {"woken": 0, "timers": 0}


def test_failed_executions_come_to_the_reconciler(functions: Functions) -> None:
    functions.create(welcome())
    functions.publish()
    functions.enroll(person(1))
    (_, run), *_ = functions.world.machines.started
    detail = {
        "status": "FAILED",
        "name": run.execution_name,
        "stateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:stepwell-acme-welcome-v1",
        "input": json.dumps({"run": run.id}),
    }
    for number, shown in enumerate((detail, {**detail, "input": None}, {"name": "x"}, {})):
        functions.world.machines.statuses |= dict.fromkeys(functions.world.machines.statuses, "FAILED")
        body = json.dumps({"detail": shown})
        told = functions.call("reconcile_runs", {"Records": [{"messageId": str(number), "body": body}]})
        assert told == {"batchItemFailures": []}
    stored = functions.world.runs.get(TENANT, run.id)
    assert stored is not None and stored.attempt == 3


def test_the_schedule_reconciles_and_retires(functions: Functions) -> None:
    functions.create(welcome())
    functions.publish()
    functions.update(welcome(days=1))
    functions.publish()
    told = functions.call("reconcile_runs", {})
    assert told["retired"] == ["welcome/1"]


def test_moves_are_carried_out_page_by_page(functions: Functions) -> None:
    functions.create(welcome())
    functions.publish()
    functions.enroll(person(1))
    functions.run_until(1)
    functions.update(welcome(days=9))
    functions.publish(in_flight="eject")
    while functions.moves.queue:
        move, _ = functions.moves.queue.pop(0)
        record = {"messageId": "1", "body": json.dumps(move.document())}
        functions.call("move_enrollments", {"Records": [record]})
    assert functions.world.tokens.of_profile(TENANT, "welcome", person(1).id)[0].end_reason == "ejected"


def test_a_move_that_cannot_be_fails_its_job(functions: Functions) -> None:
    functions.create(welcome())
    functions.publish()
    from stepwell.publishing.moves import queue
    from stepwell.publishing.records import Move

    queue(functions.ports, Move("migrate", TENANT, "welcome", old=1, new=7, job="j1"))
    move, _ = functions.moves.queue.pop(0)
    functions.call("move_enrollments", {"Records": [{"messageId": "1", "body": json.dumps(move.document())}]})
    job = functions.jobs.get(TENANT, "j1")
    assert job is not None and job.state == "failed" and functions.moves.queue == []


def test_a_rescoring_goes_through_everybody(functions: Functions) -> None:
    ports = functions.wired.rules
    functions.add(person(1).evolve(scores={"lead": [1, 0, 0, "100/0/1000/0.95/2592000", {}]}), person(2))
    record = scoring.update(ports, TENANT, "lead", scoring.read(ports, TENANT, "lead").body, 1, "ann")
    move, _ = functions.moves.queue.pop(0)
    functions.call("move_enrollments", {"Records": [{"messageId": "1", "body": json.dumps(move.document())}]})
    assert (move.kind, move.new) == ("rescore", record.version)
    assert [event["profile"] for _, event in functions.world.sink.emitted] == [person(1).id]
    (job,) = scoring.rescorings(ports, TENANT, "lead")
    assert job.state == "done"
