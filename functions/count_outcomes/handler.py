"""Counts contacts a node from the stream of new traces and runs."""

from __future__ import annotations

from typing import Any

from stepwell.adapters.items.runs import META, TRACES, run_id_of, trace_counts
from stepwell.adapters.items.wire import from_wire
from stepwell.bootstrap import container
from stepwell.observability import observed
from stepwell.triggers.outcomes import NewRun, NewTrace


def handler(event: dict[str, Any], context: object) -> None:
    """Take inserts of table `runs`; a failed batch is delivered again and counts only what it had not."""
    del context
    with observed("count_outcomes") as batch:
        inserts = [record["dynamodb"]["NewImage"] for record in event["Records"] if _is_insert(record)]
        items = [found for image in inserts if (found := _item(from_wire(image))) is not None]
        batch.count("Items", len(items))
        batch.count("Counted", container().outcome_counter.count(items))


def _is_insert(record: dict[str, Any]) -> bool:
    return record.get("eventName") == "INSERT" and "NewImage" in record["dynamodb"]


def _item(item: dict[str, Any]) -> NewRun | NewTrace | None:
    pk, sk = str(item["pk"]), str(item["sk"])
    tenant, run = pk.partition("#")[0], run_id_of(pk)
    if sk == META:
        return NewRun(tenant, run, item["w"], item["v"], item["vn"], item["vo"], item["z"])
    if sk.startswith(TRACES):
        outcomes, reasons = trace_counts(item)
        return NewTrace(tenant, run, sk, sk.split("#")[1], outcomes, reasons)
    return None
