"""The handlers of node functions and of unsubscribe links, against emulated AWS."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.bootstrap import Container, container
from stepwell.contracts.links import OptOut, address_hash, sign_opt_out
from stepwell.contracts.messages import Purpose
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.contracts.profiles import Profile

from tests.fakes.cloud_tables import create_table
from tests.fakes.world import World

PROFILE = "abcdefghijklmnop"


class Context:
    aws_request_id = "request-1"


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "STEPWELL_PREFIX": "t",
        "STEPWELL_PUBLIC_URL": "https://mail.example",
        "STEPWELL_MACHINE_ARN_PREFIX": "arn:aws:states:us-east-1:123456789012:stateMachine:t-",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        container.cache_clear()
        dynamodb = boto3.client("dynamodb")
        for table in ("t-config", "t-runs", "t-profiles", "t-engine"):
            create_table(dynamodb, table)
        boto3.client("kinesis").create_stream(StreamName="t-events", ShardCount=1)
        boto3.client("secretsmanager").create_secret(
            Name="t/signing", SecretString=json.dumps({"k1": "signing-key"})
        )
        wired = container()
        # moto speaks no PartiQL, which these two use; `tests/contract` holds them to their adapters.
        world = World()
        wired.__dict__.update(profiles=world.profiles, messaging=world.messaging)
        yield wired
    container.cache_clear()


def visit(method: str, token: str, body: str = "", lang: str = "") -> dict[str, Any]:
    event = {
        "requestContext": {"http": {"method": method}},
        "rawPath": f"/u/{token}",
        "rawQueryString": f"lang={lang}" if lang else "",
        "headers": {"Accept-Language": "de-DE,de;q=0.9"},
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    }
    answer: dict[str, Any] = importlib.import_module("functions.serve_unsubscribe.handler").handler(
        event, Context()
    )
    return answer


def test_one_click_reaches_consent_address_and_stream(wired: Container) -> None:
    wired.profiles.put("acme", [Profile(PROFILE, traits={"email": "ada@example.com"})])
    token = sign_opt_out(
        OptOut(
            "acme", PROFILE, "welcome", "email", Purpose.MARKETING, address_hash("acme", "ada@example.com")
        ),
        wired.secrets.link_keys(),
    )
    shown = visit("GET", token)
    assert shown["statusCode"] == 200
    assert "Abmelden?" in shown["body"]
    assert "Unsubscribe?" in visit("GET", token, lang="en")["body"]
    assert visit("HEAD", token)["body"] == ""
    assert wired.messaging.records("acme", [PROFILE])[PROFILE].consent == {}

    assert visit("POST", token, "List-Unsubscribe=One-Click")["statusCode"] == 200
    assert wired.messaging.records("acme", [PROFILE])[PROFILE].consent == {"email:marketing": "denied"}
    assert wired.messaging.suppressed("acme", "email", ["ada@example.com"]) == {
        "ada@example.com": "unsubscribed"
    }
    kinesis = boto3.client("kinesis")
    shard = kinesis.list_shards(StreamName="t-events")["Shards"][0]["ShardId"]
    place = kinesis.get_shard_iterator(StreamName="t-events", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    (record,) = kinesis.get_records(ShardIterator=place["ShardIterator"])["Records"]
    assert record["PartitionKey"].startswith("acme#")


def test_a_link_of_somebody_else_is_refused(wired: Container) -> None:
    assert visit("POST", "k1.acme.abcdefghijklmnop.welcome.em.x.y")["statusCode"] == 404


@pytest.mark.parametrize("function", NODE_FUNCTIONS)
def test_a_node_function_answers_a_task_without_contacts(wired: Container, function: str) -> None:
    graph = {
        "id": "welcome",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "mail", "type": "email_send", "config": {"template_id": "hello"}},
        ],
        "edges": [{"source": "start", "target": "mail"}],
    }
    wired.config.publish("acme", "welcome", graph)
    event = {
        "tenant": "acme",
        "workflow": "welcome",
        "version": 1,
        "node": "mail",
        "run": "r1",
        "attempt": 1,
        "cohort": [],
        "unknown_field_of_a_newer_machine": 1,
    }
    answer = importlib.import_module(f"functions.{function}.handler").handler(event, Context())
    assert answer == {
        "out": {"sent": [], "skipped": [], "failed": []},
        "later": [],
        "wait_s": 0,
        "due": "",
        "stay": "",
    }
