"""Queues of a deployment: work queues with their dead letters, and plain dead-letter queues."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.deployment import Deployment

DEAD_LETTER_TAG = "stepwell:dead-letters"


def dead_letter_queue(
    scope: Construct, id_: str, deployment: Deployment, key: kms.IKey, name: str
) -> sqs.Queue:
    """Create a queue for what could not be done, kept for the 14 days that SQS allows.

    It is tagged so that the monitoring stack and the tests find every one of them.
    """
    queue = sqs.Queue(
        scope,
        id_,
        queue_name=deployment.name(name),
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        data_key_reuse=cdk.Duration.hours(1),
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
    )
    cdk.Tags.of(queue).add(DEAD_LETTER_TAG, "yes")
    return queue


class WorkQueue(Construct):
    """A queue that a function reads, with the dead letters it leaves after five attempts.

    Attributes:
        queue: Where work is sent.
        dead: Where work ends that failed five times.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        key: kms.IKey,
        name: str,
        hidden: cdk.Duration,
    ) -> None:
        """Create both queues.

        Args:
            scope: The stack.
            id_: Construct id.
            deployment: The deployment.
            key: Encrypts both.
            name: Name of the queue; its dead letters' is ``<name>-dead``.
            hidden: How long a message that is being read is hidden from other readers.
        """
        super().__init__(scope, id_)
        self.dead = dead_letter_queue(self, "Dead", deployment, key, f"{name}-dead")
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=deployment.name(name),
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            data_key_reuse=cdk.Duration.hours(1),
            enforce_ssl=True,
            visibility_timeout=hidden,
            retention_period=cdk.Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=self.dead),
        )
