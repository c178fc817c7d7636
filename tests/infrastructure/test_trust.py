"""Who from outside of a role may use a queue, a topic, a function or the key: services, for this account only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.infrastructure.conftest import Cloud
from tests.infrastructure.test_permissions import as_list

POLICIES = {"AWS::SQS::QueuePolicy": "Queues", "AWS::SNS::TopicPolicy": "Topics"}


def allowed(cloud: Cloud, type_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for policy in cloud.resources(type_):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                yield policy.logical_id, statement


def test_services_reach_queues_and_topics_for_this_account_only(aws: Cloud) -> None:
    seen = 0
    for type_ in POLICIES:
        for name, statement in allowed(aws, type_):
            seen += 1
            condition = statement["Condition"]
            assert {"Service"} == set(statement["Principal"]), name
            # An ARN of ours names the account as well.
            assert (
                condition.get("StringEquals", {}).get("aws:SourceAccount")
                or condition["ArnEquals"]["aws:SourceArn"]
            ), name
    assert seen >= 7


def test_alarms_and_ses_may_publish(aws: Cloud) -> None:
    # TLS-only is a policy of its own, which replaces the default one of the account.
    publishers = {s["Principal"]["Service"] for _, s in allowed(aws, "AWS::SNS::TopicPolicy")}
    assert publishers == {"cloudwatch.amazonaws.com", "ses.amazonaws.com", "sms-voice.amazonaws.com"}


def test_what_writes_to_encrypted_queues_and_topics_may_use_the_key(aws: Cloud) -> None:
    (key,) = aws.resources("AWS::KMS::Key")
    users = {
        service
        for s in key.properties["KeyPolicy"]["Statement"]
        for service in as_list(s["Principal"].get("Service", []))
        if {"kms:Decrypt", "kms:GenerateDataKey"} <= set(as_list(s["Action"]))
    }
    writers = {s["Principal"]["Service"] for type_ in POLICIES for _, s in allowed(aws, type_)}
    assert writers <= users
    log = [s for s in key.properties["KeyPolicy"]["Statement"] if s.get("Sid") == "LogDelivery"]
    assert log[0]["Principal"] == {"Service": "delivery.logs.amazonaws.com"}


def test_services_call_functions_for_one_source_only(aws: Cloud) -> None:
    for permission in aws.resources("AWS::Lambda::Permission"):
        assert permission.properties["SourceArn"], permission.logical_id


def test_roles_are_taken_by_services_of_this_account(aws: Cloud) -> None:
    for role in aws.resources("AWS::IAM::Role"):
        for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]:
            assert set(statement["Principal"]) == {"Service"}, role.logical_id
