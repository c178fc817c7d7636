"""What functions may do besides reading and writing tables, each as IAM statements."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from stepwell.contracts import names

from stacks.allowing import LakeCapabilities, TextCapabilities
from stacks.allowing import allow as allow
from stacks.arns import Arns
from stacks.data import DataStack
from stacks.deployment import Deployment


class Capabilities(LakeCapabilities, TextCapabilities):
    """What functions may do besides reading and writing tables; each method is one capability."""

    def __init__(self, deployment: Deployment, data: DataStack) -> None:
        """Build for a deployment."""
        self._deployment = deployment
        self._data = data
        self._arns = Arns(deployment)

    def put_events(self) -> list[iam.PolicyStatement]:
        """Put events on the stream."""
        return [allow(["kinesis:PutRecords"], [self._data.stream.stream_arn])]

    def read_stream(self) -> list[iam.PolicyStatement]:
        """Read the stream (by the event source), and set aside batches that keep failing."""
        return [
            allow(
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
            allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [arn]),
            # The action takes no resource (service authorization reference of DynamoDB).
            allow(["dynamodb:ListStreams"], ["*"]),
            *self._dead_letters(),
        ]

    def _dead_letters(self) -> list[iam.PolicyStatement]:
        return [allow(["sqs:SendMessage"], [self._arns.queue("streams-dead")])]

    def leave_dead_letters(self) -> list[iam.PolicyStatement]:
        """Leave what Lambda took and the function could not do (Lambda writes it with the function's role)."""
        return [allow(["sqs:SendMessage"], [self._arns.queue("events-dead")])]

    def read_status_queue(self) -> list[iam.PolicyStatement]:
        """Read the queue of executions that failed (by the event source)."""
        return self._read_queue(self._arns.queue("status"))

    def read_mail_queue(self) -> list[iam.PolicyStatement]:
        """Read the queue of what SES tells (by the event source)."""
        return self._read_queue(self._arns.queue("mail-events"))

    def read_replies(self) -> list[iam.PolicyStatement]:
        """Read the answers that SES received."""
        return [
            allow(["s3:GetObject"], [self._arns.objects("artifacts", f"{names.REPLIES}*")]),
            allow(["s3:ListBucket"], [self._data.buckets.artifacts.bucket_arn]),
        ]

    def moves_queue(self) -> list[iam.PolicyStatement]:
        """Read the queue of moves, and put what is left back on it."""
        return [*self._read_queue(self._arns.queue("moves")), *self.send_moves()]

    @staticmethod
    def _read_queue(arn: str) -> list[iam.PolicyStatement]:
        return [
            allow(
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
        return [allow(["sqs:SendMessage"], [self._arns.queue("moves")])]

    def send_poison(self) -> list[iam.PolicyStatement]:
        """Set a record aside."""
        return [allow(["sqs:SendMessage"], [self._data.poison.queue_arn])]

    def replay_poison(self) -> list[iam.PolicyStatement]:
        """Take records back that were set aside."""
        does = ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"]
        return [allow(does, [self._data.poison.queue_arn])]

    def put_on_bus(self) -> list[iam.PolicyStatement]:
        """Put webhooks on the bus."""
        return [allow(["events:PutEvents"], [self._data.bus.event_bus_arn])]

    def start_runs(self) -> list[iam.PolicyStatement]:
        """Start executions of workflow machines."""
        return [allow(["states:StartExecution"], [self._arns.machines])]

    def see_runs(self) -> list[iam.PolicyStatement]:
        """See whether executions of workflow machines still run."""
        return [allow(["states:DescribeExecution"], [self._arns.executions])]

    def publish_machines(self) -> list[iam.PolicyStatement]:
        """Make the machine of a version, with the one role that such machines may have."""
        return [
            allow(
                ["states:CreateStateMachine", "states:DescribeStateMachine", "states:TagResource"],
                [self._arns.machines],
            ),
            self._pass_role("workflow-machines", "states.amazonaws.com"),
        ]

    def find_machines(self) -> list[iam.PolicyStatement]:
        """Look whether the machine of a version exists."""
        return [allow(["states:DescribeStateMachine"], [self._arns.machines])]

    def see_git_stacks(self) -> list[iam.PolicyStatement]:
        """See whether a deployment of workflows in git goes on or back."""
        return [allow(["cloudformation:DescribeStacks"], [self._arns.git_stacks])]

    def drop_machines(self) -> list[iam.PolicyStatement]:
        """Delete drained machines."""
        return [allow(["states:DeleteStateMachine"], [self._arns.machines])]

    def schedule(self) -> list[iam.PolicyStatement]:
        """Keep the schedules of time triggers."""
        return [
            allow(
                [
                    "scheduler:CreateSchedule",
                    "scheduler:UpdateSchedule",
                    "scheduler:DeleteSchedule",
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
        return [allow(["states:StartExecution"], [self._arns.broadcast])]

    def invoke_broadcast(self) -> list[iam.PolicyStatement]:
        """Ask for a broadcast."""
        return [allow(["lambda:InvokeFunction"], [self._arns.own_function("start_broadcast")])]

    def invoke_enrichment(self) -> list[iam.PolicyStatement]:
        """Hand work over to the function beside the pass."""
        return [allow(["lambda:InvokeFunction"], [self._arns.own_function("enrich_profile")])]

    def read_imports(self) -> list[iam.PolicyStatement]:
        """Read uploaded contacts; without ListBucket S3 calls a missing object forbidden."""
        return [
            allow(["s3:GetObject"], [self._arns.objects("artifacts", "imports/*")]),
            allow(["s3:ListBucket"], [self._data.buckets.artifacts.bucket_arn]),
        ]

    def put_images(self) -> list[iam.PolicyStatement]:
        """Keep and delete pictures of messages, and read them for bundles."""
        actions = ["s3:PutObject", "s3:DeleteObject", "s3:GetObject"]
        return [allow(actions, [self._arns.objects("artifacts", "images/*")])]

    def read_images(self) -> list[iam.PolicyStatement]:
        """Read pictures; without ListBucket S3 calls a missing one forbidden."""
        bucket = self._data.buckets.artifacts.bucket_arn
        return [
            allow(["s3:GetObject"], [self._arns.objects("artifacts", "images/*")]),
            allow(["s3:ListBucket"], [bucket]),
        ]

    def put_imports(self) -> list[iam.PolicyStatement]:
        """Keep uploaded contacts for a broadcast."""
        return [allow(["s3:PutObject"], [self._arns.objects("artifacts", "imports/*")])]

    def start_transfers(self) -> list[iam.PolicyStatement]:
        """Start imports and exports, and have a file of Parquet looked at."""
        return [
            allow(["states:StartExecution"], [self._arns.transfers]),
            allow(["lambda:InvokeFunction"], [self._arns.own_function("import_profiles")]),
        ]

    def read_exports(self) -> list[iam.PolicyStatement]:
        """Read exports, which is what signed addresses of them allow."""
        return [allow(["s3:GetObject"], [self._arns.objects("artifacts", "exports/*")])]

    def write_imports(self) -> list[iam.PolicyStatement]:
        """Write what is made of uploaded files: rows of Parquet, errors, the list of parts."""
        return [self._write("imports/*", "transfers/*")]

    def write_exports(self) -> list[iam.PolicyStatement]:
        """Write exports and the list of their parts; without ListBucket S3 calls a missing object forbidden."""
        return [
            self._write("exports/*", "transfers/*"),
            *self.read_exports(),
            allow(["s3:ListBucket"], [self._data.buckets.artifacts.bucket_arn]),
        ]

    def _write(self, *patterns: str) -> iam.PolicyStatement:
        return allow(
            ["s3:PutObject", "s3:AbortMultipartUpload"],
            [self._arns.objects("artifacts", pattern) for pattern in patterns],
        )

    def put_manifests(self) -> list[iam.PolicyStatement]:
        """Write a broadcast's manifest."""
        return [allow(["s3:PutObject"], [self._arns.objects("artifacts", "broadcasts/*")])]

    def send_mail(self) -> list[iam.PolicyStatement]:
        """Send through SES, alone or in bulk; messages with headers of their own may be judged as raw ones."""
        return [
            allow(
                ["ses:SendBulkEmail", "ses:SendBulkTemplatedEmail", "ses:SendEmail", "ses:SendRawEmail"],
                self._arns.mail,
            )
        ]

    def manage_identities(self) -> list[iam.PolicyStatement]:
        """Verify domains and addresses to send from, and see their state."""
        return [
            allow(
                [
                    "ses:CreateEmailIdentity",
                    "ses:DeleteEmailIdentity",
                    "ses:GetEmailIdentity",
                    "ses:PutEmailIdentityMailFromAttributes",
                    "ses:TagResource",
                ],
                self._arns.mail,
            ),
            # The action takes no resource (service authorization reference of SES v2).
            allow(["ses:ListEmailIdentities"], ["*"]),
        ]

    def ask_for_rate(self) -> list[iam.PolicyStatement]:
        """Ask for the account's send rate; takes no resource (service authorization reference of SES v2)."""
        return [allow(["ses:GetAccount"], ["*"])]

    def publish(self) -> list[iam.PolicyStatement]:
        """Notify teams through topics of this deployment."""
        return [allow(["sns:Publish"], [self._arns.topics])]

    def read_signing_secret(self) -> list[iam.PolicyStatement]:
        """Read the key that signs unsubscribe links."""
        return [allow(["secretsmanager:GetSecretValue"], [self._arns.signing_secret])]

    def read_connections(self) -> list[iam.PolicyStatement]:
        """Read the credentials of api_call connections."""
        return [allow(["secretsmanager:GetSecretValue"], [self._arns.tenant_secrets])]

    def query(self) -> list[iam.PolicyStatement]:
        """Run read-only queries: Athena over the lake, or the DynamoDB tables that the deployment lists."""
        tables = [self._arns.table(name) for name in self._deployment.tables_to_query]
        lake, artifacts = self._data.buckets.lake, self._data.buckets.artifacts
        return [
            *([allow(["dynamodb:Query"], tables)] if tables else []),
            allow(
                [
                    "athena:StartQueryExecution",
                    "athena:StopQueryExecution",
                    "athena:GetQueryExecution",
                    "athena:GetQueryResults",
                ],
                [self._arns.workgroup()],
            ),
            allow(
                ["glue:GetDatabase", "glue:GetTable", "glue:GetPartition", "glue:GetPartitions"],
                self._arns.glue(),
            ),
            allow(["s3:GetObject"], [self._arns.objects("lake", "*")]),
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [lake.bucket_arn, artifacts.bucket_arn]),
            allow(
                ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                [self._arns.objects("artifacts", "athena/*")],
            ),
        ]
