"""Gap: one thread polls every event source mapping, runs stream batches itself, and loses its place.

A slow Kinesis batch there holds up every queue and stream; here each stream mapping has a thread of
its own, and queues have one. Kinesis positions are list indexes there, and records that expire
shift them, so that unread ones are skipped: positions move with the expiry, and nothing expires
while a batch is under way, because its poller sets its position from where it began.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from local.patches import Parts
from local.patches.stream_batches import polled

logger = logging.getLogger("stepwell.event_sources")

IDLE_S = 0.5

#: Held by a mapping's poller while it is under way.
_under_way: dict[str, threading.Lock] = defaultdict(threading.Lock)


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
        only = polled.get()
        return (m for m in all_mappings() if only is None or m[2]["UUID"] == only)

    lambda_svc._iter_all_esms = mappings

    def poll(once: Callable[[], bool], mapping: str | None) -> None:
        polled.set(mapping)
        wake = threading.Event()
        wakes.append(wake)
        while mapping is None or any(m[2]["UUID"] == mapping for m in all_mappings()):
            wake.clear()
            try:
                with _under_way[mapping or ""]:
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
    _keep_place(kinesis, lambda_svc, all_mappings)


def _start(poll: Callable[..., None], once: Callable[[], bool], mapping: str | None) -> threading.Thread:
    thread = threading.Thread(
        target=poll, args=(once, mapping), daemon=True, name=f"stepwell-poll-{mapping or 'sqs'}"
    )
    thread.start()
    return thread


def _keep_place(kinesis: Any, lambda_svc: Any, all_mappings: Callable[[], Any]) -> None:
    expire = kinesis._expire_records

    def expire_records(stream: dict[str, Any]) -> None:
        arn = stream.get("StreamARN")
        with ExitStack() as held:
            for _, _, esm in all_mappings():
                if esm.get("EventSourceArn") == arn:
                    lock = _under_way[esm["UUID"]]
                    if not lock.acquire(blocking=False):
                        return
                    held.callback(lock.release)
            shift(stream)

    def shift(stream: dict[str, Any]) -> None:
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
