"""Answers whether anything in the cloud is still moving.

Used by the stepper only: virtual time may jump once every execution stands in a Wait state, no
Lambda runs, and no stream, queue or delivery holds work that a Lambda would take.
"""

from __future__ import annotations

import time
from typing import Any

from local.activity import Activity


class Quiescence:
    """Looks at MiniStack's own state; needs its modules, so create it after they are imported."""

    def __init__(self, activity: Activity) -> None:
        from ministack.services import dynamodb, kinesis, lambda_svc, sqs

        self._activity = activity
        self._lambda: Any = lambda_svc
        self._kinesis: Any = kinesis
        self._dynamodb: Any = dynamodb
        self._sqs: Any = sqs

    def busy(self) -> dict[str, int]:
        """What is under way, by kind; empty when the cloud is quiet at this instant."""
        found = self._activity.busy()
        invocations, _ = self._lambda.executions_in_flight()
        if invocations:
            found["lambda"] = invocations
        for kind, n in self._unread().items():
            if n > 0:
                found[kind] = found.get(kind, 0) + n
        return found

    def settled(self, for_s: float = 0.06) -> bool:
        """Whether the cloud is quiet and nothing at all happened for ``for_s`` seconds.

        The pause covers hand-overs between threads of MiniStack that no counter sees.
        """
        generation = self._activity.generation
        if self.busy():
            return False
        time.sleep(for_s)
        return self._activity.generation == generation and not self.busy()

    def _unread(self) -> dict[str, int]:
        found = {"kinesis": 0, "streams": 0, "sqs": 0}
        for account, region, esm in self._lambda._iter_all_esms():
            if not esm.get("Enabled", True):
                continue
            arn = esm.get("EventSourceArn", "")
            service = arn.split(":")[2] if arn.count(":") >= 5 else ""
            if service == "kinesis":
                found["kinesis"] += self._unread_kinesis(account, region, esm, arn)
            elif service == "dynamodb":
                found["streams"] += self._unread_stream(account, region, esm, arn)
            elif service == "sqs":
                found["sqs"] += self._visible(account, region, arn)
        found["sqs"] += sum(self._lambda._esm_inflight.values())
        return found

    def _unread_kinesis(self, account: str, region: str, esm: dict[str, Any], arn: str) -> int:
        positions = self._lambda._kinesis_positions.get_scoped(account, region, esm["UUID"])
        stream = self._kinesis._streams.get_scoped(arn.split(":")[4], region, arn.rsplit("/", 1)[-1])
        if positions is None or not stream:
            return 0
        return sum(
            max(0, len(shard["records"]) - positions.get(name, 0)) for name, shard in stream["shards"].items()
        )

    def _unread_stream(self, account: str, region: str, esm: dict[str, Any], arn: str) -> int:
        position = self._lambda._dynamodb_stream_positions.get_scoped(account, region, esm["UUID"])
        if position is None or "/stream/" not in arn:
            return 0
        table = arn.split("/stream/")[0].rsplit("/", 1)[-1]
        record = self._dynamodb._tables.get_scoped(account, region, table)
        if not record or record.get("LatestStreamArn") != arn:
            return 0
        end = self._dynamodb.stream_end_position(table, account_id=account, region=region)
        return max(0, int(end) - int(position))

    def _visible(self, account: str, region: str, arn: str) -> int:
        name, now = arn.rsplit(":", 1)[-1], time.time()
        for (owner, where, _), queue in list(self._sqs._queues._data.items()):
            if (owner, where) == (account, region) and queue.get("name") == name:
                return sum(1 for m in list(queue["messages"]) if m.get("visible_at", 0) <= now)
        return 0
