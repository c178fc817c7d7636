"""SendRate: the provider's rate as a token bucket that all functions of the account share."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import Key, key_item, millis
from stepwell.contracts.clock import Clock
from stepwell.runtime.ports import WorkspaceStore

ACCOUNT = "_account"
_TRIES = 8
_LONGEST_WAIT_S = 60.0


def lease_key(tenant: str, name: str = "ses") -> Key:
    """Return the key of a lease."""
    return f"{tenant}#LEASE#{name}", "-"


def ses_rate(client: Any) -> float:
    """Return how many messages a second SES takes from this account; 0 while it takes none."""
    with translated("SES"):
        account = client.get_account()
    return float(account["SendQuota"]["MaxSendRate"]) if account.get("SendingEnabled", True) else 0.0


class DynamoSendRate:
    """See `stepwell.runtime.ports.SendRate`.

    Args:
        table: Table `engine`.
        clock: The clock.
        workspaces: Tenants' own shares of the rate.
        account_rate: Messages a second that the provider takes from this account.
        burst_s: Seconds' worth of sends that may go at once after a pause.
        sleep: Waits after a lost race.
    """

    def __init__(
        self,
        table: DynamoTable,
        *,
        clock: Clock,
        workspaces: WorkspaceStore,
        account_rate: Callable[[], float],
        burst_s: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self._clock = clock
        self._workspaces = workspaces
        self._account_rate = account_rate
        self._burst_s = burst_s
        self._sleep = sleep

    def acquire(self, tenant: str, want: int) -> tuple[int, float]:
        """Ask for up to ``want`` sends; return (granted, seconds until more, 0 if all granted)."""
        if want <= 0:
            return 0, 0.0
        share = float(self._workspaces.workspace(tenant).send_rate)
        allowed = self._take(tenant, want, share) if share > 0 else want
        granted = self._take(ACCOUNT, allowed, self._account_rate()) if allowed > 0 else 0
        if share > 0 and granted < allowed:
            self._table.update(lease_key(tenant), "ADD n :n", values={":n": allowed - granted})
        if granted == want:
            return granted, 0.0
        rate = min(share, self._account_rate()) if share > 0 else self._account_rate()
        # Not the whole backlog: others take turns, and a bucket holds no more than its burst.
        enough = min(want - granted, max(rate * self._burst_s, 1.0))
        return granted, min(max(enough / rate, 1.0), _LONGEST_WAIT_S) if rate > 0 else _LONGEST_WAIT_S

    def _take(self, tenant: str, want: int, rate: float) -> int:
        if rate <= 0:
            return 0
        key = lease_key(tenant)
        capacity = max(rate * self._burst_s, 1.0)
        for attempt in range(_TRIES):
            now = millis(self._clock.now())
            item = self._table.get(key)
            level, since = (capacity, now) if item is None else (float(item["n"]), int(item["t"]))
            # Clocks of two machines differ by milliseconds: time never runs backwards in the bucket.
            level = min(capacity, level + max(now - since, 0) / 1000 * rate)
            granted = min(want, int(level))
            if granted == 0:
                return 0
            after = {**key_item(key), "n": round(level - granted, 3), "t": max(now, since), "v": 1}
            if item is None:
                done = self._table.put_new(after)
            else:
                after["v"] = item["v"] + 1
                done = self._table.put(after, condition="v = :v", values={":v": item["v"]})
            if done:
                return granted
            self._sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - spreads retries, no secret
        return 0
