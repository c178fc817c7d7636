"""What moves contacts: node functions, the event processor, the sweeper, the reconciler, broadcasts."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from stepwell.contracts import names

from stacks.arns import Arns
from stacks.constructs import event_sources as sources
from stacks.constructs.broadcast import Broadcast
from stacks.constructs.dead_letters import WorkQueue, dead_letter_queue
from stacks.constructs.mail_events import MailEvents
from stacks.constructs.mail_replies import MailReplies
from stacks.constructs.snapshot_schedule import SnapshotSchedule
from stacks.constructs.transfers import Transfers
from stacks.constructs.workflow_machines import WorkflowMachines
from stacks.data import DataStack
from stacks.deployment import Deployment
from stacks.functions import SIZES, make_functions

FUNCTIONS = (
    "process_events",
    "ingest_callbacks",
    "ingest_webhook",
    "enrich_profile",
    "ingest_replies",
    *names.NODE_FUNCTIONS,
    "sweep_due",
    "reconcile_runs",
    "count_outcomes",
    "start_cohort",
    "start_broadcast",
    "import_profiles",
    "export_profiles",
    "move_enrollments",
    "register_workflows",
)
FAILED = ("FAILED", "TIMED_OUT", "ABORTED")


class EngineStack(cdk.Stack):
    """The engine of a deployment.

    Attributes:
        functions: Functions by name.
        dead: All dead-letter queues of this stack.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        data: DataStack,
        *,
        public_url: str,
        env: cdk.Environment,
    ) -> None:
        """Create the stack.

        Args:
            scope: The app.
            id_: Stack id.
            deployment: The deployment.
            data: The data stack.
            public_url: Address of the API, for links in messages.
            env: Account and region.
        """
        super().__init__(scope, id_, env=env, description=f"Stepwell {deployment.prefix}: engine")
        self._deployment = deployment
        self._data = data
        self._arns = Arns(deployment)
        # By ARN: queues and topics here must not write into the key's policy over there.
        key = kms.Key.from_key_arn(self, "Key", data.key.key_arn)
        self.functions = make_functions(self, deployment, data, FUNCTIONS, public_url)
        WorkflowMachines(self, "Workflows", deployment, key)
        broadcast = Broadcast(self, "Broadcast", deployment, key)
        Transfers(self, "Transfers", deployment, key)
        if deployment.snapshot_schedule:
            SnapshotSchedule(self, "Snapshots", deployment, key)
        streams = dead_letter_queue(self, "StreamsDead", deployment, key, "streams-dead")
        events_dead = dead_letter_queue(self, "EventsDead", deployment, key, "events-dead")
        status = self._work_queue("status", "reconcile_runs", key)
        moves = self._work_queue("moves", "move_enrollments", key)
        mail = self._work_queue("mail-events", "ingest_callbacks", key, self._mail_window_s)
        self.dead: list[sqs.IQueue] = [
            broadcast.dead,
            streams,
            events_dead,
            status.dead,
            moves.dead,
            mail.dead,
        ]
        self._streams(streams)
        self._queues(status, moves)
        self._rules(events_dead)
        self._replies(key, events_dead)
        self._mail(MailEvents(self, "Mail", deployment, key), mail)
        self._scheduler(events_dead)
        self._registrar(events_dead)

    @property
    def _mail_window_s(self) -> int:
        """Seconds that what SES tells waits for more: a click must not wait long."""
        return 1 if self._deployment.is_local else 5

    def _work_queue(self, name: str, reader: str, key: kms.IKey, window_s: int = 0) -> WorkQueue:
        # As AWS asks: six times what the reader may take, and the time that a batch is collected.
        hidden = cdk.Duration.seconds(6 * SIZES[reader].timeout_s + window_s)
        id_ = "".join(part.capitalize() for part in name.split("-"))
        return WorkQueue(self, id_, self._deployment, key, name, hidden)

    def _streams(self, dead: sqs.IQueue) -> None:
        if processor := self.functions.get("process_events"):
            sources.from_stream(
                processor,
                self._data.stream.stream_arn,
                dead,
                batch=500,
                window_s=self._deployment.event_window_s,
                parallelism=self._deployment.event_parallelism,
            )
        if counter := self.functions.get("count_outcomes"):
            sources.from_stream(
                counter,
                self._data.tables["runs"].table_stream_arn or "",
                dead,
                # No more than the counters remember of what they counted last: a batch repeated counts once.
                batch=100,
                window_s=1 if self._deployment.is_local else 10,
                parallelism=1,
                # Traces and run records are written once; what changes later is no new outcome.
                filters=[json.dumps({"eventName": ["INSERT"]})],
            )

    def _queues(self, status: WorkQueue, moves: WorkQueue) -> None:
        sources.to_queue(
            self,
            "FailedExecutions",
            status.queue,
            status.dead,
            name=self._deployment.name("failed-executions"),
            description="Executions of workflow machines that did not succeed",
            pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "status": list(FAILED),
                    "stateMachineArn": [{"prefix": self._arns.machine(f"{self._deployment.prefix}-")}],
                },
            ),
        )
        if reconciler := self.functions.get("reconcile_runs"):
            sources.from_queue(reconciler, status.queue, batch=10, concurrency=5)
        if mover := self.functions.get("move_enrollments"):
            sources.from_queue(mover, moves.queue, batch=1, concurrency=2)

    def _rules(self, dead: sqs.IQueue) -> None:
        name = self._deployment.name
        if webhook := self.functions.get("ingest_webhook"):
            sources.asynchronous(webhook, dead)
            sources.from_rule(
                webhook,
                "Webhooks",
                dead,
                name=name("webhooks"),
                description="Webhooks and events of partners become events of the stream",
                bus=self._data.bus,
                pattern=events.EventPattern(detail_type=[names.WEBHOOK_DETAIL_TYPE]),
            )
        for asked in ("enrich_profile", "post_social"):
            if asked in self.functions:
                sources.asynchronous(self.functions[asked], dead)
        if sweeper := self.functions.get("sweep_due"):
            # The next minute sweeps again: a retry would only compete with it.
            sources.asynchronous(sweeper, dead, retries=0, max_age_s=60)
            sources.from_rule(
                sweeper,
                "EachMinute",
                dead,
                name=name("sweep"),
                description="Parked contacts that are due",
                rate=cdk.Duration.minutes(1),
            )
        if reconciler := self.functions.get("reconcile_runs"):
            sources.asynchronous(reconciler, dead, retries=0, max_age_s=300)
            sources.from_rule(
                reconciler,
                "EachFiveMinutes",
                dead,
                name=name("reconcile"),
                description="Runs that are silent past their time",
                rate=cdk.Duration.minutes(5),
            )

    def _mail(self, mail: MailEvents, events_of_mail: WorkQueue) -> None:
        sources.topic_to_queue(mail.topic, events_of_mail.queue, events_of_mail.dead)
        if callbacks := self.functions.get("ingest_callbacks"):
            # A cohort's deliveries come within seconds: a call a hundred.
            sources.from_queue(
                callbacks,
                events_of_mail.queue,
                batch=100,
                concurrency=5,
                window_s=self._mail_window_s,
            )

    def _replies(self, key: kms.IKey, dead: sqs.IQueue) -> None:
        reader = self.functions.get("ingest_replies")
        if reader is None or not self._deployment.reply_domain:
            return
        sources.asynchronous(reader, dead)
        answers = MailReplies(self, "Replies", self._deployment, key, self._data.buckets.artifacts)
        answers.topic.add_subscription(
            subscriptions.LambdaSubscription(reader.function, dead_letter_queue=dead)
        )

    def _scheduler(self, dead: sqs.IQueue) -> None:
        """Time triggers are schedules that the runtime makes in this group and that start broadcasts."""
        scheduler.CfnScheduleGroup(self, "Schedules", name=self._deployment.prefix)
        iam.Role(
            self,
            "SchedulerRole",
            role_name=self._deployment.name("scheduler"),
            description="Schedules of time triggers",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            ),
            inline_policies={
                "start": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:InvokeFunction"],
                            resources=[self._arns.own_function("start_broadcast")],
                        ),
                        iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead.queue_arn]),
                        iam.PolicyStatement(
                            actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._data.key.key_arn]
                        ),
                    ]
                )
            },
        )
        if starter := self.functions.get("start_broadcast"):
            sources.asynchronous(starter, dead)

    def _registrar(self, dead: sqs.IQueue) -> None:
        """Register what the stack of a folder in git asks for."""
        if registrar := self.functions.get("register_workflows"):
            # A second try would come after the deployment has gone on without it.
            sources.asynchronous(registrar, dead, retries=0, max_age_s=300)
