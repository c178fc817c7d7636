"""What SES says about sent mail, and End User Messaging about texts, on its way back into the stream."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from constructs import Construct

from stacks.constructs.ses_topic import ses_topic
from stacks.deployment import Deployment

EVENTS = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "OPEN", "CLICK", "REJECT", "RENDERING_FAILURE")


class MailEvents(Construct):
    """A configuration set whose events go to a topic.

    A topic and not the event bus: SES charges neither, but a bus has no dead letters of its own, and the
    local cloud publishes SES events only to topics.

    Attributes:
        topic: Where the events arrive.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the configuration set, the topic and, if asked for, the sending identity."""
        super().__init__(scope, id_)
        self.topic, published = ses_topic(self, deployment.name("mail-events"), key)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="TextsPublish",
                principals=[iam.ServicePrincipal("sms-voice.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
        configuration = ses.CfnConfigurationSet(
            self,
            "ConfigurationSet",
            name=deployment.name("mail"),
            reputation_options=ses.CfnConfigurationSet.ReputationOptionsProperty(
                reputation_metrics_enabled=True
            ),
            suppression_options=ses.CfnConfigurationSet.SuppressionOptionsProperty(
                suppressed_reasons=["BOUNCE", "COMPLAINT"]
            ),
        )
        destination = ses.CfnConfigurationSetEventDestination(
            self,
            "EventDestination",
            configuration_set_name=configuration.ref,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                name="topic",
                enabled=True,
                matching_event_types=list(EVENTS),
                sns_destination=ses.CfnConfigurationSetEventDestination.SnsDestinationProperty(
                    topic_arn=self.topic.topic_arn
                ),
            ),
        )
        if published is not None:
            # SES tests the topic when the destination is made.
            destination.node.add_dependency(published)
        if deployment.ses_identity:
            ses.CfnEmailIdentity(
                self,
                "Identity",
                email_identity=deployment.ses_identity,
                configuration_set_attributes=ses.CfnEmailIdentity.ConfigurationSetAttributesProperty(
                    configuration_set_name=configuration.ref
                ),
            )
