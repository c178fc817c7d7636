"""What each function may do: one table, one policy a function, no wildcard in an action.

The functions are shared by all tenants, so a fixed role cannot name one tenant's leading keys; the tenant
boundary of these functions is the key builder of the adapters. (Keys start with ``<tenant>#`` so that a role
with session tags can be held to one tenant: dynamodb:LeadingKeys.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from stepwell.contracts import names

from stacks.arns import Arns
from stacks.data import DataStack
from stacks.deployment import Deployment

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PartiQLSelect")
WRITE = (
    *READ,
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
)


@dataclass(frozen=True)
class Access:
    """What one function needs.

    Attributes:
        read: Tables to read by key.
        write: Tables to read and write by key.
        scan: Tables to read from end to end (an audience is found this way until segments exist).
        index: Tables whose indices are queried.
        can: Names of further capabilities, methods of :class:`Capabilities`.
    """

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    scan: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    can: tuple[str, ...] = ()


_ENGINE = ("engine", "runs", "profiles")
ACCESS: dict[str, Access] = {
    "ingest_events": Access(write=("config",), can=("put_events", "put_on_bus")),
    "process_events": Access(
        write=(*_ENGINE, "config"), can=("read_stream", "put_events", "start_runs", "send_poison")
    ),
    "ingest_callbacks": Access(read=("config",), write=("profiles",), can=("leave_dead_letters", "put_events",)),
    "ingest_webhook": Access(read=("config",), can=("leave_dead_letters", "put_events",)),
    "step_cohort": Access(read=("config",), write=_ENGINE, can=("start_runs", "put_events")),
    "send_email": Access(
        read=("config",),
        write=_ENGINE,
        can=("start_runs", "put_events", "send_mail", "read_signing_secret"),
    ),
    "call_api": Access(
        read=("config",), write=_ENGINE, can=("start_runs", "put_events", "read_connections")
    ),
    "query_database": Access(read=("config",), write=_ENGINE, can=("start_runs", "put_events", "query")),
    "notify_team": Access(
        read=("config",), write=_ENGINE, can=("start_runs", "put_events", "send_mail", "publish")
    ),
    "sweep_due": Access(read=("config",), write=_ENGINE, can=("leave_dead_letters", "start_runs", "put_events")),
    "reconcile_runs": Access(
        read=("config",),
        write=_ENGINE,
        index=("runs",),
        can=("leave_dead_letters", "start_runs", "see_runs", "put_events", "read_status_queue"),
    ),
    "count_outcomes": Access(read=("runs",), write=("config",), can=("read_runs_stream",)),
    "start_cohort": Access(read=("config",), write=_ENGINE, can=("start_runs",)),
    "start_broadcast": Access(
        read=("engine",), write=("config",), scan=("leave_dead_letters", "profiles",), can=("artifacts", "start_broadcasts")
    ),
    "move_enrollments": Access(
        write=(*_ENGINE, "config"),
        index=("runs",),
        can=("start_runs", "see_runs", "drop_machines", "moves_queue", "put_events"),
    ),
    "serve_api": Access(
        write=(*_ENGINE, "config"),
        scan=("profiles",),
        index=("runs",),
        can=(
            "start_runs",
            "see_runs",
            "publish_machines",
            "drop_machines",
            "schedule",
            "put_events",
            "send_mail",
            "artifacts",
            "invoke_broadcast",
            "send_moves",
            "replay_poison",
            "read_signing_secret",
        ),
    ),
    "serve_unsubscribe": Access(
        read=("config",), write=("profiles",), can=("put_events", "read_signing_secret")
    ),
    "add_tenant_claim": Access(),
}


def statements(function: str, deployment: Deployment, data: DataStack) -> list[iam.PolicyStatement]:
    """Return a function's policy.

    Raises:
        KeyError: The function is not in the table.
    """
    access = ACCESS[function]
    found = []
    for tables, actions in ((access.read, READ), (access.write, WRITE)):
        if tables:
            found.append(_allow(actions, [data.tables[name].table_arn for name in tables]))
    if access.scan:
        found.append(_allow(["dynamodb:Scan"], [data.tables[name].table_arn for name in access.scan]))
    if access.index:
        found.append(
            _allow(["dynamodb:Query"], [f"{data.tables[name].table_arn}/index/*" for name in access.index])
        )
    capabilities = Capabilities(deployment, data)
    for name in access.can:
        build: Callable[[], list[iam.PolicyStatement]] = getattr(capabilities, name)
        found += build()
    if access != Access():
        found.append(_allow(["kms:Decrypt", "kms:GenerateDataKey"], [data.key.key_arn]))
    return found


def _allow(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


class Capabilities:
    """What functions may do besides reading and writing tables; each method is one capability."""

    def __init__(self, deployment: Deployment, data: DataStack) -> None:
        """Build for a deployment."""
        self._deployment = deployment
        self._data = data
        self._arns = Arns(deployment)

    def put_events(self) -> list[iam.PolicyStatement]:
        """Put events on the stream."""
        return [_allow(["kinesis:PutRecord", "kinesis:PutRecords"], [self._data.stream.stream_arn])]

    def read_stream(self) -> list[iam.PolicyStatement]:
        """Read the stream (by the event source), and set aside batches that keep failing."""
        return [
            _allow(
                [
                    "kinesis:DescribeStream",
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                ],
                [self._data.stream.stream_arn],
            ),
            *self._dead_letters(),
        ]

    def read_runs_stream(self) -> list[iam.PolicyStatement]:
        """Read the runs table's stream (by the event source)."""
        arn = self._data.tables["runs"].table_stream_arn or ""
        return [
            _allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [arn]),
            # The action takes no resource (service authorization reference of DynamoDB).
            _allow(["dynamodb:ListStreams"], ["*"]),
            *self._dead_letters(),
        ]

    def _dead_letters(self) -> list[iam.PolicyStatement]:
        return [_allow(["sqs:SendMessage"], [self._arns.queue("streams-dead")])]

    def leave_dead_letters(self) -> list[iam.PolicyStatement]:
        """Leave what Lambda took and the function could not do (Lambda writes it with the function's role)."""
        return [_allow(["sqs:SendMessage"], [self._arns.queue("events-dead")])]

    def read_status_queue(self) -> list[iam.PolicyStatement]:
        """Read the queue of executions that failed (by the event source)."""
        return self._read_queue(self._arns.queue("status"))

    def moves_queue(self) -> list[iam.PolicyStatement]:
        """Read the queue of moves, and put what is left back on it."""
        return [*self._read_queue(self._arns.queue("moves")), *self.send_moves()]

    @staticmethod
    def _read_queue(arn: str) -> list[iam.PolicyStatement]:
        return [
            _allow(
                [
                    "sqs:ReceiveMessage",
                    "sqs:DeleteMessage",
                    "sqs:ChangeMessageVisibility",
                    "sqs:GetQueueAttributes",
                ],
                [arn],
            )
        ]

    def send_moves(self) -> list[iam.PolicyStatement]:
        """Ask for enrollments to be moved."""
        return [_allow(["sqs:SendMessage"], [self._arns.queue("moves")])]

    def send_poison(self) -> list[iam.PolicyStatement]:
        """Set a record aside."""
        return [_allow(["sqs:SendMessage"], [self._data.poison.queue_arn])]

    def replay_poison(self) -> list[iam.PolicyStatement]:
        """Take records back that were set aside."""
        return self._read_queue(self._data.poison.queue_arn)

    def put_on_bus(self) -> list[iam.PolicyStatement]:
        """Put webhooks on the bus."""
        return [_allow(["events:PutEvents"], [self._data.bus.event_bus_arn])]

    def start_runs(self) -> list[iam.PolicyStatement]:
        """Start executions of workflow machines."""
        return [_allow(["states:StartExecution"], [self._arns.machines])]

    def see_runs(self) -> list[iam.PolicyStatement]:
        """See and stop executions of workflow machines."""
        return [_allow(["states:DescribeExecution", "states:StopExecution"], [self._arns.executions])]

    def publish_machines(self) -> list[iam.PolicyStatement]:
        """Make the machine of a version, with the one role that such machines may have."""
        return [
            _allow(
                ["states:CreateStateMachine", "states:DescribeStateMachine", "states:TagResource"],
                [self._arns.machines],
            ),
            # The action takes no resource (service authorization reference of Step Functions).
            _allow(["states:ValidateStateMachineDefinition"], ["*"]),
            self._pass_role("workflow-machines", "states.amazonaws.com"),
        ]

    def drop_machines(self) -> list[iam.PolicyStatement]:
        """Delete drained machines."""
        return [_allow(["states:DeleteStateMachine"], [self._arns.machines])]

    def schedule(self) -> list[iam.PolicyStatement]:
        """Keep the schedules of time triggers."""
        return [
            _allow(
                [
                    "scheduler:CreateSchedule",
                    "scheduler:UpdateSchedule",
                    "scheduler:DeleteSchedule",
                    "scheduler:GetSchedule",
                ],
                [self._arns.schedules],
            ),
            self._pass_role("scheduler", "scheduler.amazonaws.com"),
        ]

    def _pass_role(self, role: str, service: str) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[self._arns.role(role)],
            conditions={"StringEquals": {"iam:PassedToService": service}},
        )

    def start_broadcasts(self) -> list[iam.PolicyStatement]:
        """Start the broadcast machine."""
        return [_allow(["states:StartExecution"], [self._arns.broadcast])]

    def invoke_broadcast(self) -> list[iam.PolicyStatement]:
        """Ask for a broadcast."""
        return [_allow(["lambda:InvokeFunction"], [self._arns.own_function("start_broadcast")])]

    def artifacts(self) -> list[iam.PolicyStatement]:
        """Read and write manifests and imports."""
        bucket = self._data.buckets.artifacts
        return [
            _allow(
                ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [bucket.arn_for_objects("*")]
            ),
            _allow(["s3:ListBucket"], [bucket.bucket_arn]),
        ]

    def send_mail(self) -> list[iam.PolicyStatement]:
        """Send through SES, and ask for the account's rate."""
        return [
            _allow(["ses:SendEmail", "ses:SendRawEmail"], self._arns.mail),
            # The action takes no resource (service authorization reference of SES v2).
            _allow(["ses:GetAccount"], ["*"]),
        ]

    def publish(self) -> list[iam.PolicyStatement]:
        """Notify teams through topics of this deployment."""
        return [_allow(["sns:Publish"], [self._arns.topics])]

    def read_signing_secret(self) -> list[iam.PolicyStatement]:
        """Read the key that signs unsubscribe links."""
        return [_allow(["secretsmanager:GetSecretValue"], [self._data.signing_secret.secret_arn])]

    def read_connections(self) -> list[iam.PolicyStatement]:
        """Read the credentials of api_call connections."""
        return [_allow(["secretsmanager:GetSecretValue"], [self._arns.connection_secrets])]

    def query(self) -> list[iam.PolicyStatement]:
        """Run read-only queries: Athena over the lake, or DynamoDB tables tagged for it."""
        lake, artifacts = self._data.buckets.lake, self._data.buckets.artifacts
        return [
            _allow(
                [
                    "athena:StartQueryExecution",
                    "athena:StopQueryExecution",
                    "athena:GetQueryExecution",
                    "athena:GetQueryResults",
                ],
                [self._arns.workgroup()],
            ),
            _allow(
                ["glue:GetDatabase", "glue:GetTable", "glue:GetPartition", "glue:GetPartitions"],
                self._arns.glue(),
            ),
            _allow(["s3:GetObject"], [lake.arn_for_objects("*")]),
            _allow(["s3:GetBucketLocation", "s3:ListBucket"], [lake.bucket_arn, artifacts.bucket_arn]),
            _allow(
                ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                [artifacts.arn_for_objects("athena/*")],
            ),
            iam.PolicyStatement(
                actions=["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PartiQLSelect"],
                resources=[self._arns.any_table],
                conditions={"StringEquals": {"aws:ResourceTag/stepwell:readable": self._deployment.prefix}},
            ),
        ]


def invoked_by_machines(deployment: Deployment) -> list[iam.PolicyStatement]:
    """Return the policy of workflow machines: the node functions and nothing else."""
    arns = Arns(deployment)
    return [_allow(["lambda:InvokeFunction"], [arns.own_function(name) for name in names.NODE_FUNCTIONS])]
