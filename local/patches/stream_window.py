"""Gap: mappings of streams deliver the first record that they see, whatever batching window is asked for.

What arrives together then comes in many small batches: the timers of one sweep would wake contacts in as
many small cohorts. Here a mapping with ``MaximumBatchingWindowInSeconds`` waits for more records until a
batch is full or the window has passed, in real time and never longer than `LONGEST_S`, so that local work
stays quick; and it waits no longer than anything is under way that could bring more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from local.patches import Parts
from local.patches.stream_batches import polled

LONGEST_S = 1.0
STEP_S = 0.02
#: Hand-overs between threads of MiniStack that no counter sees are shorter than this.
QUIET_STEPS = 3


def install(parts: Parts) -> None:
    """Lets pollers of streams wait for fuller batches."""
    from ministack.services import dynamodb, kinesis, lambda_svc

    def records(esm: dict[str, Any], owner: str, region: str) -> list[int]:
        arn = str(esm.get("EventSourceArn", ""))
        stream = kinesis._streams.get_scoped(arn.split(":")[4], region, arn.rsplit("/", 1)[-1])
        places = lambda_svc._kinesis_positions.get_scoped(owner, region, esm["UUID"])
        if not stream or places is None:
            return []
        return [len(s["records"]) - places.get(name, 0) for name, s in list(stream["shards"].items())]

    def changes(esm: dict[str, Any], owner: str, region: str) -> list[int]:
        table = str(esm.get("EventSourceArn", "")).split("/stream/")[0].rsplit("/", 1)[-1]
        place = lambda_svc._dynamodb_stream_positions.get_scoped(owner, region, esm["UUID"])
        if place is None:
            return []
        end = dynamodb.stream_end_position(table, account_id=owner, region=region)
        return [int(end) - int(place)]

    def windowed(poll: Callable[[], bool], unread: Callable[..., list[int]]) -> Callable[[], bool]:
        def once() -> bool:
            mapping = polled.get()
            found = next((m for m in lambda_svc._iter_all_esms() if m[2]["UUID"] == mapping), None)
            if found is not None:
                owner, region, esm = found
                wait_for_more(lambda: unread(esm, owner, region), esm, nothing_else(parts))
            return bool(poll())

        return once

    lambda_svc._poll_kinesis = windowed(lambda_svc._poll_kinesis, records)
    lambda_svc._poll_dynamodb_streams = windowed(lambda_svc._poll_dynamodb_streams, changes)


def nothing_else(parts: Parts) -> Callable[[], bool]:
    """Tells whether nothing is under way, or was since it was last asked, that could put something somewhere."""
    from ministack.services import lambda_svc

    seen = parts.activity.generation

    def quiet() -> bool:
        nonlocal seen
        before, seen = seen, parts.activity.generation
        return before == seen and not lambda_svc.executions_in_flight()[0] and not parts.activity.busy()

    return quiet


def wait_for_more(
    unread: Callable[[], list[int]],
    esm: dict[str, Any],
    alone: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Returns once a batch is full, the window has passed, or when there is nothing to wait for.

    Args:
        unread: Unread records a shard, now.
        esm: The mapping: its batch size, and its window.
        alone: Whether nothing is under way that could bring more.
        sleep: Passes time.
    """
    batch = int(esm.get("BatchSize") or 100)
    window_s = min(float(esm.get("MaximumBatchingWindowInSeconds") or 0), LONGEST_S)
    waited, quiet = 0.0, 0
    while waited < window_s and quiet < QUIET_STEPS:
        counts = unread()
        if not any(n > 0 for n in counts) or any(n >= batch for n in counts):
            return
        quiet = quiet + 1 if alone() else 0
        sleep(STEP_S)
        waited += STEP_S
