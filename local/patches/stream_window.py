"""Gap: Kinesis mappings deliver the first record that they see, whatever batching window is asked for.

What arrives together then comes in many small batches: the timers of one sweep would wake contacts in as
many small cohorts. Here a mapping with ``MaximumBatchingWindowInSeconds`` waits for more records until a
batch is full or the window has passed, in real time and never longer than `LONGEST_S`, so that local work
stays quick.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from local.patches import Parts
from local.patches.stream_batches import polled

LONGEST_S = 0.3
STEP_S = 0.02


def install(parts: Parts) -> None:
    """Lets pollers of Kinesis mappings wait for fuller batches."""
    del parts
    from ministack.services import kinesis, lambda_svc

    poll = lambda_svc._poll_kinesis

    def shards(esm: dict[str, Any], owner: str, region: str) -> list[int]:
        """Unread records a shard."""
        arn = str(esm.get("EventSourceArn", ""))
        stream = kinesis._streams.get_scoped(arn.split(":")[4], region, arn.rsplit("/", 1)[-1])
        places = lambda_svc._kinesis_positions.get_scoped(owner, region, esm["UUID"])
        if not stream or places is None:
            return []
        return [len(s["records"]) - places.get(name, 0) for name, s in list(stream["shards"].items())]

    def windowed() -> bool:
        mapping = polled.get()
        found = next((m for m in lambda_svc._iter_all_esms() if m[2]["UUID"] == mapping), None)
        if found is not None:
            owner, region, esm = found
            window = min(float(esm.get("MaximumBatchingWindowInSeconds") or 0), LONGEST_S)
            wait_for_more(lambda: shards(esm, owner, region), int(esm.get("BatchSize", 100)), window)
        return bool(poll())

    lambda_svc._poll_kinesis = windowed


def wait_for_more(
    unread: Callable[[], list[int]], batch: int, window_s: float, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Returns once a batch is full, the window has passed, or when there is nothing to wait for.

    Args:
        unread: Unread records a shard, now.
        batch: Records of a full batch.
        window_s: How long to wait at most.
        sleep: Passes time.
    """
    waited = 0.0
    while waited < window_s:
        counts = unread()
        if not any(n > 0 for n in counts) or any(n >= batch for n in counts):
            return
        sleep(STEP_S)
        waited += STEP_S
