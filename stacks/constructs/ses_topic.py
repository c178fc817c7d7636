"""A topic to which SES publishes, and nobody else: of what became of mail, and of mail that came in."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct, IDependable


def ses_topic(scope: Construct, name: str, key: kms.IKey) -> tuple[sns.Topic, IDependable | None]:
    """Make the topic, and return it with its policy: SES tests a topic when it is told of it.

    Args:
        scope: The construct that has the topic as its `Topic`.
        name: The topic's name.
        key: Encrypts what waits in it.
    """
    topic = sns.Topic(scope, "Topic", topic_name=name, master_key=key, enforce_ssl=True)
    published = topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="SesPublishes",
            principals=[iam.ServicePrincipal("ses.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
    )
    return topic, published.policy_dependable
