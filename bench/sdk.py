"""Processor time of the AWS SDK: the real adapters on real clients whose answers come from here, not the network.

Each kind of call is measured with one item and with many; the line through both gives the time a call and an
item. The time to make the answer is taken out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from stepwell.adapters.aws import client
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_tokens import DynamoTokens
from stepwell.adapters.items.tokens import encode_token
from stepwell.adapters.items.wire import to_wire
from stepwell.adapters.kinesis_sink import KinesisSink
from stepwell.adapters.ses_mailer import SesMailer
from stepwell.adapters.stepfunctions import StepFunctionsMachines
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Email
from stepwell.contracts.tokens import Move, Run, Token, TokenState, Via
from stepwell.triggers.ports import StreamRecord

_NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_MANY = 250
_ROUNDS = 5


class _Raw:
    """A response's body as urllib3 hands it on."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self._body


class _Answers:
    """Answers requests before they leave, and knows what that took."""

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}
        self.spent_s = 0.0

    def watch(self, made: Any) -> Any:
        made.meta.events.register("before-send", self)
        return made

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        started = process_time()
        target = request.headers.get("X-Amz-Target") or b""
        operation = (target.decode() if isinstance(target, bytes) else target).partition(".")[2]
        body = request.body or b"{}"
        told = json.loads(body) if body[:1] == b"{" else {}
        text = json.dumps(self._answer(operation, told)).encode()
        headers = HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"})
        answer = AWSResponse(request.url, 200, headers, _Raw(text))
        self.spent_s += process_time() - started
        return answer

    def _answer(self, operation: str, told: dict[str, Any]) -> dict[str, Any]:
        if "BulkEmailEntries" in told:
            entry = {"Status": "SUCCESS", "MessageId": "m"}
            return {"BulkEmailEntryResults": [entry] * len(told["BulkEmailEntries"])}
        if operation == "BatchGetItem":
            ((table, asked),) = told["RequestItems"].items()
            found = [self.items[k["pk"]["S"]] for k in asked["Keys"] if k["pk"]["S"] in self.items]
            return {"Responses": {table: found}, "UnprocessedKeys": {}}
        if operation == "BatchExecuteStatement":
            return {"Responses": [{} for _ in told["Statements"]]}
        if operation == "GetItem":
            return {"Item": next(iter(self.items.values()))}
        if operation == "Query":
            return {"Items": [], "Count": 0, "ScannedCount": 0}
        if operation == "PutRecords":
            return {
                "FailedRecordCount": 0,
                "Records": [{"SequenceNumber": "1", "ShardId": "s"} for _ in told["Records"]],
            }
        if operation == "StartExecution":
            return {"executionArn": "arn:aws:states:us-east-1:1:execution:m:n", "startDate": 1.0}
        return {"MessageId": "m"}


def sdk_seconds() -> dict[str, tuple[float, float]]:
    """Return (seconds a call, seconds an item) by kind of call."""
    answers = _Answers()
    dynamo = answers.watch(client("dynamodb"))
    table = DynamoTable(dynamo, "engine")
    store = DynamoTokens(table, clock=ManualClock(_NOW), keep_ended=None)
    tokens = [_token(number) for number in range(_MANY)]
    plain = [encode_token("acme", "welcome", token) for token in tokens]
    answers.items = {item["pk"]: to_wire(item) for item in plain}
    moves = [Move(t, t.evolve(state=TokenState.ENDED, epoch=2, end_reason="completed")) for t in tokens]
    sink = KinesisSink(answers.watch(client("kinesis")), "events")
    records = [StreamRecord(f"acme#{t.id[:16]}", b"x" * 900) for t in tokens]
    machines = StepFunctionsMachines(
        answers.watch(client("stepfunctions")),
        prefix="stepwell",
        arn_prefix="arn:aws:states:us-east-1:1:stateMachine:stepwell-",
    )
    mailer = SesMailer(answers.watch(client("sesv2", attempts=1, validated=False)))
    run = Run("r" * 16, "welcome", 1, "email_1", Via(), _NOW, _NOW, tuple(f"{t.id}:1" for t in tokens))
    key = (plain[0]["pk"], plain[0]["sk"])
    text = "Hello there. " * 60
    email = Email(
        to="ada@example.com",
        sender="Shop <shop@example.com>",
        subject="Hello",
        html=f"<p>{text}</p>",
        text=text,
        headers={"List-Unsubscribe": "<https://example.com/u/x>"},
        tags={"tenant": "acme", "workflow": "welcome"},
    )

    def timed(work: Callable[[], object]) -> float:
        work()
        best = 9.0
        for _ in range(_ROUNDS):
            answers.spent_s, started = 0.0, process_time()
            work()
            best = min(best, process_time() - started - answers.spent_s)
        return best

    def line(one: float, many: float, calls: int) -> tuple[float, float]:
        # Two equations: one is a call and an item, many are the calls and all items.
        item = max(0.0, (many - calls * one) / (_MANY - calls))
        return max(0.0, one - item), item

    ids = [t.id for t in tokens]
    get, put = timed(lambda: table.get(key)), timed(lambda: table.put(plain[0]))
    return {
        "get": (get, 0.0),
        "put": (put, 0.0),
        "query": (timed(lambda: table.query("none")), 0.0),
        "batch_get": line(
            timed(lambda: store.get("acme", "welcome", ids[:1])),
            timed(lambda: store.get("acme", "welcome", ids)),
            3,
        ),
        "statements": line(
            timed(lambda: store.move("acme", "welcome", moves[:1])),
            timed(lambda: store.move("acme", "welcome", moves)),
            10,
        ),
        "batch_write": line(
            timed(lambda: table.write_many(plain[:1])), timed(lambda: table.write_many(plain)), 10
        ),
        "put_records": line(timed(lambda: sink.put(records[:1])), timed(lambda: sink.put(records)), 1),
        "start": (timed(lambda: machines.start("acme", run)), 0.0),
        "send": (timed(lambda: mailer.send(email)), 0.0),
        "send_bulk": line(
            timed(lambda: mailer.send_many([email] * 2)), timed(lambda: mailer.send_many([email] * _MANY)), 5
        ),
    }


def _token(number: int) -> Token:
    return Token(
        id=f"{profile_id('acme', 'user', str(number))}.0.1",
        state=TokenState.RUNNING,
        epoch=1,
        run="r" * 16,
        node="email_1",
        version=1,
        entered_at=_NOW,
        as_of=_NOW - timedelta(seconds=2),
        runs=("r" * 16,),
        context={"event": "signup", "message_id": "m" * 36, "key": "k" * 16, "properties": {"plan": "pro"}},
    )
