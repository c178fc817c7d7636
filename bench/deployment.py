"""A metered deployment in memory: the functions' real handlers over the fakes' world, the compiled machine.

Handlers find their parts in the process's container; here these are laid into it before each run.
"""

from __future__ import annotations

import ast
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from stepwell.adapters.items.wire import to_wire
from stepwell.adapters.kinesis_sink import KinesisSink
from stepwell.bootstrap import container
from stepwell.observability import observed
from stepwell.runtime.ending import Exiter
from stepwell.runtime.enrolling import Enroller
from stepwell.runtime.waking import Waker
from stepwell.triggers.consequences import PassPorts
from stepwell.triggers.index import workflow_entry
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.outcomes import OutcomeCounter
from stepwell.triggers.ports import WriteKey
from stepwell.triggers.process import Pass
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow

from bench.keeping import BilledCounters, pages_without_catalogs
from bench.metering import LINE_BYTES, Meter, MeteredWorld, Outside, Settings
from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryTail, NoWebhooks
from tests.simulation.asl import Execution
from tests.simulation.audiences import TENANT
from tests.simulation.cloud import Cloud

WRITE_KEY = "wk_bench_0123456789abcdef"
STREAM_BATCH = 500
COUNT_BATCH = 100
PUT_UNIT = 25 * 1024
FIREHOSE_STEP = 5 * 1024


def memory_sizes() -> dict[str, int]:
    """Return the functions' memory as the stacks set it; read as text, for the CDK takes seconds to load."""
    tree = ast.parse((Path(__file__).parent.parent / "stacks" / "functions.py").read_text())
    tables = (
        n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "SIZES"
    )
    (table,) = (value for value in tables if isinstance(value, ast.Dict))
    return {
        ast.literal_eval(name): ast.literal_eval(size.args[0])
        for name, size in zip(table.keys, table.values, strict=True)
        if name is not None and isinstance(size, ast.Call)
    }


@cache
def access_line_bytes() -> int:
    """Return the size of the API's access log line of an answered request, as the stack formats it."""
    text = (Path(__file__).parent.parent / "stacks" / "constructs" / "http_api.py").read_text()
    (fields,) = (
        ast.literal_eval(n.value)
        for n in ast.parse(text).body
        if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "LOG_FIELDS"
    )
    values = {
        "$context.requestId": "JKJaXmPLvHcESHA=",
        "$context.requestTime": "02/Mar/2026:09:00:00 +0000",
        "$context.routeKey": "ANY /v1/{proxy+}",
        "$context.status": "200",
        "$context.responseLength": "16",
        "$context.responseLatency": "24",
        "$context.integrationLatency": "21",
    }
    return len(json.dumps({name: values.get(value, "-") for name, value in fields.items()})) + LINE_BYTES


class Shard:
    """The Kinesis client behind the real sink: keeps records for the processor, counts what is billed."""

    def __init__(self, meter: Meter) -> None:
        self.records: list[dict[str, Any]] = []
        self._meter = meter
        self._sequence = 0

    def put_records(self, StreamName: str, Records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803, ARG002 - boto3's names
        """See the Kinesis API."""
        for record in Records:
            self._sequence += 1
            data, key = record["Data"], record["PartitionKey"]
            size = len(data) + len(key)
            self._meter.amounts["kinesis_put_unit"] += ceil(size / PUT_UNIT)
            self._meter.amounts["stream_bytes"] += size
            self._meter.amounts["stream_records"] += 1
            self._meter.amounts["firehose_bytes"] += ceil(len(data) / FIREHOSE_STEP) * FIREHOSE_STEP
            self.records.append(
                {
                    "kinesis": {
                        "sequenceNumber": f"{self._sequence:056d}",
                        "partitionKey": key,
                        "data": base64.b64encode(data).decode(),
                    }
                }
            )
        return {"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1"} for _ in Records]}


class MeteredCloud(Cloud):
    """The simulation's deployment with real handlers and a meter.

    Args:
        sdk: Seconds of processor that the AWS SDK takes, see `bench.sdk`.
    """

    def __init__(self, sdk: dict[str, tuple[float, float]]) -> None:
        self.meter = Meter(memory_sizes(), sdk)
        super().__init__(world=MeteredWorld(self.meter), batch=STREAM_BATCH)

    @property
    def metered(self) -> MeteredWorld:
        """The world."""
        world: Any = self.world
        return world  # type: ignore[no-any-return]

    def __post_init__(self) -> None:
        """Wire handlers to metered fakes."""
        super().__post_init__()
        meter, world = self.meter, self.world
        self.shard = Shard(meter)
        sink: Any = Outside("stream", KinesisSink(self.shard, "events"), meter)
        settings: Any = Settings(world.workspaces, meter, "workspace", "control")
        templates: Any = Settings(world.templates, meter, "template")
        index: Any = Settings(self.index, meter, "triggers")
        self.counters = BilledCounters(meter, world.clock)
        counters: Any = Outside("counters", self.counters, meter)
        wrapped: dict[str, Any] = {
            name: Outside(name, getattr(world, name), meter)
            for name in (
                "tokens",
                "parking",
                "runs",
                "profiles",
                "messaging",
                "machines",
                "rate",
                "mailer",
                "secrets",
            )
        }
        self.ports = replace(self.ports, **wrapped, workspaces=settings, templates=templates, events=sink)
        wired = container()
        pages = pages_without_catalogs(meter, lambda: world.clock.now().timestamp())
        wired.__dict__.update(
            clock=world.clock,
            ports=self.ports,
            workspaces=settings,
            sink=sink,
            page_items=pages,
            runs=wrapped["runs"],
            ingest=Ingest(
                IngestPorts(
                    clock=world.clock,
                    keys=Settings(MemoryKeys(**{WRITE_KEY: WriteKey(TENANT, "web")}), meter, "find"),
                    stream=sink,
                    hooks=MemoryBus(),
                    tail=MemoryTail(),
                    webhooks=NoWebhooks(),
                    items=pages,
                )
            ),
            event_pass=Pass(
                PassPorts(
                    clock=world.clock,
                    profiles=wrapped["profiles"],
                    messaging=wrapped["messaging"],
                    tokens=wrapped["tokens"],
                    versions=world.versions,
                    workspaces=settings,
                    events=sink,
                    index=index,
                    rules=Settings(self.rules, meter, "rules"),
                    parking=wrapped["parking"],
                    members=self.members,
                    counters=counters,
                    enroller=Enroller(self.ports),
                    waker=Waker(self.ports),
                    exiter=Exiter(self.ports),
                    merging=world.merging(self.members),
                )
            ),
            outcome_counter=OutcomeCounter(wrapped["runs"], world.versions, counters),
        )
        self._new_items: list[dict[str, Any]] = []
        self._known_items: set[tuple[str, str]] = set()

    def publish(self, workflow: Workflow, version: int = 1) -> None:
        """See `Cloud.publish`; the index keeps its other workflows."""
        super().publish(workflow, version)
        workflow_entry(Graph(workflow), version, "active")

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """Invoke a function's handler."""
        self._calls += 1
        context = SimpleNamespace(aws_request_id=f"00000000-0000-4000-8000-{self._calls:012d}")
        handle = handler(function)
        with self.meter.invocation(function):
            return handle(event, context)

    def track(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Send one HTTP request of a tracking client."""
        body = json.dumps({"batch": list(events), "sentAt": events[-1]["timestamp"]})
        self.meter.amounts["http_api_request"] += max(1, ceil(len(body) / (512 * 1024)))
        self.meter.amounts["access_log_bytes"] += access_line_bytes()
        authorization = base64.b64encode(f"{WRITE_KEY}:".encode()).decode()
        answer = self.call(
            "ingest_events",
            {
                "version": "2.0",
                "rawPath": "/v1/batch",
                "requestContext": {"http": {"method": "POST", "path": "/v1/batch"}},
                "headers": {"authorization": f"Basic {authorization}", "content-type": "application/json"},
                "body": body,
                "isBase64Encoded": False,
            },
        )
        if json.loads(answer["body"]) != {"success": True}:
            raise ValueError(f"refused: {answer['body']}")

    def count_outcomes(self) -> None:
        """Deliver the runs table's stream of new items, 100 a batch."""
        new = []
        for key, item in self.world.runs_table.items.items():
            if key not in self._known_items:
                self._known_items.add(key)
                new.append({"eventName": "INSERT", "dynamodb": {"NewImage": to_wire(item)}})
        for start in range(0, len(new), COUNT_BATCH):
            self.call("count_outcomes", {"Records": new[start : start + COUNT_BATCH]})

    def _invoke(self, function: str, payload: Any) -> Any:
        return self.call(function, payload)

    def _deliver(self) -> bool:
        records = self.shard.records
        if not records:
            return False
        batch, self.shard.records = records[: self.batch], records[self.batch :]
        # The world's own events go through the same stream, so nothing waits in `_stream`.
        answer = self.call("process_events", {"Records": batch})
        if answer["batchItemFailures"]:
            raise ValueError("the pass failed")
        return True

    def _ended(self, execution: Execution) -> None:
        super()._ended(execution)
        self.meter.amounts["sfn_transition"] += execution.transitions
        self.count_outcomes()

    def _guarded(self, action: Callable[[], object]) -> None:
        with self.meter.invocation("sweep_due"), observed("sweep_due") as batch:
            action()
            for name in ("Stale", "Woken", "Timers"):
                batch.count(name, 0)

    def wait(self, span: timedelta) -> None:
        """Move the clock when nothing is due before."""
        self.world.clock.at += span


@cache
def handler(function: str) -> Callable[[Mapping[str, Any], Any], Any]:
    """Return a function's handler."""
    found: Callable[[Mapping[str, Any], Any], Any] = import_module(f"functions.{function}.handler").handler
    return found
