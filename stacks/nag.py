"""What cdk-nag's AwsSolutions rules ask for and we answer with a reason instead of a change.

A wildcard in a *resource* is acknowledged an ARN, with its reason; wildcards in *actions* do not
occur (tests/infrastructure/test_permissions.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from constructs import IConstruct
from stepwell.contracts import names

from stacks.arns import Arns
from stacks.deployment import Deployment

RULES = "AwsSolutions::AwsSolutions-"


@dataclass(frozen=True)
class Answer:
    """A rule that one construct and what is below it does not follow.

    Attributes:
        stack: Short name of the stack.
        path: Path of the construct in the stack.
        rule: Rule without its prefix.
        reason: Why not.
    """

    stack: str
    path: str
    rule: str
    reason: str


_DEAD = "It is a dead-letter queue itself."
ANSWERS = (
    Answer("data", "Poison", "SQS3", _DEAD),
    Answer("engine", "StreamsDead", "SQS3", _DEAD),
    Answer("engine", "EventsDead", "SQS3", _DEAD),
    Answer("engine", "Broadcast/Dead", "SQS3", _DEAD),
    Answer("data", "Events/RawCopy", "KDF1", "A delivery from a stream takes the stream's encryption."),
    Answer(
        "data",
        "Events/Stream",
        "KDS3",
        "A key of our own can be revoked and audited; the managed one cannot.",
    ),
    Answer(
        "data",
        "SigningSecret",
        "SMG4",
        "Rotation would break the unsubscribe links of mail already sent (RFC 8058 sets no end to them).",
    ),
    Answer(
        "engine", "Broadcast/Machine", "SF1", "Cohorts leave traces; logging each child costs more than it."
    ),
    Answer("engine", "Broadcast/Machine", "SF2", "X-Ray is a switch of the deployment, off for its cost."),
    Answer(
        "engine",
        "Transfers/Machine",
        "SF1",
        "Parts note their counts, failures go into the functions' logs; its input names no contact.",
    ),
    Answer("engine", "Transfers/Machine", "SF2", "X-Ray is a switch of the deployment, off for its cost."),
    Answer(
        "api",
        "Http",
        "APIG4",
        "Events carry a write key and unsubscribe links a signature, which their functions check; the default "
        "route is the console's public files. The management API has the JWT authorizer.",
    ),
    Answer("api", "Front/Distribution", "CFR1", "Marketers travel: no country is shut out."),
    Answer(
        "api",
        "Front/Distribution",
        "CFR2",
        "A firewall costs $5 a month at rest; the API has its throttle. One can be attached to the distribution.",
    ),
    Answer(
        "api",
        "Front/Distribution",
        "CFR3",
        "Its log would hold addresses and paths of people; the API's own says what happened without them.",
    ),
    Answer(
        "api",
        "Front/Distribution",
        "CFR4",
        "CloudFront's own certificate sets the minimum itself; with console_domain it is TLS 1.2.",
    ),
    Answer(
        "api",
        "Identity/Users",
        "COG2",
        "A pool can ask everybody for a second factor or nobody: it is offered to all (docs/security.md).",
    ),
    Answer(
        "api",
        "Identity/Users",
        "COG8",
        "The Plus plan costs $0.02 a user; the Essentials plan has what we use.",
    ),
)


def wildcards(deployment: Deployment) -> dict[str, str]:
    """Return why each resource that ends in a wildcard does, by its ARN."""
    arns = Arns(deployment)
    made = "Workflow machines are made at publishing, one a version: their names begin with the prefix."
    catalogue = "A query names its tables at run time; the deployment's databases begin with the prefix."
    jobs = "Objects are named by the job that writes them, below one prefix of one bucket."
    return {
        "*": "These actions take no resource (service authorization reference): ses:GetAccount, "
        "dynamodb:ListStreams, "
        "log delivery of Step Functions, X-Ray.",
        arns.machines: made,
        arns.executions: made,
        arns.git_stacks: "A folder's stack is named by its workspace, and CloudFormation ends its ARN in an id.",
        arns.execution(
            names.system_machine_name(deployment.prefix, "broadcast")
        ): "Executions of this machine get names of their own.",
        arns.execution(
            names.system_machine_name(deployment.prefix, "transfers")
        ): "Executions of this machine get names of their own.",
        arns.schedules: "Schedules are made for time triggers at run time, in the deployment's own group.",
        arns.topics: "Topics of tenants' teams are made at run time; their names begin with the tenant's.",
        arns.signing_secret: "Secrets Manager ends the ARN of a secret in six characters of its own.",
        arns.tenant_secrets: "Tenants add credentials of their connections at run time, below one path.",
        arns.mail[0]: "A workspace chooses its sender among the account's verified identities.",
        **dict.fromkeys(arns.text_senders, "A workspace chooses its sender among the account's numbers."),
        arns.indices("runs"): "All indices of one table.",
        arns.glue()[1]: catalogue,
        arns.glue()[2]: catalogue,
        arns.objects("artifacts", "imports/*"): jobs,
        arns.objects(
            "artifacts", "images/*"
        ): "Pictures of all messages, which their readers see anyway, and nothing else.",
        arns.objects("artifacts", "replies/*"): "All answers that SES received, and nothing else.",
        arns.objects("artifacts", "snapshots/*"): jobs,
        arns.objects("artifacts", "events/*"): jobs,
        arns.objects("artifacts", "snapshots/manifests/*"): jobs,
        arns.objects("artifacts", "athena/*"): jobs,
        arns.objects("artifacts", "exports/*"): jobs,
        arns.objects("artifacts", "transfers/*"): jobs,
        arns.objects("artifacts", "broadcasts/*"): jobs,
        arns.objects("lake", "*"): "Queries read the lake and cannot write it.",
        arns.objects("lake", "raw/*"): jobs,
        arns.objects("lake", "raw-errors/*"): jobs,
    }


RUNTIME = "Python 3.13 is what the tests run and what all locked packages have arm64 wheels for."


def acknowledge(stacks: Mapping[str, cdk.Stack], deployment: Deployment) -> None:
    """Give all answers.

    Args:
        stacks: Stacks by short name.
        deployment: Decides how resources are named.
    """
    for answer in ANSWERS:
        _answer(_find(stacks[answer.stack], answer.path), answer.rule, answer.reason)
    for arn, reason in wildcards(deployment).items():
        for stack in stacks.values():
            _answer(stack, f"IAM5[Resource::{_as_nag_writes(arn)}]", reason)
    if kept := stacks.get("git"):
        _answer(
            kept, "SF1", "Steps leave traces; failed executions are logged. Logging all would name contacts."
        )
        _answer(kept, "SF2", "X-Ray is a switch of the deployment, off for its cost.")
    for name in ("engine", "api"):
        for child in stacks[name].node.children:
            if child.node.try_find_child("Function"):
                _answer(child, "L1", RUNTIME)


def _as_nag_writes(arn: str) -> str:
    for token, name in (
        (cdk.Aws.PARTITION, "Partition"),
        (cdk.Aws.REGION, "Region"),
        (cdk.Aws.ACCOUNT_ID, "AccountId"),
    ):
        arn = arn.replace(token, f"<AWS::{name}>")
    return arn


def _find(stack: cdk.Stack, path: str) -> IConstruct:
    found: IConstruct = stack
    for part in path.split("/"):
        found = found.node.find_child(part)
    return found


def _answer(construct: IConstruct, rule: str, reason: str) -> None:
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=RULES + rule, reason=reason))
