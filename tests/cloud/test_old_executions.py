"""Executions of earlier versions meet today's code: their machines and payloads still work."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.settings import ACCOUNT, REGION
from tests.cloud.platform import PREFIX, Platform, Tenant

PAST = sorted(p.parent for p in Path(__file__).parent.glob("payloads/*/journey.yaml"))
FOREVER = json.dumps(
    {"StartAt": "stand", "States": {"stand": {"Type": "Wait", "Seconds": 99_999_999, "End": True}}}
)


@pytest.fixture(params=PAST, ids=lambda path: path.name)
def past(request: pytest.FixtureRequest, tenant: Tenant) -> Path:
    """A past, its journey published under today's code."""
    for template in ("letter", "farewell"):
        tenant.template(template)
    tenant.publish(yaml.safe_load((request.param / "journey.yaml").read_text()))
    return Path(request.param)


def machine(tenant: Tenant) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-{tenant.id}-journey-v1"


def install(platform: Platform, tenant: Tenant, definition: str) -> None:
    platform.cloud.client("stepfunctions").update_state_machine(
        stateMachineArn=machine(tenant), definition=definition
    )


def compiled_then(past: Path, tenant: Tenant) -> str:
    text = (past / "journey.asl.json").read_text().replace("TENANT", tenant.id)
    return text.replace("FUNCTIONS-", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{PREFIX}-")


def start(tenant: Tenant, shares: list[int]) -> list[str]:
    people = [f"p{n}@people.example" for n in range(len(shares))]
    rows = [{"email": p, "traits": {"share": s}} for p, s in zip(people, shares, strict=True)]
    tenant.api.post("/contacts", {"contacts": rows})
    tenant.api.post("/workflows/journey/start", {"contacts": people})
    return people


def check_the_end(tenant: Tenant, people: list[str]) -> None:
    assert tenant.states("journey") == {"all_done": len(people)}
    mails = Counter(m["subject"] for m in tenant.inbox())
    assert mails == {f"{kind} for {p}": 1 for kind in ("letter", "farewell") for p in people}


def test_a_machine_that_was_compiled_then_runs(platform: Platform, tenant: Tenant, past: Path):
    install(platform, tenant, compiled_then(past, tenant))
    people = start(tenant, [share * 4 for share in range(30)])
    platform.run(86400)
    check_the_end(tenant, people)
    scores = {p: tenant.api.get(f"/contacts/{p}")["traits"] for p in (people[0], people[-1])}
    assert [s["score"] for s in scores.values()] == [2, 2]
    assert [s.get("rich") for s in scores.values()] == [None, True]


def test_payloads_that_were_sent_then_are_understood(platform: Platform, tenant: Tenant, past: Path):
    # The execution itself stands still: the test sends what a machine of that time would.
    install(platform, tenant, FOREVER)
    people = start(tenant, [60, 70, 80])
    platform.quiet()
    steps = platform.cloud.client("stepfunctions")
    (execution,) = steps.list_executions(stateMachineArn=machine(tenant))["executions"]
    given = json.loads(steps.describe_execution(executionArn=execution["executionArn"])["input"])
    install(platform, tenant, compiled_then(past, tenant))
    for task in json.loads((past / "tasks.json").read_text()):
        payload = filled(task["payload"], tenant.id, given)
        for _ in range(2):
            # Sent again, as after a lost answer, it says the same.
            result = platform.invoke(task["function"], payload)
            left_by = {outcome: members for outcome, members in result["out"].items() if members}
            assert left_by == dict.fromkeys(task["leaves_by"], given["cohort"]), (task, result)
    assert tenant.states("journey") == {"PARKED": len(people)}
    steps.stop_execution(executionArn=execution["executionArn"])
    platform.run(86400)
    check_the_end(tenant, people)


def filled(payload: dict[str, Any], tenant: str, given: dict[str, Any]) -> dict[str, Any]:
    cohort = [member for _ in payload["cohort"].split() for member in given["cohort"]]
    return {**payload, "tenant": tenant, "run": given["run"], "cohort": cohort}
