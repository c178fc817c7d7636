"""The handlers of events in, against emulated AWS: an HTTP request ends as a stream record that the pass can read."""

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
from stepwell.contracts.clock import from_iso
from stepwell.contracts.workspace import KeyRecord
from stepwell.errors import StepwellError
from stepwell.triggers.batches import decode
from stepwell.triggers.wire import key_digest

from tests.fakes.cloud_tables import create_table

PROFILE = "abcdefghijklmnop"


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "STEPWELL_PREFIX": "t",
        "STEPWELL_CONFIG_TABLE": "eventsin-config",
        "STEPWELL_RUNS_TABLE": "eventsin-runs",
        "STEPWELL_STREAM": "events",
        "STEPWELL_EVENT_BUS": "stepwell",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        container.cache_clear()
        dynamodb = boto3.client("dynamodb")
        for table in ("eventsin-config", "eventsin-runs"):
            create_table(dynamodb, table)
        boto3.client("kinesis").create_stream(StreamName="events", ShardCount=1)
        boto3.client("events").create_event_bus(Name="stepwell")
        yield container()
    container.cache_clear()


def call(function: str, event: dict[str, Any]) -> Any:
    return importlib.import_module(f"functions.{function}.handler").handler(event, None)


def on_stream() -> list[Any]:
    kinesis = boto3.client("kinesis")
    (shard,) = kinesis.list_shards(StreamName="events")["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName="events", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    records = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return [(batch.tenant, event) for r in records for batch in [decode(r["Data"])] for event in batch.events]


def post(path: str, body: dict[str, Any], key: str = "secret-key") -> Any:
    auth = base64.b64encode(f"{key}:".encode()).decode()
    return call(
        "ingest_events",
        {
            "version": "2.0",
            "rawPath": path,
            "headers": {"authorization": f"Basic {auth}"},
            "requestContext": {"http": {"method": "POST", "path": path}},
            "isBase64Encoded": False,
            "body": json.dumps(body),
        },
    )


def add_key(wired: Container) -> None:
    at = from_iso("2026-03-02T09:00:00Z")
    wired.keys.add(KeyRecord(key_digest("secret-key"), "acme", "web", "Web shop", at))


def test_tracking(wired: Container):
    add_key(wired)
    assert post("/v1/track", {"userId": "ann", "event": "signup"})["statusCode"] == 200
    assert post("/v1/track", {"userId": "ann", "event": "signup"}, "other")["statusCode"] == 401
    ((tenant, event),) = on_stream()
    assert (tenant, event.name, event.source) == ("acme", "signup", "web")


def test_rejected_events_are_in_the_debugger(wired: Container):
    add_key(wired)
    post("/v1/track", {"event": "signup", "messageId": "m1"})
    entries, _ = wired.logs.tail("acme")
    assert [(e["status"], e["code"], e["message_id"]) for e in entries] == [("rejected", "no_identity", "m1")]


def test_webhooks(wired: Container):
    add_key(wired)
    assert post("/v1/hooks/secret-key/deal", {"email": "a@x.de"})["statusCode"] == 202
    detail = {
        "v": 1,
        "tenant": "acme",
        "source": "web",
        "hook": "deal",
        "id": "hook-1",
        "received_at": "2026-03-02T09:00:00Z",
        "body": {"email": "a@x.de", "stage": "won"},
    }
    call("ingest_webhook", {"detail": detail})
    call("ingest_webhook", {"detail": {"something": "else"}})
    ((_, event),) = on_stream()
    assert (event.name, event.email) == ("webhook:deal", "a@x.de")


def ses(number: int = 1, person: str = PROFILE) -> str:
    document = {
        "eventType": "Delivery",
        "mail": {
            "timestamp": "2026-03-02T09:00:00Z",
            "messageId": f"s{number}",
            "destination": ["a@x.de"],
            "tags": {
                "tenant": ["acme"],
                "enrollment": [f"{person}.0.1"],
                "workflow": ["w"],
                "version": ["1"],
            },
        },
        "delivery": {"timestamp": "2026-03-02T09:00:01Z", "recipients": ["a@x.de"]},
    }
    return json.dumps(document)


def told(*bodies: str) -> Any:
    records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    return call("ingest_callbacks", {"Records": records})


def test_callbacks(wired: Container):
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    enveloped = json.dumps({"Type": "Notification", "Message": ses(2)})
    assert told(ses(1), greeting, enveloped) == {"batchItemFailures": []}
    found = on_stream()
    assert [(tenant, event.name, event.profile) for tenant, event in found] == [
        ("acme", "email_delivered", PROFILE)
    ] * 2
    assert found[0][1].message_id != found[1][1].message_id


def test_what_ses_tells_of_one_person_travels_in_one_record(wired: Container):
    other = "bcdefghijklmnopa"
    told(ses(1), ses(2, other), ses(3), ses(4, other))
    kinesis = boto3.client("kinesis")
    (shard,) = kinesis.list_shards(StreamName="events")["Shards"]
    at = kinesis.get_shard_iterator(
        StreamName="events", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    records = kinesis.get_records(ShardIterator=at["ShardIterator"])["Records"]
    batches = [[e.properties["provider_id"] for e in decode(r["Data"]).events] for r in records]
    assert sorted(batches) == [["s1", "s3"], ["s2", "s4"]]


def test_a_malformed_message_fails_alone(wired: Container):
    answer = told(ses(1), "not from SES", '{"eventType": "Click"}', ses(2))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}
    assert [event.properties["provider_id"] for _, event in on_stream()] == ["s1", "s2"]


def test_when_the_stream_takes_nothing_all_messages_come_again(wired: Container):
    boto3.client("kinesis").delete_stream(StreamName="events")
    with pytest.raises(StepwellError):
        told(ses(1), ses(2))


def test_a_message_delivered_twice_is_the_same_event(wired: Container):
    told(ses(1))
    told(ses(1))
    (_, first), (_, again) = on_stream()
    # The pass drops message ids that it has seen (tests/unit/triggers/test_process.py).
    assert first.message_id == again.message_id


def test_outcomes(wired: Container):
    meta = {
        "pk": {"S": "acme#R#r1"},
        "sk": {"S": "meta"},
        "w": {"S": "welcome"},
        "v": {"N": "2"},
        "vn": {"S": "start"},
        "vo": {"S": "enrolled"},
        "z": {"N": "8"},
    }
    trace = {
        "pk": {"S": "acme#R#r1"},
        "sk": {"S": "t#mail##0"},
        "o": {"S": '{"sent":"0-5","skipped":"6,7"}'},
        "q": {"S": '{"no_consent":"6,7"}'},
    }
    records = [{"eventName": "INSERT", "dynamodb": {"NewImage": image}} for image in (meta, trace)]
    records.append({"eventName": "MODIFY", "dynamodb": {"NewImage": meta}})
    for _ in range(2):
        call("count_outcomes", {"Records": records})
    assert wired.counters.read("acme", "welcome", 2) == {
        "start": {"enrolled": 8},
        "mail": {"sent": 6, "skipped": 2, "reason:no_consent": 2},
    }
