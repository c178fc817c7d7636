"""One IAM statement, and what concerns the lake: capabilities by themselves, so that their table stays readable."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from stepwell.lake.events import ROOT as EVENTS
from stepwell.lake.snapshots import ROOT as SNAPSHOTS

from stacks.arns import Arns
from stacks.data import DataStack


def allow(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    """Allow actions on resources."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


class LakeCapabilities:
    """What functions may do with the lake."""

    _arns: Arns
    _data: DataStack

    def write_snapshots(self) -> list[iam.PolicyStatement]:
        """Write snapshots of contacts and days of events, from the raw copy of the stream."""
        read = ("transfers/*", f"{SNAPSHOTS}manifests/*")
        made = [self._arns.objects("artifacts", f"{root}*") for root in (SNAPSHOTS, EVENTS)]
        return [
            allow(["s3:PutObject", "s3:AbortMultipartUpload"], made),
            allow(["s3:GetObject"], [self._arns.objects("artifacts", one) for one in read]),
            allow(["s3:GetObject"], [self._arns.objects("lake", "raw/*")]),
            allow(["s3:ListBucket"], [self._data.buckets.lake.bucket_arn]),
        ]

    def query_lake(self) -> list[iam.PolicyStatement]:
        """Ask Athena about snapshots; the statements are the platform's own, and each names its tenant."""
        results, *made = (
            self._arns.objects("artifacts", one) for one in ("athena/*", f"{SNAPSHOTS}*", f"{EVENTS}*")
        )
        return [
            allow(
                ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
                [self._arns.workgroup()],
            ),
            allow(["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"], self._arns.lake()),
            allow(["s3:GetObject"], made),
            allow(["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [results]),
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [self._data.buckets.artifacts.bucket_arn]),
        ]


class TextCapabilities:
    """What functions may do with text messages, and with social networks.

    Attributes:
        _arns: Names of the deployment's resources.
    """

    _arns: Arns

    def send_texts(self) -> list[iam.PolicyStatement]:
        """Send text messages: through End User Messaging, or SNS to numbers (which have no ARN, as topics do)."""
        return [
            allow(["sms-voice:SendTextMessage"], self._arns.text_senders),
            iam.PolicyStatement(actions=["sns:Publish"], not_resources=["arn:*:sns:*:*:*"]),
        ]

    def see_text_senders(self) -> list[iam.PolicyStatement]:
        """See numbers, names, pools and registrations of the account (service reference of SMS Voice v2)."""
        names = ("PhoneNumbers", "SenderIds", "Pools", "Registrations")
        return [allow([f"sms-voice:Describe{name}" for name in names], ["*"])]

    def invoke_social(self) -> list[iam.PolicyStatement]:
        """Hand work over to the function that opens accounts of social networks."""
        return [allow(["lambda:InvokeFunction"], [self._arns.own_function("post_social")])]
