"""One IAM statement, and what concerns the lake: capabilities by themselves, so that their table stays readable."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
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
        """Write snapshots of contacts, and read what their parts told."""
        read = ("transfers/*", f"{SNAPSHOTS}manifests/*")
        return [
            allow(
                ["s3:PutObject", "s3:AbortMultipartUpload"],
                [self._arns.objects("artifacts", f"{SNAPSHOTS}*")],
            ),
            allow(["s3:GetObject"], [self._arns.objects("artifacts", one) for one in read]),
        ]

    def query_lake(self) -> list[iam.PolicyStatement]:
        """Ask Athena about snapshots; the statements are the platform's own, and each names its tenant."""
        results, snapshots = (self._arns.objects("artifacts", one) for one in ("athena/*", f"{SNAPSHOTS}*"))
        return [
            allow(
                ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"],
                [self._arns.workgroup()],
            ),
            allow(["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"], self._arns.lake()),
            allow(["s3:GetObject"], [snapshots]),
            allow(["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [results]),
            allow(["s3:GetBucketLocation", "s3:ListBucket"], [self._data.buckets.artifacts.bucket_arn]),
        ]
