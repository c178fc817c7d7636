"""SendRate: providers' rates as token buckets that all functions share, and the daily caps of a warm-up.

SES's rate is the account's, a workspace has a share of it; other providers' rates are a workspace's own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import Key, key_item, millis
from stepwell.contracts.clock import Clock
from stepwell.deliverability.warming import SCHEDULE, cap_on, until_tomorrow
from stepwell.runtime.ports import WorkspaceStore

ACCOUNT = "_account"
_TRIES = 8
_LONGEST_WAIT_S = 60.0
_SPREAD_S = 600.0
_ASKED_S = 600.0
_KEPT = timedelta(days=3)


def lease_key(tenant: str, name: str = "ses") -> Key:
    """Return the key of a lease."""
    return f"{tenant}#LEASE#{name}", "-"


def _warm_key(tenant: str, stream: str, now: datetime) -> Key:
    return lease_key(tenant, f"warm#{stream}#{now.astimezone(UTC):%Y%m%d}")


def ses_rate(client: Any) -> float:
    """Return how many messages a second SES takes from this account; 0 while it takes none."""
    with translated("SES"):
        account = client.get_account()
    return float(account["SendQuota"]["MaxSendRate"]) if account.get("SendingEnabled", True) else 0.0


def rate_of_account(fixed: float, client: Callable[[], Any]) -> Callable[[], float]:
    """Return what tells the account's rate: a fixed one, or what SES says, asked every ten minutes."""
    known: list[tuple[float, float]] = []

    def rate() -> float:
        if fixed > 0:
            return fixed
        now = time.monotonic()
        if not known or now - known[0][0] > _ASKED_S:
            known[:] = [(now, ses_rate(client()))]
        return known[0][1]

    return rate


def warm_up_cap(settings: Any, stream: str, now: datetime) -> int | None:
    """Return how many messages of a stream may go today by `EmailSettings`; None: there is no cap."""
    plan = settings.warming(stream)
    return None if plan is None else cap_on(plan.starts, plan.caps or SCHEDULE, now.astimezone(UTC).date())


class DynamoSendRate:
    """See `stepwell.runtime.ports.SendRate`.

    Args:
        table: Table `engine`.
        clock: The clock.
        workspaces: Tenants' own shares of the rate.
        account_rate: Messages a second that the provider takes from this account.
        burst_s: Seconds' worth of sends that may go at once after a pause.
        sleep: Waits after a lost race.
        leased: The lease of a stream's provider and its messages a second (tenant, stream); an empty name: SES's.
        cap: How many messages of a stream may go today in a warm-up (tenant, stream); None: no cap.
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
        leased: Callable[[str, str], tuple[str, float]] | None = None,
        cap: Callable[[str, str], int | None] | None = None,
    ) -> None:
        self._leased = leased
        self._cap = cap
        self._table = table
        self._clock = clock
        self._workspaces = workspaces
        self._account_rate = account_rate
        self._burst_s = burst_s
        self._sleep = sleep

    def acquire(self, tenant: str, want: int, stream: str = "") -> tuple[int, float]:
        """Ask for up to ``want`` sends; return (granted, seconds until more, 0 if all granted)."""
        if want <= 0:
            return 0, 0.0
        cap = self._cap(tenant, stream) if self._cap is not None and stream else None
        if cap is None:
            return self._rated(tenant, want, stream)
        today = _warm_key(tenant, stream, self._clock.now())
        allowed = self._within(today, want, cap)
        if allowed == 0:
            # Nothing more today: the next day's cap counts, and not all begin in the same second.
            return 0, until_tomorrow(self._clock.now()) + random.uniform(0, _SPREAD_S)  # noqa: S311
        granted, wait_s = self._rated(tenant, allowed, stream)
        if granted < allowed:
            self._table.update(today, "ADD n :n", values={":n": granted - allowed})
        return granted, wait_s if granted < allowed or allowed == want else 1.0

    def warmed(self, tenant: str, stream: str) -> int:
        """Return how many messages of a stream went today under a warm-up's cap."""
        item = self._table.get(_warm_key(tenant, stream, self._clock.now()))
        return max(int(item["n"]), 0) if item is not None else 0

    def grant(self, tenant: str, name: str, rate: float) -> bool:
        """Ask for one send by another provider than the stream's own."""
        return self._take(tenant, 1, rate, name) == 1

    def _within(self, key: Key, want: int, cap: int) -> int:
        """Take up to ``want`` of what is left of a day's cap."""
        while want > 0:
            expires = int((self._clock.now() + _KEPT).timestamp())
            if self._table.update(
                key,
                "ADD n :n SET #ttl = :ttl",
                names={"#ttl": "ttl"},
                values={":n": want, ":ttl": expires, ":most": cap - want},
                condition="attribute_not_exists(n) OR n <= :most" if want <= cap else "n <= :most",
            ):
                return want
            item = self._table.get(key)
            want = min(want - 1, cap - (int(item["n"]) if item is not None else 0))
        return 0

    def _rated(self, tenant: str, want: int, stream: str) -> tuple[int, float]:
        name, rate = self._leased(tenant, stream) if self._leased is not None and stream else ("", 0.0)
        if name and rate > 0:
            granted = self._take(tenant, want, rate, name)
            return granted, 0.0 if granted == want else self._wait(want - granted, rate)
        share = float(self._workspaces.workspace(tenant).send_rate)
        allowed = self._take(tenant, want, share) if share > 0 else want
        granted = self._take(ACCOUNT, allowed, self._account_rate()) if allowed > 0 else 0
        if share > 0 and granted < allowed:
            self._table.update(lease_key(tenant), "ADD n :n", values={":n": allowed - granted})
        if granted == want:
            return granted, 0.0
        rate = min(share, self._account_rate()) if share > 0 else self._account_rate()
        return granted, self._wait(want - granted, rate)

    def _wait(self, missing: int, rate: float) -> float:
        # Not the whole backlog: others take turns, and a bucket holds no more than its burst.
        enough = min(missing, max(rate * self._burst_s, 1.0))
        return min(max(enough / rate, 1.0), _LONGEST_WAIT_S) if rate > 0 else _LONGEST_WAIT_S

    def _take(self, tenant: str, want: int, rate: float, name: str = "ses") -> int:
        if rate <= 0:
            return 0
        key = lease_key(tenant, name)
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
