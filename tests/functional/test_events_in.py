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
from stepwell.adapters.secret_box import KmsSecretBox
from stepwell.bootstrap import Container, container
from stepwell.contracts.clock import from_iso
from stepwell.contracts.workspace import KeyRecord
from stepwell.errors import StepwellError
from stepwell.sources.managing import with_secret
from stepwell.sources.models import SOURCE_KIND, Source, Webhook
from stepwell.triggers.batches import decode
from stepwell.triggers.wire import key_digest

from tests.fakes.cloud_tables import create_table
from tests.unit.sources import calls
from tests.unit.sources.calls import SECRET

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
        queue = boto3.client("sqs").create_queue(QueueName="poison")["QueueUrl"]
        monkeypatch.setenv("STEPWELL_POISON_QUEUE_URL", queue)
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


def test_a_signed_webhook_becomes_events(wired: Container, capsys: pytest.CaptureFixture[str]):
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    box = KmsSecretBox(boto3.client("kms"), key)
    mapping = '{"event": "invoice_" & state, "email": email, "messageId": id}'
    webhook = Webhook.model_validate({"verify": {"scheme": "github"}, "mapping": mapping})
    at = from_iso("2026-03-02T09:00:00Z")
    source = with_secret("acme", Source(id="billing", webhook=webhook), SECRET, box, at)
    wired.config.save_document("acme", SOURCE_KIND, "billing", 0, source.document())
    wired.__dict__["secret_box"] = box
    path = "/v1/webhooks/acme/billing"
    raw = json.dumps({"id": "in_1", "state": "paid", "email": "ann@x.example"}).encode()
    assert call("ingest_events", calls.meta(path, raw))["statusCode"] == 200
    capsys.readouterr()
    assert call("ingest_events", calls.meta(path, raw, "wrong-secret"))["statusCode"] == 401
    told = capsys.readouterr().out
    assert '"Unverified":1' in told.replace(" ", "")
    assert "ann@x.example" not in told
    assert call("ingest_events", calls.meta(path, b"x"))["statusCode"] == 400
    # EventBridge hands the detail on; what it got is looked at by a rule of its own in the cloud tests.
    detail = {
        "tenant": "acme",
        "source": "billing",
        "scheme": "github",
        "id": "hook-1",
        "received_at": "2026-03-02T09:00:00Z",
        "body": json.loads(raw),
    }
    call("ingest_webhook", {"detail": detail})
    call("ingest_webhook", {"detail": {**detail, "source": "gone"}})
    call("ingest_webhook", {"detail": {**detail, "tenant": "NO"}})
    ((tenant, event),) = on_stream()
    assert (tenant, event.name, event.email, event.source) == (
        "acme",
        "invoice_paid",
        "ann@x.example",
        "billing",
    )


def test_a_callback_is_on_the_stream_at_once(wired: Container):
    box = KmsSecretBox(boto3.client("kms"), boto3.client("kms").create_key()["KeyMetadata"]["Arn"])
    sender = calls.SendGridSender()
    webhook = Webhook.model_validate({"verify": {"scheme": "sendgrid"}, "callback": True})
    now = wired.clock.now()
    source = with_secret("acme", Source(id="grid", webhook=webhook), sender.key, box, now)
    wired.config.save_document("acme", SOURCE_KIND, "grid", 0, source.document())
    wired.__dict__["secret_box"] = box
    sent = [
        {"email": "ann@x.example", "event": "bounce", "type": "bounce", "timestamp": 1, "profile": PROFILE}
    ]
    request = sender.call("/v1/webhooks/acme/grid", json.dumps(sent).encode(), now)
    assert call("ingest_events", request)["statusCode"] == 200
    ((_, event),) = on_stream()
    assert (event.kind, event.name, event.profile) == ("engagement", "email_bounced", PROFILE)
    # What cannot be mapped is set aside: the provider's call was right, so it hears of nothing.
    broken = sender.call("/v1/webhooks/acme/grid", b'[{"event": "open", "timestamp": "x"}]', now)
    assert call("ingest_events", broken)["statusCode"] == 200
    ((_, document),) = wired.poison.take(1)
    assert (document["to"], document["key"]) == ("webhook", "acme#webhook")
