"""The handler of deployments from git: whatever happens, CloudFormation is told."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from stepwell.contracts.parcels import pack

from functions.register_workflows import handler as module
from tests.fakes.deployments import MemoryKept
from tests.fakes.publishing import TENANT
from tests.unit.adapters.test_deployments_of_git import STACK, Answers
from tests.unit.publishing.stage import Stage, welcome


class Registrar:
    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.stage = Stage()
        self.back = False
        stacks = SimpleNamespace(rolling_back=lambda stack: self.back and stack == STACK)
        self.wired = SimpleNamespace(
            publishing=self.stage.ports, kept_in_git=MemoryKept(), segments=None, rules=None, stacks=stacks
        )

    def call(self, type_: str, kind: str = "Create", before: Any = None, **properties: Any) -> dict[str, Any]:
        event = {
            "RequestType": kind,
            "ResourceType": f"Custom::Stepwell{type_}",
            "RequestId": f"r{len(self.answers.told)}",
            "StackId": STACK,
            "LogicalResourceId": "welcome",
            "ResponseURL": self.answers.url,
            "ResourceProperties": {
                "Tenant": TENANT,
                "Id": "welcome",
                "Source": pack(welcome()),
                "Digest": "d1",
                **properties,
            },
            **({"OldResourceProperties": before} if before else {}),
        }
        module.handler(event, None)
        return self.answers.told[-1][1]


@pytest.fixture
def registrar() -> Iterator[Registrar]:
    answers = Answers()
    made = Registrar(answers)
    before = module.management, module.PAUSE_S
    module.management = lambda: made.wired  # type: ignore[assignment]
    module.PAUSE_S = 0.0
    yield made
    module.management, module.PAUSE_S = before
    answers.server.shutdown()
    answers.server.server_close()


def test_a_workflow_is_registered_by_two_requests(registrar: Registrar) -> None:
    reserved = registrar.call("Version")
    assert reserved["Status"] == "SUCCESS" and reserved["PhysicalResourceId"] == "acme/welcome"
    assert reserved["Data"] == {"Version": "1", "Name": "stepwell-acme-welcome-v1"}
    registrar.stage.machines.definitions[TENANT, "welcome", 1] = "{}"
    assert registrar.call("Workflow", Version="1")["Status"] == "SUCCESS"
    assert registrar.stage.triggers.triggers(TENANT)["workflows"]["welcome"]["status"] == "active"
    assert registrar.call("Workflow", "Delete", Version="1")["Status"] == "SUCCESS"
    assert registrar.stage.triggers.triggers(TENANT)["workflows"]["welcome"]["status"] == "draining"


def test_a_refusal_says_why(registrar: Registrar) -> None:
    told = registrar.call("Version", Source=pack(welcome(template="nowhere")))
    assert told["Status"] == "FAILED" and "nowhere" in told["Reason"] and "mail" in told["Reason"]


def test_another_workspace_is_another_resource(registrar: Registrar) -> None:
    registrar.wired.kept_in_git.tenants.add("other")
    before = {"Tenant": "other", "Id": "welcome", "Digest": "d1", "Source": pack(welcome())}
    assert registrar.call("Version", "Update", before)["PhysicalResourceId"] == "acme/welcome"


def test_a_bug_is_told_and_raised(registrar: Registrar) -> None:
    registrar.wired.publishing = None
    with pytest.raises(AttributeError):
        registrar.call("Version")
    assert registrar.answers.told[-1][1]["Status"] == "FAILED"
    assert "AttributeError" in registrar.answers.told[-1][1]["Reason"]
