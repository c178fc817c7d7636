"""The one customer-managed key of a deployment.

One key and not one a resource: each costs a dollar a month, and the boundary that matters, the tenant,
is drawn by item keys and not by tables.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.deployment import Deployment

# End User Messaging (`sms-voice`) tells of text messages through the topic of mail.
SERVICES = (
    "events.amazonaws.com",
    "sns.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "sms-voice.amazonaws.com",
)


class EncryptionKey(Construct):
    """A rotated key that the account's own services may use on the deployment's behalf.

    Attributes:
        key: The key. Other stacks take it by ARN, or their grants would write into its policy and make
            the stacks depend on each other in a circle.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment) -> None:
        """Create the key and its policy."""
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            alias=f"alias/{deployment.prefix}",
            description=f"Data of {deployment.prefix}",
            enable_key_rotation=True,
            removal_policy=deployment.removal,
        )
        logs = f"arn:{cdk.Aws.PARTITION}:logs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicesOfThisAccount",
                principals=[iam.ServicePrincipal(service) for service in SERVICES],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
        # SES's guide ("SNS event destination") gives this one without a condition; the topic names the account.
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="SesPublishes",
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
            )
        )
        # What encrypted machines log passes through log delivery (Step Functions guide, "Data at rest encryption").
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogDelivery",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["kms:Decrypt"],
                resources=["*"],
                conditions={"StringLike": {"kms:EncryptionContext:SourceArn": f"{logs}:*"}},
            )
        )
