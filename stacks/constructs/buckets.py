"""Buckets: the lake (events as they came), artifacts (manifests, imports, query results), access logs."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct
from stepwell.contracts import names
from stepwell.lake.snapshots import ROOT as SNAPSHOTS

from stacks.arns import Arns
from stacks.deployment import Deployment

RAW_CHEAPER_AFTER = 90
"""Days after which raw events move to a cheaper class."""


class Buckets(Construct):
    """TLS only, never public, versioned.

    Attributes:
        lake: Raw events by hour, later the tables that Athena reads. Kept.
        artifacts: What a job writes for another: gone after 90 days.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the buckets."""
        super().__init__(scope, id_)
        self._deployment = deployment
        self._key = key
        # S3 delivers access logs only into buckets with its own encryption.
        self._logs = self._bucket(
            "logs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(90))],
        )
        tidy = s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
            noncurrent_version_expiration=cdk.Duration.days(30),
        )
        self.lake = self._encrypted(
            "lake",
            [
                tidy,
                self._raw_rule(),
            ],
        )
        self.artifacts = self._encrypted(
            "artifacts",
            [
                tidy,
                s3.LifecycleRule(expiration=cdk.Duration.days(90)),
                s3.LifecycleRule(prefix=SNAPSHOTS, expiration=cdk.Duration.days(7)),
                # What people wrote to us stays no longer than a failure takes to be mended.
                s3.LifecycleRule(prefix=names.REPLIES, expiration=cdk.Duration.days(7)),
            ],
        )
        self.artifacts.add_cors_rule(
            allowed_methods=[s3.HttpMethods.PUT],
            # The console puts files of imports here. What may be put where is in the signature of the address, no
            # cookie comes along; without a name of its own the console's address is not known before the API's.
            allowed_origins=[deployment.console_url or "*"],
            allowed_headers=["content-type"],
            max_age=3_600,
        )
        if deployment.reply_domain:
            self._let_ses_put_replies()

    def _raw_rule(self) -> s3.LifecycleRule:
        """Return what becomes of raw events: cheaper after a quarter, gone when the deployment says so."""
        days = int(self._deployment.keep_raw_days or 0)
        cheaper = s3.Transition(
            storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
            transition_after=cdk.Duration.days(RAW_CHEAPER_AFTER),
        )
        return s3.LifecycleRule(
            prefix="raw/",
            # What moves there pays for 90 days at least.
            transitions=[cheaper] if not days or days >= 2 * RAW_CHEAPER_AFTER else None,
            expiration=cdk.Duration.days(days) if days else None,
        )

    def _let_ses_put_replies(self) -> None:
        self.artifacts.add_to_resource_policy(
            iam.PolicyStatement(
                sid="SesPutsReplies",
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.artifacts.arn_for_objects(f"{names.REPLIES}*")],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )

    def _encrypted(self, name: str, rules: list[s3.LifecycleRule]) -> s3.Bucket:
        return self._bucket(
            name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self._key,
            # One call to KMS a while instead of one an object.
            bucket_key_enabled=True,
            server_access_logs_bucket=self._logs,
            server_access_logs_prefix=f"{name}/",
            lifecycle_rules=rules,
        )

    def _bucket(
        self,
        name: str,
        *,
        encryption: s3.BucketEncryption,
        lifecycle_rules: list[s3.LifecycleRule],
        encryption_key: kms.IKey | None = None,
        bucket_key_enabled: bool | None = None,
        server_access_logs_bucket: s3.IBucket | None = None,
        server_access_logs_prefix: str | None = None,
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            name.capitalize(),
            bucket_name=Arns(self._deployment).bucket_name(name),
            encryption=encryption,
            encryption_key=encryption_key,
            bucket_key_enabled=bucket_key_enabled,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=server_access_logs_prefix,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=lifecycle_rules,
            removal_policy=self._deployment.removal,
        )
