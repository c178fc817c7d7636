"""Hostile requests and records against DynamoDB's own limits: what tables in memory would take and real ones refuse."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from stepwell.adapters.rules_store import DynamoRules
from stepwell.bootstrap import Container, container
from stepwell.contracts.clock import from_iso
from stepwell.contracts.ids import profile_id
from stepwell.contracts.workspace import KeyRecord
from stepwell.triggers.ports import StreamRecord
from stepwell.triggers.wire import key_digest

from functions.ingest_events.handler import handler as ingest_events
from functions.process_events.handler import handler as process_events
from local.testing import LocalCloud
from tests.fakes.cloud_tables import RUNS_INDEXES, create_table
from tests.functional.hostile import GOOD, KEY, Hostile
from tests.functional.hostile_records import hostile_record
from tests.functional.test_hostile_events import judge, rules
from tests.unit.triggers.stage import TENANT

pytestmark = pytest.mark.cloud

PREFIX = "hostile"
REQUESTS, RECORDS = 400, 400


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path) as running:
        yield running


@pytest.fixture
def wired(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    dynamodb = cloud.client("dynamodb")
    for table in ("engine", "profiles", "config"):
        create_table(dynamodb, f"{PREFIX}-{table}")
    create_table(dynamodb, f"{PREFIX}-runs", RUNS_INDEXES)
    cloud.client("kinesis").create_stream(StreamName=f"{PREFIX}-events", ShardCount=1)
    cloud.client("events").create_event_bus(Name="stepwell")
    queue = cloud.client("sqs").create_queue(QueueName="poison")["QueueUrl"]
    monkeypatch.setenv("STEPWELL_PREFIX", PREFIX)
    monkeypatch.setenv("STEPWELL_EVENT_BUS", "stepwell")
    monkeypatch.setenv("STEPWELL_POISON_QUEUE_URL", queue)
    container.cache_clear()
    wired = container()
    wired.keys.add(KeyRecord(key_digest(KEY), TENANT, "web", "Web", from_iso("2026-03-02T09:00:00Z")))
    DynamoRules(wired._config_table, wired.clock).write(TENANT, rules(), 0)
    yield wired
    container.cache_clear()


def deliver(records: list[StreamRecord]) -> None:
    for start in range(0, len(records), 50):
        batch = [
            {
                "kinesis": {
                    "sequenceNumber": f"{start + n}",
                    "partitionKey": r.key,
                    "data": base64.b64encode(r.data).decode(),
                }
            }
            for n, r in enumerate(records[start : start + 50])
        ]
        assert process_events({"Records": batch}, None) == {"batchItemFailures": []}


def on_stream(cloud: LocalCloud) -> list[StreamRecord]:
    kinesis, name = cloud.client("kinesis"), f"{PREFIX}-events"
    (shard,) = kinesis.list_shards(StreamName=name)["Shards"]
    at = kinesis.get_shard_iterator(
        StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    found: list[StreamRecord] = []
    while True:
        answer = kinesis.get_records(ShardIterator=at, Limit=1_000)
        if not answer["Records"]:
            return found
        found += [StreamRecord(r["PartitionKey"], r["Data"]) for r in answer["Records"]]
        at = answer["NextShardIterator"]


def test_real_stores_take_or_refuse_without_losing_a_neighbour(wired: Container, cloud: LocalCloud):
    hostile, draw = Hostile(21), Random(22)
    for _ in range(REQUESTS):
        hostile.sent.clear()
        told = judge(ingest_events(json.loads(json.dumps(hostile.request())), None))
        if told.startswith("200"):
            hostile.taken()
    strange = [hostile_record(hostile, draw) for _ in range(RECORDS)]
    # The largest that there may be: fields and names to the limits, from many calls.
    strange += [grown(number) for number in range(40)]
    mixed = [*on_stream(cloud), *strange]
    draw.shuffle(mixed)
    deliver(mixed)
    ids = {user: profile_id(TENANT, "user", user) for user in [*hostile.good, "grown"]}
    found = wired.profiles.get(TENANT, list(ids.values()))
    counts = {user: found[ids[user]].history["e"][GOOD][0] for user in hostile.good}
    assert counts == {user: len(messages) for user, messages in hostile.good.items()}
    assert found[ids["grown"]].history["e"][GOOD][0] == 40


def grown(number: int) -> StreamRecord:
    event: dict[str, Any] = {
        "message_id": f"grown-{number}",
        "kind": "track",
        "name": GOOD,
        "user_id": "grown",
        "anonymous_id": f"{number:0250d}",
        "traits": {f"{number:03d}{n:061d}": "𝕏" * 1_000 for n in range(5)},
        "occurred_at": "2026-03-02T09:00:00Z",
        "received_at": "2026-03-02T09:00:00Z",
        "source": "s" * 60,
    }
    return StreamRecord(f"{TENANT}#x", json.dumps({"v": 1, "tenant": TENANT, "events": [event]}).encode())
