"""What once stopped a shard or answered 5xx, found by tests/functional/test_hostile_events.py."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.events import EventBatch
from stepwell.profiles.sizing import MAX_TRAITS_BYTES, size
from stepwell.triggers.batches import encode
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.ports import WriteKey
from stepwell.triggers.process import Record

from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryStream, MemoryTail, NoWebhooks

from .stage import TENANT, Stage

HALF = "\ud800"


class Api:
    def __init__(self) -> None:
        self.stream = MemoryStream()
        self._ingest = Ingest(
            IngestPorts(
                clock=ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC)),
                keys=MemoryKeys(K=WriteKey(TENANT, "web")),
                stream=self.stream,
                hooks=MemoryBus(),
                tail=MemoryTail(),
                webhooks=NoWebhooks(),
            )
        )

    def post(self, body: Any, path: str = "/v1/batch", **more: Any) -> tuple[int, Any]:
        request = {
            "rawPath": path,
            "headers": {},
            "requestContext": {"http": {"method": "POST", "path": path}},
            "isBase64Encoded": False,
            "body": body if isinstance(body, str) else json.dumps(body),
            **more,
        }
        answer = self._ingest.handle(request)
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.mark.parametrize("kind", [[], {}, 7, None, True])
def test_a_type_that_is_no_text_costs_no_neighbour(api: Api, kind: Any):
    good = {"type": "track", "event": "x", "userId": "ann"}
    status, told = api.post({"writeKey": "K", "batch": [{"type": kind, "userId": "ann"}, good]})
    assert (status, [one["code"] for one in told["rejected"]]) == (200, ["unknown_type"])
    assert len(api.stream.records) == 1


def test_half_a_character_in_a_key_is_an_unknown_key(api: Api):
    status, told = api.post({"writeKey": HALF, "batch": []})
    assert (status, told["code"]) == (401, "unknown_key")


@pytest.mark.parametrize("header", ["Basic é", "Basic ====", "Basic /w==", "Basic \ud800"])
def test_a_header_that_is_no_key_is_told(api: Api, header: str):
    status, told = api.post({"batch": []}, headers={"authorization": header})
    assert (status, told["code"]) in ((401, "invalid_key"), (400, "no_write_key"))


@pytest.mark.parametrize("context", ['{"a": "\\ud800"}', '{"a": 1e999}', json.dumps({"a": "x" * 40_000})])
def test_the_shared_context_is_part_of_each_event(api: Api, context: str):
    event = '{"type":"track","event":"x","userId":"ann"}'
    status, told = api.post(f'{{"writeKey":"K","context":{context},"batch":[{event}]}}')
    assert (status, told["code"]) == (400, "invalid_context")
    assert api.stream.records == []


def test_base64_of_other_characters_is_no_body(api: Api):
    status, told = api.post("é", isBase64Encoded=True)
    assert (status, told["code"]) == (400, "invalid_body")


def test_long_fields_are_taken_while_there_is_room():
    stage = Stage()
    for number in range(5):
        traits = {f"f{number}": {"blob": base64.b64encode(bytes(15_000)).decode()}, "plan": f"p{number}"}
        told = stage.event("identify", kind="identify", after=number, message_id=f"m{number}", traits=traits)
        report = stage.take(told)
        assert report.poison == []
    assert report.unusable == {"f4": 1}
    profile = stage.profile()
    assert profile is not None
    assert size(profile.traits) <= MAX_TRAITS_BYTES
    assert (len(profile.traits), profile.traits["plan"]) == (4, "p4")


def test_a_contact_that_cannot_be_stored_is_set_aside_alone():
    stage = Stage()
    report = stage.take(
        stage.event("visit", "x" * 500_000, message_id="m1"),
        stage.event("visit", "ann"),
    )
    assert [poison.code for poison in report.poison] == ["profile_too_large"]
    assert report.failed == {}
    assert stage.profile("ann") is not None


@pytest.mark.parametrize("field", ["occurred_at", "received_at"])
@pytest.mark.parametrize("year", [1, 9999])
def test_impossible_times_are_set_aside(field: str, year: int):
    stage = Stage()
    event = stage.event("visit").evolve(**{field: datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)})
    data = encode(EventBatch(tenant=TENANT, events=(event,)))
    report = stage.run([Record("1", "acme#x", data), *stage.records(stage.event("visit", "bob"))])
    assert [poison.code for poison in report.poison] == ["impossible_time"]
    assert stage.profile("bob") is not None
