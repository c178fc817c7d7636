"""What the caller may do: simulated, so that nothing is changed to find out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from stepwell_cli.doctor.report import Finding, Level, Refusal, ask

AREA = "permissions"
#: What deploying and operating needs of the person or pipeline that does it.
PURPOSES: dict[str, tuple[str, ...]] = {
    "deploy (through the CDK's roles)": ("sts:AssumeRole", "cloudformation:DescribeStacks"),
    "bootstrap once": (
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
        "iam:CreateRole",
        "s3:CreateBucket",
        "ssm:PutParameter",
    ),
    "operate": (
        "states:ListExecutions",
        "states:DescribeExecution",
        "logs:FilterLogEvents",
        "cloudwatch:DescribeAlarms",
        "sqs:ReceiveMessage",
    ),
    "manage users": ("cognito-idp:AdminCreateUser", "cognito-idp:AdminAddUserToGroup"),
}


def check_permissions(sts: Any, iam: Any, *, local: bool) -> Iterator[Finding]:
    """Look at who calls and what they may do."""
    caller = ask("sts:GetCallerIdentity", sts.get_caller_identity)
    if isinstance(caller, Refusal):
        yield Finding(
            AREA,
            Level.FAIL,
            f"AWS does not know who you are: {caller.code}.",
            "Set credentials (aws configure, aws sso login) and a region.",
        )
        return
    arn = caller["Arn"]
    yield Finding(AREA, Level.OK, f"Signed in to account {caller['Account']} as {arn}.")
    if local:
        yield Finding(AREA, Level.INFO, "The local cloud does not enforce permissions.")
        return
    if arn.endswith(":root"):
        yield Finding(
            AREA, Level.WARN, "This is the account's root user.", "Use a role or an SSO user for daily work."
        )
        return
    source = _principal(arn, iam)
    if isinstance(source, Refusal):
        yield source.finding(AREA, "Permissions", local=local)
        return
    for purpose, actions in PURPOSES.items():
        answer = ask(
            "iam:SimulatePrincipalPolicy",
            partial(iam.simulate_principal_policy, PolicySourceArn=source, ActionNames=list(actions)),
        )
        if isinstance(answer, Refusal):
            yield answer.finding(AREA, "Permissions", local=local)
            return
        denied = [
            r["EvalActionName"]
            for r in answer.get("EvaluationResults", [])
            if r.get("EvalDecision") != "allowed"
        ]
        if denied:
            yield Finding(
                AREA,
                Level.WARN,
                f"You may not {purpose}: {', '.join(denied)} denied.",
                "Ask for these, if you need to.",
            )
        else:
            yield Finding(AREA, Level.OK, f"You may {purpose}.")


def _principal(arn: str, iam: Any) -> Any:
    # An assumed role's session cannot be simulated, its role can; the session does not tell the role's path.
    if ":assumed-role/" not in arn:
        return arn
    role = arn.split(":assumed-role/", 1)[1].split("/", 1)[0]
    found = ask("iam:GetRole", lambda: iam.get_role(RoleName=role))
    return found if isinstance(found, Refusal) else found["Role"]["Arn"]
