"""10,000 hostile requests and records: each is refused with a code or set aside, and no neighbour is lost."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from stepwell.conditions import parse, to_json
from stepwell.contracts.ids import profile_id
from stepwell.triggers.batches import decode
from stepwell.triggers.ports import StreamRecord

from bench.events import rules_document
from tests.functional.hostile import GOOD, Hostile
from tests.functional.hostile_records import hostile_record
from tests.functional.line import TOKEN, Line
from tests.unit.triggers.stage import TENANT, workflow

pytestmark = pytest.mark.slow

REQUESTS = 8_000
RECORDS = 2_000
ALLOWED = {200, 202, 204, 400, 401, 404, 405, 413, 415}


def rules() -> dict[str, Any]:
    document = rules_document()
    document["computed"] = [
        {"name": "spent", "kind": "sum", "event": "Order Completed", "property": "total"},
        {"name": "last_plan", "kind": "last", "event": "Order Completed", "property": "plan"},
        {"name": "different", "kind": "distinct", "event": "page_view", "property": "url"},
        {"name": "kept_30", "kind": "count", "event": GOOD, "window_days": 30},
        {"name": "most", "kind": "max", "event": "purchase", "property": "revenue", "window_days": 7},
    ]
    document["segments"]["kept"] = {
        "id": "kept",
        "kind": "dynamic",
        "condition": to_json(parse(f"did({GOOD})")),
    }
    document["schema"] = {"attributes": [{"name": "phone", "type": "phone", "consent": "marketing"}]}
    document["sequences"] = {
        "twice": {
            "id": "twice",
            "steps": [{"event": "page_view"}, {"event": "*", "where": "event.total > 1"}],
            "within": "1_day",
            "same": "url",
            "emit": "twice",
        }
    }
    return document


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    made.stage.rules.documents[TENANT] = rules()
    document = workflow(
        entry_key="event.total", exit_criteria=[{"event": "page_view", "where": "event.age > 3"}]
    )
    document["nodes"][0]["config"] = {"event": "form_submission", "where": "event.revenue > 1 or age < 5"}
    made.stage.publish(document)
    made.tail.on.add(TENANT)
    with made.wired():
        yield made


def judge(answer: dict[str, Any]) -> str:
    """Insist on a clear answer; return its status and code."""
    status = answer["statusCode"]
    assert status in ALLOWED, answer
    if answer["headers"].get("content-type") != "application/json" or not answer["body"]:
        return str(status)
    body = json.loads(answer["body"])
    if status >= 400:
        assert body["code"] and body["message"], body
        return f"{status} {body['code']}"
    for refused in body.get("rejected", ()):
        assert refused["code"] and refused["message"], refused
    return f"{status} {'rejected' if body.get('rejected') else ''}"


def check_good(line: Line, good: dict[str, set[str]]) -> None:
    """Insist that each valid event arrived, once."""
    ids = {user: profile_id(TENANT, "user", user) for user in good}
    found = line.stage.world.profiles.get(TENANT, list(ids.values()))
    counts = {user: found[ids[user]].history["e"][GOOD][0] for user in good}
    assert counts == {user: len(messages) for user, messages in good.items()}


def check_poison(line: Line) -> Counter[str]:
    documents = list(line.poison.documents.values())
    assert all(document["code"] and document["message"] for document in documents)
    json.dumps(documents).encode()
    return Counter(str(document["code"]) for document in documents)


@pytest.mark.parametrize("seed", [1])
def test_hostile_requests(line: Line, seed: int):
    hostile = Hostile(seed)
    answers: Counter[str] = Counter()
    for _ in range(REQUESTS):
        hostile.sent.clear()
        told = judge(line.call(hostile.request(TOKEN)))
        answers[told] += 1
        if told.startswith("200"):
            hostile.taken()
        elif hostile.sent:
            # Only what belongs to all events of a request may cost all of them.
            assert told == "400 invalid_context"
    # Each kind of refusal was met, and valid ones stood among them.
    assert {
        "401 unknown_key",
        "400 invalid_body",
        "413 batch_too_large",
        "404 no_hook",
        "404 no_form",
        "200 ",
    } <= answers.keys(), answers
    assert sum(map(len, hostile.good.values())) > REQUESTS / 10
    line.tail.entries.clear()
    for detail in line.bus.details:
        line.mapper.take(json.loads(json.dumps(detail)))
    records = line.taken()
    arrived = {event.message_id for record in records for event in decode(record.data).events}
    assert set().union(*hostile.good.values()) <= arrived
    for start in range(0, len(records), 200):
        assert line.deliver(records[start : start + 200]) == {"batchItemFailures": []}
    check_good(line, hostile.good)
    check_poison(line)


def test_hostile_records(line: Line):
    hostile, draw = Hostile(2), random.Random(3)
    records: list[StreamRecord] = []
    for _ in range(RECORDS):
        records.append(hostile_record(hostile, draw))
        if draw.random() < 0.3:
            hostile.sent.clear()
            event = hostile.valid()
            hostile.taken()
            line.call(
                {
                    "rawPath": "/v1/t",
                    "headers": {},
                    "requestContext": {"http": {"method": "POST", "path": "/v1/t"}},
                    "body": json.dumps({**event, "writeKey": "secret-key"}),
                }
            )
            records += line.taken()
    for start in range(0, len(records), 50):
        # A stuck shard is one whose records come again for ever.
        assert line.deliver(records[start : start + 50]) == {"batchItemFailures": []}
    check_good(line, hostile.good)
    assert check_poison(line)["undecodable"] > 100
