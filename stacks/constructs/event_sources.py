"""How functions are called without anybody waiting: streams, queues, rules, a topic. Each has dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.python_function import PythonFunction

MAPPING = lambda_.CfnEventSourceMapping


def from_stream(
    consumer: PythonFunction,
    source_arn: str,
    dead: sqs.IQueue,
    *,
    batch: int,
    window_s: int,
    parallelism: int,
    filters: Sequence[str] = (),
) -> MAPPING:
    """Feed a Kinesis or DynamoDB stream to a function; a batch that keeps failing is halved, then set aside."""
    mapping = MAPPING(
        consumer,
        "Stream",
        event_source_arn=source_arn,
        function_name=consumer.function.function_arn,
        starting_position="TRIM_HORIZON",
        batch_size=batch,
        maximum_batching_window_in_seconds=window_s,
        parallelization_factor=parallelism,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=8,
        function_response_types=["ReportBatchItemFailures"],
        destination_config=MAPPING.DestinationConfigProperty(
            on_failure=MAPPING.OnFailureProperty(destination=dead.queue_arn)
        ),
        filter_criteria=MAPPING.FilterCriteriaProperty(
            filters=[MAPPING.FilterProperty(pattern=pattern) for pattern in filters]
        )
        if filters
        else None,
    )
    mapping.node.add_dependency(consumer.role)
    return mapping


def from_queue(
    consumer: PythonFunction, queue: sqs.IQueue, *, batch: int, concurrency: int, window_s: int = 0
) -> MAPPING:
    """Feed a work queue to a function; the queue itself has the dead letters.

    A batch above ten needs a window of a second at least (Lambda guide, "SQS parameters").
    """
    mapping = MAPPING(
        consumer,
        "Queue",
        event_source_arn=queue.queue_arn,
        function_name=consumer.function.function_arn,
        batch_size=batch,
        maximum_batching_window_in_seconds=window_s or None,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=MAPPING.ScalingConfigProperty(maximum_concurrency=concurrency),
    )
    mapping.node.add_dependency(consumer.role)
    return mapping


def asynchronous(
    consumer: PythonFunction, dead: sqs.IQueue, *, retries: int = 2, max_age_s: int = 21_600
) -> None:
    """Say what becomes of events that Lambda took and the function could not do."""
    lambda_.CfnEventInvokeConfig(
        consumer,
        "Asynchronous",
        function_name=consumer.function.function_name,
        qualifier="$LATEST",
        maximum_retry_attempts=retries,
        maximum_event_age_in_seconds=max_age_s,
        destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
            on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=dead.queue_arn)
        ),
    )


def topic_to_queue(topic: sns.ITopic, queue: sqs.IQueue, dead: sqs.IQueue) -> None:
    """Put a topic's messages on a queue as they are; what SNS cannot deliver is dead as what nobody can read."""
    topic.add_subscription(
        subscriptions.SqsSubscription(queue, raw_message_delivery=True, dead_letter_queue=dead)
    )


def from_rule(
    consumer: PythonFunction,
    id_: str,
    dead: sqs.IQueue,
    *,
    name: str,
    description: str,
    bus: events.IEventBus | None = None,
    pattern: events.EventPattern | None = None,
    rate: cdk.Duration | None = None,
) -> events.Rule:
    """Call a function by a rule: what matches a pattern, or by the clock."""
    return _rule(
        consumer,
        id_,
        name,
        description,
        targets.LambdaFunction(
            consumer.function,
            dead_letter_queue=dead,
            retry_attempts=2,
            max_event_age=cdk.Duration.hours(6) if rate is None else cdk.Duration.minutes(5),
        ),
        event_bus=bus,
        event_pattern=pattern,
        schedule=events.Schedule.rate(rate) if rate else None,
    )


def to_queue(
    scope: Construct,
    id_: str,
    queue: sqs.IQueue,
    dead: sqs.IQueue,
    *,
    name: str,
    description: str,
    pattern: events.EventPattern,
) -> events.Rule:
    """Put what matches a pattern on a queue."""
    return _rule(
        scope,
        id_,
        name,
        description,
        targets.SqsQueue(queue, dead_letter_queue=dead),
        event_pattern=pattern,
    )


def _rule(
    scope: Construct, id_: str, name: str, description: str, target: events.IRuleTarget, **source: Any
) -> events.Rule:
    rule = events.Rule(scope, id_, rule_name=name, description=description, **source)
    rule.add_target(target)
    return rule
