from __future__ import annotations

import pytest

from tests.infrastructure.conftest import Cloud

TABLES = ["engine", "runs", "profiles", "config"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_on_demand_recoverable_encrypted_and_kept(aws: Cloud, name: str) -> None:
    table = aws.named("AWS::DynamoDB::Table", "TableName", f"stepwell-{name}")
    properties = table.properties
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEType"] == "KMS"
    assert "KMSMasterKeyId" in properties["SSESpecification"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["DeletionProtectionEnabled"] is True
    assert table.body["DeletionPolicy"] == "Retain"
    assert [k["AttributeName"] for k in properties["KeySchema"]] == ["pk", "sk"]


def test_there_are_no_other_tables(aws: Cloud) -> None:
    assert len(aws.resources("AWS::DynamoDB::Table")) == len(TABLES)


def test_runs_have_their_indices_and_their_stream(aws: Cloud) -> None:
    runs = aws.named("AWS::DynamoDB::Table", "TableName", "stepwell-runs").properties
    indices = {
        i["IndexName"]: ([k["AttributeName"] for k in i["KeySchema"]], i["Projection"]["ProjectionType"])
        for i in runs["GlobalSecondaryIndexes"]
    }
    assert indices == {
        "open": (["opk", "expected_by"], "KEYS_ONLY"),
        "by_workflow": (["wpk", "run"], "KEYS_ONLY"),
    }
    assert runs["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_local_data_can_be_thrown_away(local: Cloud) -> None:
    for table in local.resources("AWS::DynamoDB::Table"):
        assert table.properties["DeletionProtectionEnabled"] is False
        assert table.body["DeletionPolicy"] == "Delete"


def test_buckets_are_private_versioned_and_speak_tls_only(aws: Cloud) -> None:
    buckets = aws.resources("AWS::S3::Bucket")
    policies = aws.resources("AWS::S3::BucketPolicy")
    assert len(buckets) == 3
    for bucket in buckets:
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket.properties["LifecycleConfiguration"]["Rules"]
        assert bucket.properties["BucketEncryption"]
        (policy,) = [p for p in policies if p.properties["Bucket"] == {"Ref": bucket.logical_id}]
        statements = policy.properties["PolicyDocument"]["Statement"]
        assert any(
            s["Effect"] == "Deny" and s["Condition"].get("Bool") == {"aws:SecureTransport": "false"}
            for s in statements
        )


def test_the_stream_has_one_shard_and_the_key(aws: Cloud) -> None:
    (stream,) = aws.resources("AWS::Kinesis::Stream")
    assert stream.properties["ShardCount"] == 1
    assert stream.properties["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert stream.properties["StreamEncryption"]["EncryptionType"] == "KMS"


def test_the_stream_can_be_on_demand(synthesise) -> None:  # type: ignore[no-untyped-def]
    (stream,) = synthesise(stream_mode="on_demand", xray=True).resources("AWS::Kinesis::Stream")
    assert stream.properties["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert "ShardCount" not in stream.properties


def test_the_raw_copy_comes_from_the_stream(aws: Cloud) -> None:
    (delivery,) = aws.resources("AWS::KinesisFirehose::DeliveryStream")
    assert delivery.properties["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert delivery.properties["ExtendedS3DestinationConfiguration"]["Prefix"].startswith("raw/")


def test_exports_do_not_depend_on_who_uses_them(aws: Cloud, synthesise, tmp_path) -> None:  # type: ignore[no-untyped-def]
    without_functions = synthesise(functions=tmp_path)
    for stack in ("data", "api"):
        assert set(without_functions.templates[stack]["Outputs"]) == set(aws.templates[stack]["Outputs"])


def test_every_queue_and_topic_is_encrypted(aws: Cloud) -> None:
    for queue in aws.resources("AWS::SQS::Queue"):
        assert "KmsMasterKeyId" in queue.properties
    for topic in aws.resources("AWS::SNS::Topic"):
        assert "KmsMasterKeyId" in topic.properties
