"""The stream that every event takes, and its raw copy in the lake."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.arns import Arns
from stacks.deployment import Deployment


class EventStream(Construct):
    """Kinesis, encrypted; records stay the default day: each further one costs, and the lake has the copy.

    Attributes:
        stream: The stream.
    """

    def __init__(
        self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey, lake: s3.IBucket
    ) -> None:
        """Create the stream and the delivery."""
        super().__init__(scope, id_)
        provisioned = deployment.stream_mode == "provisioned"
        self.stream = kinesis.Stream(
            self,
            "Stream",
            stream_name=deployment.name("events"),
            stream_mode=kinesis.StreamMode.PROVISIONED if provisioned else kinesis.StreamMode.ON_DEMAND,
            shard_count=deployment.shards if provisioned else None,
            encryption=kinesis.StreamEncryption.KMS,
            encryption_key=key,
            removal_policy=deployment.removal,
        )
        self._raw_copy(deployment, key, lake)

    def _raw_copy(self, deployment: Deployment, key: kms.IKey, lake: s3.IBucket) -> None:
        log_group = logs.LogGroup(
            self,
            "RawCopyLog",
            log_group_name=f"/aws/kinesisfirehose/{deployment.name('raw')}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        log_stream = logs.LogStream(self, "RawCopyErrors", log_group=log_group, log_stream_name="errors")
        role = iam.Role(
            self,
            "RawCopyRole",
            assumed_by=iam.ServicePrincipal(
                "firehose.amazonaws.com", conditions={"StringEquals": {"sts:ExternalId": cdk.Aws.ACCOUNT_ID}}
            ),
        )
        arns = Arns(deployment)
        policy = iam.Policy(
            self,
            "RawCopyPolicy",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=[
                        "kinesis:DescribeStream",
                        "kinesis:GetShardIterator",
                        "kinesis:GetRecords",
                        "kinesis:ListShards",
                    ],
                    resources=[self.stream.stream_arn],
                ),
                iam.PolicyStatement(
                    actions=["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                    resources=[lake.bucket_arn],
                ),
                iam.PolicyStatement(
                    actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
                    resources=[arns.objects("lake", "raw/*"), arns.objects("lake", "raw-errors/*")],
                ),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
                iam.PolicyStatement(actions=["logs:PutLogEvents"], resources=[log_group.log_group_arn]),
            ],
        )
        delivery = firehose.CfnDeliveryStream(
            self,
            "RawCopy",
            delivery_stream_name=deployment.name("raw"),
            delivery_stream_type="KinesisStreamAsSource",
            kinesis_stream_source_configuration=firehose.CfnDeliveryStream.KinesisStreamSourceConfigurationProperty(
                kinesis_stream_arn=self.stream.stream_arn, role_arn=role.role_arn
            ),
            extended_s3_destination_configuration=firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
                bucket_arn=lake.bucket_arn,
                role_arn=role.role_arn,
                prefix="raw/!{timestamp:yyyy/MM/dd/HH}/",
                error_output_prefix="raw-errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
                compression_format="GZIP",
                buffering_hints=firehose.CfnDeliveryStream.BufferingHintsProperty(
                    interval_in_seconds=900, size_in_m_bs=64
                ),
                cloud_watch_logging_options=firehose.CfnDeliveryStream.CloudWatchLoggingOptionsProperty(
                    enabled=True,
                    log_group_name=log_group.log_group_name,
                    log_stream_name=log_stream.log_stream_name,
                ),
                encryption_configuration=firehose.CfnDeliveryStream.EncryptionConfigurationProperty(
                    kms_encryption_config=firehose.CfnDeliveryStream.KMSEncryptionConfigProperty(
                        awskms_key_arn=key.key_arn
                    )
                ),
            ),
        )
        delivery.node.add_dependency(policy)
