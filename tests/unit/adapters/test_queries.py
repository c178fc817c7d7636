"""Athena and DynamoDB behind database_query, and SNS, on moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from stepwell.adapters.query_athena import AthenaQueries
from stepwell.adapters.query_dynamodb import DynamoQueries
from stepwell.adapters.sns_topics import SnsTopics
from stepwell.errors import Forbidden, InvalidInput, ProviderRejected, StepwellError, Unavailable

REGION = "us-east-1"


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "n", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "n", "KeyType": "RANGE"},
            ],
        )
        for number in (1, 2):
            client.put_item(
                TableName="orders",
                Item={
                    "pk": {"S": "a"},
                    "n": {"N": str(number)},
                    "total": {"N": "9.5"},
                    "tags": {"SS": ["y", "x"]},
                    "deep": {"M": {"l": {"L": [{"BOOL": True}, {"NULL": True}]}}},
                    "raw": {"B": b"x"},
                },
            )
        yield client


def test_dynamodb_reads_listed_tables_by_key(dynamodb: Any) -> None:
    queries = DynamoQueries({"acme": ["orders"]}, dynamodb=dynamodb)
    assert queries.first_row("acme", "orders", {"pk": "a", "n": 2}, "") == {
        "pk": "a",
        "n": 2,
        "total": 9.5,
        "tags": ["x", "y"],
        "deep": {"l": [True, None]},
        "raw": None,
    }
    first = queries.first_row("acme", "orders", {"pk": "a"}, "")
    assert first is not None and first["n"] == 1
    assert queries.first_row("acme", "orders", {"pk": "z"}, "") is None


def test_dynamodb_refuses_other_tables_and_keys(dynamodb: Any) -> None:
    queries = DynamoQueries({"acme": ["orders"], "*": ["shared"]}, dynamodb=dynamodb)
    for tenant, table in (("other", "orders"), ("acme", "engine"), ("acme", "")):
        with pytest.raises(Forbidden):
            queries.first_row(tenant, table, {"pk": "a"}, "")
    for key in ({}, {"a": 1, "b": 2, "c": 3}, ["a"], {"pk": ""}, {"pk": True}, {"pk": None}, {"total": 1}):
        with pytest.raises(InvalidInput):
            queries.first_row("acme", "orders", key, "")
    with pytest.raises(StepwellError):
        queries.first_row("acme", "shared", {"pk": "a"}, "")


def athena(*states: str, rows: list[list[str | None]] | None = None) -> tuple[AthenaQueries, Stubber]:
    client = boto3.client("athena", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="y")
    stubber = Stubber(client)
    stubber.add_response(
        "start_query_execution",
        {"QueryExecutionId": "q"},
        {
            "QueryString": "SELECT plan, n FROM t WHERE id = ?",
            "WorkGroup": "main",
            "ExecutionParameters": ["'o''neil'"],
            "QueryExecutionContext": {"Database": "crm"},
        },
    )
    for state in states:
        status = {"State": state.removesuffix("!"), "AthenaError": {"Retryable": state.endswith("!")}}
        stubber.add_response(
            "get_query_execution", {"QueryExecution": {"Status": status}}, {"QueryExecutionId": "q"}
        )
    if rows is not None:
        columns = [{"Name": "plan", "Type": "varchar"}, {"Name": "n", "Type": "bigint"}]
        data = [
            {"Data": [{"VarCharValue": c} if c is not None else {} for c in row]}
            for row in [["plan", "n"], *rows]
        ]
        stubber.add_response(
            "get_query_results",
            {"ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": columns}}},
            {"QueryExecutionId": "q", "MaxResults": 2},
        )
    stubber.activate()
    return AthenaQueries("main", limit_s=0.5, athena=client), stubber


def ask(queries: AthenaQueries) -> Any:
    return queries.first_row("acme", "SELECT plan, n FROM t WHERE id = ?", ["o'neil"], "crm")


def test_athena_waits_and_returns_the_first_row_with_types() -> None:
    queries, stubber = athena("QUEUED", "SUCCEEDED", rows=[["pro", "3"]])
    assert ask(queries) == {"plan": "pro", "n": 3}
    stubber.assert_no_pending_responses()
    assert ask(athena("SUCCEEDED", rows=[[None, None]])[0]) == {"plan": None, "n": None}
    assert ask(athena("SUCCEEDED", rows=[])[0]) is None


def test_athena_tells_a_bad_query_from_a_bad_moment() -> None:
    with pytest.raises(InvalidInput):
        ask(athena("FAILED")[0])
    with pytest.raises(Unavailable):
        ask(athena("FAILED!")[0])
    queries, stubber = athena("RUNNING", "RUNNING")
    stubber.add_response("stop_query_execution", {}, {"QueryExecutionId": "q"})
    with pytest.raises(Unavailable) as caught:
        ask(queries)
    assert caught.value.code == "query_timeout"


def test_athena_sees_nothing_but_a_select() -> None:
    queries = AthenaQueries("main", athena=object())
    with pytest.raises(InvalidInput):
        queries.first_row("acme", "DROP TABLE t", [], "")
    with pytest.raises(InvalidInput):
        queries.first_row("acme", "SELECT 1", {"a": 1}, "")


def test_sns_publishes_an_ascii_subject() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        sqs = boto3.client("sqs", region_name=REGION)
        topic = sns.create_topic(Name="stepwell-team-acme-sales")["TopicArn"]
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        SnsTopics("stepwell", sns).publish("acme", topic, "Neue\nKunden für dich " + "x" * 200, "Grüße")
        (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        body = json.loads(message["Body"])
        assert body["Subject"].startswith("Neue Kunden f?r dich") and len(body["Subject"]) == 100
        assert body["Message"] == "Grüße"
        with pytest.raises(ProviderRejected):
            SnsTopics("stepwell", sns).publish("acme", topic + "x", "s", "m")


@pytest.mark.parametrize(
    "topic",
    ["stepwell-mail-events", "stepwell-alarms", "stepwell-team-other-sales", "stepwell-team-acm-x", "x"],
)
def test_a_tenant_publishes_to_its_own_topics_only(topic: str) -> None:
    # Whoever can publish to `mail-events` tells the platform of bounces and complaints, of any tenant.
    with pytest.raises(ProviderRejected) as told:
        SnsTopics("stepwell", object()).publish(
            "acme", f"arn:aws:sns:{REGION}:123456789012:{topic}", "s", "m"
        )
    assert told.value.code == "foreign_topic"
