"""How answers to messages come back: SES receives them, puts them into the bucket and tells a topic."""

from __future__ import annotations

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from constructs import Construct
from stepwell.contracts import names

from stacks.constructs.ses_topic import ses_topic
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
        self.topic, published = ses_topic(self, deployment.name("replies"), key)
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
        if published is not None:
            rule.node.add_dependency(published)
