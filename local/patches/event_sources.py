"""Gap: one thread polls every event source mapping, runs stream batches itself, and loses its place.

A slow Kinesis batch there holds up every queue and stream; here each stream mapping has a thread of
its own, and queues have one. Kinesis positions are list indexes there, and records that expire
shift them, so that unread ones are skipped: positions move with the expiry. Partial batch responses
(``ReportBatchItemFailures``) of Kinesis mappings are honoured.
"""

from __future__ import annotations

import contextvars
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from local.patches import Parts

logger = logging.getLogger("stepwell.event_sources")

IDLE_S = 0.5
_only: contextvars.ContextVar[str | None] = contextvars.ContextVar("stepwell_only_mapping", default=None)


def install(parts: Parts) -> None:
    """Replaces the poll loop by one thread a stream mapping and one for all queues."""
    del parts
    from ministack.services import kinesis, lambda_svc

    all_mappings = lambda_svc._iter_all_esms
    wakes: list[threading.Event] = []
    announce = lambda_svc._esm_wake.set

    def wake_all() -> None:
        announce()
        for wake in wakes:
            wake.set()

    # The one event object is imported by name all over MiniStack, hence the method is replaced.
    lambda_svc._esm_wake.set = wake_all

    def mappings() -> Iterator[tuple[str, str, dict[str, Any]]]:
        only = _only.get()
        return (m for m in all_mappings() if only is None or m[2]["UUID"] == only)

    lambda_svc._iter_all_esms = mappings

    def poll(once: Callable[[], bool], mapping: str | None) -> None:
        _only.set(mapping)
        wake = threading.Event()
        wakes.append(wake)
        while mapping is None or any(m[2]["UUID"] == mapping for m in all_mappings()):
            wake.clear()
            try:
                busy = once()
            except Exception:
                # The thread must outlive a mapping that is deleted or half-made at this moment.
                logger.exception("polling %s failed", mapping or "queues")
                busy = False
            if not busy:
                wake.wait(IDLE_S)
        wakes.remove(wake)

    def supervise() -> None:
        _start(poll, lambda_svc._poll_sqs, None)
        pollers = {"kinesis": lambda_svc._poll_kinesis, "dynamodb": lambda_svc._poll_dynamodb_streams}
        running: dict[str, threading.Thread] = {}
        own = threading.Event()
        wakes.append(own)
        while True:
            own.clear()
            for _, _, esm in list(all_mappings()):
                service = esm.get("EventSourceArn", "::").split(":")[2]
                thread = running.get(esm["UUID"])
                if service in pollers and (thread is None or not thread.is_alive()):
                    running[esm["UUID"]] = _start(poll, pollers[service], esm["UUID"])
            own.wait(IDLE_S)

    lambda_svc._poll_loop = supervise
    _keep_place(kinesis, lambda_svc)
    _partial_batches(lambda_svc)


def _start(poll: Callable[..., None], once: Callable[[], bool], mapping: str | None) -> threading.Thread:
    thread = threading.Thread(
        target=poll, args=(once, mapping), daemon=True, name=f"stepwell-poll-{mapping or 'sqs'}"
    )
    thread.start()
    return thread


def _keep_place(kinesis: Any, lambda_svc: Any) -> None:
    expire = kinesis._expire_records

    def expire_records(stream: dict[str, Any]) -> None:
        before = {name: len(shard["records"]) for name, shard in stream["shards"].items()}
        expire(stream)
        for name, shard in stream["shards"].items():
            gone = before[name] - len(shard["records"])
            if gone:
                for (account, region, _), esm in list(lambda_svc._esms._data.items()):
                    places = lambda_svc._kinesis_positions.get_scoped(account, region, esm["UUID"])
                    if esm.get("EventSourceArn") == stream.get("StreamARN") and places and name in places:
                        places[name] = max(0, places[name] - gone)

    kinesis._expire_records = expire_records


def _partial_batches(lambda_svc: Any) -> None:
    """A failed record ends the batch there: the rest is delivered again, as AWS does from its checkpoint."""
    execute = lambda_svc._execute_function

    def execute_function(record: dict[str, Any], event: Any) -> Any:
        result = execute(record, event)
        only = _only.get()
        if only is None or result.get("error") or not isinstance(event, dict):
            return result
        records = event.get("Records") or []
        body = result.get("body")
        if isinstance(body, str):
            try:
                body = json.loads(body)
            except json.JSONDecodeError:
                return result
        failures = body.get("batchItemFailures") if isinstance(body, dict) else None
        esm = next((m[2] for m in lambda_svc._iter_all_esms()), None)
        if (
            not failures
            or esm is None
            or "ReportBatchItemFailures" not in (esm.get("FunctionResponseTypes") or [])
        ):
            return result
        failed = {f.get("itemIdentifier") for f in failures}
        ids = [_sequence(r) for r in records]
        first = next((i for i, sequence in enumerate(ids) if sequence in failed), 0)
        if first == 0:
            return {
                **result,
                "error": True,
                "body": {"errorType": "BatchItemFailures", "errorMessage": "first record"},
            }
        retry = dict(event, Records=records[first:])
        return execute_function(record, retry)

    lambda_svc._execute_function = execute_function


def _sequence(record: dict[str, Any]) -> str:
    part = record.get("kinesis") or record.get("dynamodb") or {}
    return str(part.get("sequenceNumber") or part.get("SequenceNumber") or "")
