"""Step Functions, Kinesis, S3, Scheduler, Secrets Manager, SQS, EventBridge, the clock, the send rate."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, CredentialRetrievalError, EndpointConnectionError
from stepwell.adapters.aws import translated
from stepwell.adapters.clock import SystemClock
from stepwell.adapters.event_bus import EventBusHooks
from stepwell.adapters.kinesis_sink import MAX_RECORD_BYTES, KinesisSink, Record, records_of
from stepwell.adapters.s3_store import S3Objects
from stepwell.adapters.scheduler import Schedules, at_expression, schedule_name
from stepwell.adapters.secrets import SecretsManager
from stepwell.adapters.sqs_queue import SqsPoisonQueue
from stepwell.adapters.stepfunctions import StepFunctionsMachines
from stepwell.contracts.ids import profile_id
from stepwell.contracts.tokens import Run, Via
from stepwell.errors import Forbidden, InvalidInput, NotFound, NotReady, Throttled, Unavailable
from stepwell.observability import guard
from stepwell.triggers.batches import decode

REGION, T = "us-east-1", "acme"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PREFIX = f"arn:aws:states:{REGION}:123456789012:stateMachine:sw-dev-"


def client_error(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Op")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (client_error("ThrottlingException"), Throttled),
        (client_error("AccessDeniedException"), Forbidden),
        (client_error("ResourceNotFoundException"), NotReady),
        (client_error("ValidationException"), InvalidInput),
        (client_error("InternalError", 500), Unavailable),
        (client_error("ExpiredTokenException"), Unavailable),
        (EndpointConnectionError(endpoint_url="x"), Unavailable),
        (CredentialRetrievalError(provider="x", error_msg="y"), Unavailable),
    ],
)
def test_errors_are_translated_once(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected) as caught, translated("It"):
        raise error
    assert type(caught.value) is expected


def run(**changes: Any) -> Run:
    fields: dict[str, Any] = {
        "id": "r1",
        "workflow": "welcome",
        "version": 1,
        "entry": "hello",
        "via": Via(),
        "started_at": NOW,
        "expected_by": NOW,
        "cohort": ("a:0", "b:1"),
        "loop": {"again": 1},
    }
    return Run(**{**fields, **changes})


class FakeStates:
    """A client whose next answer is given."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def _answer(self, **request: Any) -> Any:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    start_execution = describe_execution = get_account = _answer


def machines(answer: Any = None) -> tuple[StepFunctionsMachines, FakeStates]:
    client = FakeStates(answer)
    return StepFunctionsMachines(client, prefix="sw-dev", arn_prefix=PREFIX), client


def test_a_run_starts_under_its_name() -> None:
    store, client = machines({})
    store.start(T, run(attempt=2))
    (asked,) = client.asked
    assert asked["stateMachineArn"] == f"{PREFIX}acme-welcome-v1"
    assert asked["name"] == "r1-hello-2"
    assert json.loads(asked["input"]) == {
        "entry": "hello",
        "run": "r1",
        "attempt": 2,
        "loop": {"again": 1},
        "cohort": ["a:0", "b:1"],
    }


@pytest.mark.parametrize("code", ["ExecutionAlreadyExists", "StepFunctions.ExecutionAlreadyExistsException"])
def test_already_started_is_success_in_both_spellings(code: str) -> None:
    machines(client_error(code))[0].start(T, run())


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "ExecutionLimitExceeded", "StateMachineDoesNotExist", "StateMachineDeleting"],
)
def test_what_cannot_start_now_is_left_to_the_reconciler(code: str) -> None:
    with pytest.raises(Unavailable):
        machines(client_error(code))[0].start(T, run())


def test_the_status_of_an_execution() -> None:
    store, client = machines({"status": "FAILED"})
    assert store.status(T, run()) == "FAILED"
    arn = f"arn:aws:states:{REGION}:123456789012:execution:sw-dev-acme-welcome-v1:r1-hello-1"
    assert client.asked == [{"executionArn": arn}]
    for code in ("ExecutionDoesNotExist", "StepFunctions.ExecutionDoesNotExistException"):
        assert machines(client_error(code))[0].status(T, run()) == "MISSING"


def event(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "message_id": f"m{number}",
        "kind": "track",
        "name": "order",
        "user_id": "ada",
        "occurred_at": "2026-03-02T09:00:00Z",
        "received_at": "2026-03-02T09:00:00Z",
        **changes,
    }


def test_events_of_a_person_share_a_record_that_the_processor_reads() -> None:
    records = records_of(T, [event(1), event(2, user_id="bob"), event(3), event(4, profile="p" * 16)])
    assert [record.key for record in records] == [
        f"{T}#{profile_id(T, 'user', 'ada')}",
        f"{T}#{profile_id(T, 'user', 'bob')}",
        f"{T}#{'p' * 16}",
    ]
    batch = decode(records[0].data)
    assert (batch.tenant, [e.message_id for e in batch.events]) == (T, ["m1", "m3"])


def test_big_batches_are_packed_and_split_and_too_big_events_refused() -> None:
    (packed,) = records_of(T, [event(n) for n in range(30)])
    assert packed.data[:2] == b"\x1f\x8b"
    assert len(decode(packed.data).events) == 30
    big = [event(n, properties={"t": "x" * 300_000}) for n in range(5)]
    parts = records_of(T, big)
    assert len(parts) == 3
    assert all(len(gzip.decompress(part.data)) < MAX_RECORD_BYTES + 100 for part in parts)
    with pytest.raises(InvalidInput):
        records_of(T, [event(1, properties={"t": "x" * MAX_RECORD_BYTES})])
    with pytest.raises(InvalidInput):
        records_of(T, [event(1, user_id=None)])


class FakeStream:
    """Takes records; refuses some the first times they are put."""

    def __init__(self, refuse: int = 0) -> None:
        self.refuse = refuse
        self.calls: list[list[str]] = []
        self.taken: list[bytes] = []

    def put_records(self, StreamName: str, Records: list[dict[str, Any]]) -> Any:  # noqa: N803
        self.calls.append([record["PartitionKey"] for record in Records])
        results = []
        for record in Records:
            if self.refuse > 0:
                self.refuse -= 1
                results.append({"ErrorCode": "ProvisionedThroughputExceededException"})
            else:
                self.taken.append(record["Data"])
                results.append({})
        return {"Records": results}


def test_refused_records_are_put_again_and_order_is_kept() -> None:
    stream = FakeStream(refuse=1)
    sink = KinesisSink(stream, "events", sleep=lambda _: None)
    sink.put([Record("a", b"1"), Record("b", b"2"), Record("a", b"3")])
    assert stream.calls == [["a", "b"], ["a"], ["a"]]
    assert stream.taken == [b"2", b"1", b"3"]


def test_a_stream_that_stays_full_throttles() -> None:
    with pytest.raises(Throttled):
        KinesisSink(FakeStream(refuse=99), "events", sleep=lambda _: None).emit(T, [event(1)])


def test_many_people_take_several_calls() -> None:
    stream = FakeStream()
    KinesisSink(stream, "events").emit(T, [event(n, user_id=f"u{n}") for n in range(1100)])
    assert [len(call) for call in stream.calls] == [500, 500, 100]


def test_objects_and_manifests(aws: None) -> None:
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket="artifacts")
    objects = S3Objects(client, "artifacts")
    with pytest.raises(NotFound):
        objects.get("acme/none")
    rows = [["a", "b"], ["ü"]]
    assert objects.put_manifest("acme/m.jsonl", rows) == 2
    assert objects.manifest("acme/m.jsonl") == rows
    objects.put("acme/x", b"1")
    assert list(objects.keys("acme/")) == ["acme/m.jsonl", "acme/x"]
    objects.delete("acme/x")
    objects.delete("acme/x")
    assert list(objects.keys("acme/")) == ["acme/m.jsonl"]


def test_schedules_are_put_replaced_and_deleted(aws: None) -> None:
    client = boto3.client("scheduler", region_name=REGION)
    client.create_schedule_group(Name="sw")
    role = "arn:aws:iam::123456789012:role/scheduler"
    schedules = Schedules(client, group="sw", role_arn=role, dead_letters_arn="arn:aws:sqs:us-east-1:1:dead")
    target = f"arn:aws:lambda:{REGION}:123456789012:function:f"
    schedules.put(T, "weekly", "cron(0 9 ? * MON *)", target, {"a": 1}, time_zone="Europe/Vienna")
    schedules.put(T, "weekly", "rate(1 hour)", target, {"a": 2}, enabled=False)
    stored = client.get_schedule(Name="acme.weekly", GroupName="sw")
    assert stored["ScheduleExpression"] == "rate(1 hour)"
    assert stored["State"] == "DISABLED"
    assert json.loads(stored["Target"]["Input"]) == {"a": 2}
    assert stored["Target"]["DeadLetterConfig"]["Arn"].endswith("dead")
    assert schedules.names(T) == ["acme.weekly"]
    schedules.delete(T, "weekly")
    schedules.delete(T, "weekly")
    assert schedules.names(T) == []
    assert at_expression(NOW) == "at(2026-03-02T09:00:00)"


def test_schedule_names_are_short_clean_and_distinct() -> None:
    long_a, long_b = (schedule_name(T, "x" * 90 + letter) for letter in "ab")
    assert len(long_a) == 64
    assert long_a != long_b
    assert schedule_name(T, "a b") != schedule_name(T, "a_b")


def test_secrets_are_cached_and_never_logged(aws: None) -> None:
    client = boto3.client("secretsmanager", region_name=REGION)
    client.create_secret(Name="sw/acme/crm", SecretString="hush-hush-1")
    client.create_secret(Name="sw/signing", SecretString='{"2": "old", "3": "new"}')
    now = [0.0]
    store = SecretsManager(client, prefix="sw", signing="sw/signing", monotonic=lambda: now[0])
    assert store.secret(T, "crm") == "hush-hush-1"
    assert "hush" not in guard.text("key=hush-hush-1")
    client.put_secret_value(SecretId="sw/acme/crm", SecretString="hush-hush-2")
    assert store.secret(T, "crm") == "hush-hush-1"
    now[0] = 301
    assert store.secret(T, "crm") == "hush-hush-2"
    assert store.link_keys() == {"2": b"old", "3": b"new"}
    with pytest.raises(NotFound):
        store.secret("other", "crm")
    client.put_secret_value(SecretId="sw/signing", SecretString="plain-text")
    now[0] = 999
    assert store.link_keys() == {"1": b"plain-text"}


def test_poison_is_kept_taken_and_dropped(aws: None) -> None:
    client = boto3.client("sqs", region_name=REGION)
    url = client.create_queue(QueueName="poison")["QueueUrl"]
    queue = SqsPoisonQueue(client, url)
    documents = [{"n": n, "data": "x" * 30_000} for n in range(23)]
    queue.put(documents)
    taken = queue.take(100)
    assert sorted(document["n"] for _, document in taken) == list(range(23))
    assert queue.take(100) == []
    queue.release([receipt for receipt, _ in taken])
    taken = queue.take(100)
    assert sorted(document["n"] for _, document in taken) == list(range(23))
    queue.drop([receipt for receipt, _ in taken])
    assert queue.take(1) == []


def test_webhooks_go_on_the_bus(aws: None) -> None:
    client = boto3.client("events", region_name=REGION)
    client.create_event_bus(Name="sw")
    EventBusHooks(client, "sw").put({"tenant": T})


def test_the_clock_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = SystemClock(file)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    file.write_text('{"offset_s": 86400}')
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=1)) < timedelta(seconds=5)
    file.write_text('{"offset_s": 172800.5}')
    os.utime(file, ns=(1, 1))
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=2)) < timedelta(seconds=5)
    file.write_text("{")
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=2)) < timedelta(seconds=5)
    assert SystemClock().now().tzinfo is UTC
