"""The stacks of a deployment: whether they are there and whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from stepwell_cli.doctor.report import Finding, Level, Refusal, ask

AREA = "deployment"
STACKS = ("data", "api", "engine", "monitoring")


def check_stacks(cloudformation: Any, prefix: str, *, local: bool) -> Iterator[Finding]:
    """Look at each stack's status."""
    for name in STACKS:
        stack = f"{prefix}-{name}"
        answer = ask(
            "cloudformation:DescribeStacks",
            partial(_status, cloudformation, stack),
        )
        if isinstance(answer, Refusal):
            if answer.code == "ValidationError":
                deploy = "make up" if local else "cdk deploy --all"
                yield Finding(AREA, Level.WARN, f"The stack {stack} is not deployed.", f"Deploy: {deploy}.")
            else:
                yield answer.finding(AREA, f"Stack {stack}", local=local)
        elif answer.endswith("_COMPLETE") and "ROLLBACK" not in answer and "DELETE" not in answer:
            yield Finding(AREA, Level.OK, f"{stack}: {answer}.")
        elif answer.endswith("_IN_PROGRESS"):
            yield Finding(AREA, Level.INFO, f"{stack}: {answer}.")
        else:
            yield Finding(
                AREA,
                Level.FAIL,
                f"{stack}: {answer}.",
                "Look at its events in CloudFormation, then deploy again.",
            )


def _status(cloudformation: Any, stack: str) -> str:
    return str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
