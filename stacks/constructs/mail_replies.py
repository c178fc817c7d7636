"""How answers to messages come back: SES receives them, puts them into the bucket and tells a topic."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct
from stepwell.contracts import names

from stacks.deployment import Deployment


class MailReplies(Construct):
    """A receipt rule for the reply domain; the message goes to the bucket, its notification to a topic.

    A topic that calls the function, and no queue between: answers come one by one, Lambda repeats what fails, and a
    queue is paid for by the month. CloudFormation cannot make a rule set the active one; `docs/deploying.md` says how.

    Attributes:
        topic: Where notifications arrive.
    """

    def __init__(
        self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey, bucket: s3.IBucket
    ) -> None:
        """Create the topic, the rule set and its rule."""
        super().__init__(scope, id_)
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=deployment.name("replies"),
            master_key=key,
            enforce_ssl=True,
        )
        published = self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="SesPublishes",
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
        rules = ses.CfnReceiptRuleSet(self, "Rules", rule_set_name=deployment.name("replies"))
        rule = ses.CfnReceiptRule(
            self,
            "Rule",
            rule_set_name=rules.ref,
            rule=ses.CfnReceiptRule.RuleProperty(
                name="answers",
                enabled=True,
                recipients=[deployment.reply_domain],
                scan_enabled=True,
                tls_policy="Optional",
                actions=[
                    ses.CfnReceiptRule.ActionProperty(
                        s3_action=ses.CfnReceiptRule.S3ActionProperty(
                            bucket_name=bucket.bucket_name,
                            object_key_prefix=names.REPLIES,
                            topic_arn=self.topic.topic_arn,
                        )
                    ),
                    # Nothing that a later rule set adds sees mail of this domain.
                    ses.CfnReceiptRule.ActionProperty(
                        stop_action=ses.CfnReceiptRule.StopActionProperty(scope="RuleSet")
                    ),
                ],
            ),
        )
        if published.policy_dependable:
            rule.node.add_dependency(published.policy_dependable)
