"""Who is told when something needs a person: dead letters, stuck runs, errors, a late stream, reputation."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct
from stepwell.contracts import names

from stacks.constructs.alarms import Alarms
from stacks.data import DataStack
from stacks.deployment import Deployment

NAMESPACE = "Stepwell"
DEAD_LETTERS = (
    "poison",
    "streams-dead",
    "events-dead",
    "status-dead",
    "moves-dead",
    "cohorts-dead",
    "mail-events-dead",
)
# What these do wrong is seen nowhere else: node functions end in the reconciler; what reads a stream or a queue or
# is called by the clock ends in a dead-letter queue, which has an alarm already (and an alarm costs ten cents a
# month).
WATCHED = (
    "ingest_events",
    "send_email",
    "serve_api",
    "serve_unsubscribe",
    "add_tenant_claim",
)
# SES puts an account under review at 5 % bounces or 0.1 % complaints (SES developer guide, "sender review").
BOUNCES = 0.05
COMPLAINTS = 0.001


class MonitoringStack(cdk.Stack):
    """The alarms of a deployment.

    Attributes:
        topic: Where alarms are told.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        data: DataStack,
        *,
        env: cdk.Environment,
    ) -> None:
        """Create the stack.

        Args:
            scope: The app.
            id_: Stack id.
            deployment: The deployment.
            data: The data stack.
            env: Account and region.
        """
        super().__init__(scope, id_, env=env, description=f"Stepwell {deployment.prefix}: monitoring")
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=deployment.name("alarms"),
            master_key=kms.Key.from_key_arn(self, "Key", data.key.key_arn),
            enforce_ssl=True,
        )
        # A policy of our own (TLS only) replaces the default one, by which the account's alarms could publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
        if deployment.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(deployment.alarm_email))
        alarms = Alarms(self, "Alarms", deployment, self.topic)
        self._dead_letters(alarms, deployment)
        self._engine(alarms, deployment)
        self._functions(alarms, deployment)
        self._reputation(alarms)

    def _dead_letters(self, alarms: Alarms, deployment: Deployment) -> None:
        for queue in DEAD_LETTERS:
            alarms.above(
                queue,
                f"Work lies in the queue {queue}: see the recovery runbook",
                alarms.metric(
                    "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": deployment.name(queue)}
                ),
                0,
            )

    def _engine(self, alarms: Alarms, deployment: Deployment) -> None:
        alarms.above(
            "stuck-runs",
            "Runs that the reconciler gave up to bring back",
            alarms.metric(NAMESPACE, "GivenUp", {"Function": "reconcile_runs"}, statistic="Sum"),
            0,
        )
        alarms.above(
            "stream-late",
            "Events wait longer than five minutes for process_events",
            alarms.metric(
                "AWS/Lambda",
                "IteratorAge",
                {"FunctionName": names.function_name(deployment.prefix, "process_events")},
            ),
            300_000,
        )
        alarms.above(
            "broadcast-failed",
            "A broadcast ended before all of its cohorts were started",
            alarms.metric(
                "AWS/States",
                "ExecutionsFailed",
                {
                    "StateMachineArn": self.format_arn(
                        service="states",
                        resource="stateMachine",
                        resource_name=names.system_machine_name(deployment.prefix, "broadcast"),
                        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                    )
                },
                statistic="Sum",
            ),
            0,
        )

    def _functions(self, alarms: Alarms, deployment: Deployment) -> None:
        for function in WATCHED:
            alarms.above(
                f"errors-{function.replace('_', '-')}",
                f"{function} failed more than five times in five minutes",
                alarms.metric(
                    "AWS/Lambda",
                    "Errors",
                    {"FunctionName": names.function_name(deployment.prefix, function)},
                    statistic="Sum",
                ),
                5,
            )

    def _reputation(self, alarms: Alarms) -> None:
        alarms.above(
            "bounces",
            "Bounce rate of the account nears SES's limit",
            alarms.metric("AWS/SES", "Reputation.BounceRate", minutes=60, statistic="Average"),
            BOUNCES * 0.8,
        )
        alarms.above(
            "complaints",
            "Complaint rate of the account nears SES's limit",
            alarms.metric("AWS/SES", "Reputation.ComplaintRate", minutes=60, statistic="Average"),
            COMPLAINTS * 0.8,
        )
