"""Roles enforced: a Lambda may do what its role allows, and each PartiQL statement is checked by its verb."""

from __future__ import annotations

import json
from pathlib import Path

from local.patches.iam_enforcement import statements
from local.testing import LocalCloud, eventually, make_function

CODE = """
import boto3
def handler(event, context):
    dynamodb = boto3.client("dynamodb")
    one = event["statement"]
    try:
        dynamodb.batch_execute_statement(Statements=[{"Statement": one}])
        return "done"
    except dynamodb.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
"""
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def test_a_statement_is_checked_by_its_verb_and_table() -> None:
    texts = (
        "INSERT INTO \"a\" VALUE {'pk': ?}",
        'UPDATE "b" SET "x"=? WHERE "pk"=?',
        'DELETE FROM "c" WHERE "pk"=?',
        'SELECT "x" FROM "d" WHERE "pk"=?',
    )
    body = json.dumps({"Statements": [{"Statement": text} for text in texts]}).encode()
    assert list(statements(body)) == [
        ("dynamodb:PartiQLInsert", "a"),
        ("dynamodb:PartiQLUpdate", "b"),
        ("dynamodb:PartiQLDelete", "c"),
        ("dynamodb:PartiQLSelect", "d"),
    ]


def test_a_function_may_do_what_its_role_allows(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path)
    cloud.enforce_roles()
    with cloud:
        cloud.client("dynamodb").create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        iam = cloud.client("iam")
        iam.create_role(
            RoleName="local",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]}),
        )
        allow = {
            "Effect": "Allow",
            "Action": "dynamodb:PartiQLInsert",
            "Resource": "arn:aws:dynamodb:us-east-1:000000000000:table/things",
        }
        iam.put_role_policy(
            RoleName="local",
            PolicyName="access",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
        )

        make_function(cloud, "writer", CODE)

        def told(statement: str) -> str:
            answer = cloud.client("lambda").invoke(
                FunctionName="writer", Payload=json.dumps({"statement": statement}).encode()
            )
            return str(json.load(answer["Payload"]))

        assert told("INSERT INTO \"things\" VALUE {'pk': 'a'}") == "done"
        assert told('DELETE FROM "things" WHERE "pk"=\'a\'') == "AccessDeniedException"
        asked = cloud.get("/_stepwell/counters")["permissions"]
    assert ["dynamodb:PartiQLInsert", True] in [[one[1], one[3]] for one in asked]
    assert ["dynamodb:PartiQLDelete", False] in [[one[1], one[3]] for one in asked]


def test_a_click_in_the_inbox_reaches_a_queue_that_insists_on_tls(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path)
    cloud.enforce_roles()
    with cloud:
        ses, sns, sqs = (cloud.client(service) for service in ("sesv2", "sns", "sqs"))
        topic = sns.create_topic(Name="mail")["TopicArn"]
        url = sqs.create_queue(QueueName="mail")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        about = {"Action": "sqs:*", "Resource": queue}
        plain = {"Bool": {"aws:SecureTransport": "false"}}
        rules = [
            {"Effect": "Deny", "Principal": {"AWS": "*"}, "Condition": plain, **about},
            {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, **about},
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": rules})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
        ses.create_email_identity(EmailIdentity="shop.example")
        ses.create_configuration_set(ConfigurationSetName="main")
        ses.create_configuration_set_event_destination(
            ConfigurationSetName="main",
            EventDestinationName="topic",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["CLICK"],
                "SnsDestination": {"TopicArn": topic},
            },
        )
        body = {"Html": {"Data": '<a href="https://shop.example/">Shop</a>'}}
        sent = ses.send_email(
            FromEmailAddress="hello@shop.example",
            Destination={"ToAddresses": ["ann@people.example"]},
            ConfigurationSetName="main",
            Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": body}},
        )
        cloud.post(f"/_stepwell/inbox/{sent['MessageId']}/click")
        assert eventually(lambda: "Messages" in sqs.receive_message(QueueUrl=url))
