"""Roles enforced: a Lambda may do what its role allows, and each PartiQL statement is checked by its verb."""

from __future__ import annotations

import json
from pathlib import Path

from local.patches.iam_enforcement import statements
from local.testing import LocalCloud, make_function

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
