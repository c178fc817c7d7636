"""Which providers are left alone for a while because they failed again and again; one small item a provider.

A provider that is down answers after seconds, and every message would wait for it before the next provider is asked.
State is read at most every few seconds a process, written only when something failed or works again, and only where a
workspace has another provider to turn to.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import millis
from stepwell.adapters.send_rate import lease_key
from stepwell.contracts.clock import Clock
from stepwell.errors import StepwellError

FAILURES = 5
"""After so many failures in a row a provider is left alone."""
FIRST_S, LONGEST_S = 30.0, 900.0
_KEPT_S = 5.0


class DynamoCircuits:
    """States of providers, by workspace.

    Args:
        table: Table `engine`.
        clock: The clock.
        monotonic: Seconds for the memory's age; real ones, even where the clock is virtual.
    """

    def __init__(
        self, table: DynamoTable, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._table = table
        self._clock = clock
        self._monotonic = monotonic
        self._known: dict[tuple[str, str], tuple[float, int, int]] = {}

    def open_until(self, tenant: str, provider: str) -> int:
        """Return until when a provider is left alone (epoch milliseconds); 0: it may be asked."""
        _, _, until = self._state(tenant, provider)
        return until if until > millis(self._clock.now()) else 0

    def state(self, tenant: str, provider: str) -> tuple[int, int]:
        """Return how often in a row a provider failed, and until when it is left alone (epoch milliseconds, or 0)."""
        return self._state(tenant, provider)[1], self.open_until(tenant, provider)

    def failed(self, tenant: str, provider: str, *, at_once: bool = False) -> None:
        """Note that it took nothing; ``at_once``: it will take nothing for a while, as a shut account does."""
        _, count, _ = self._state(tenant, provider)
        count = max(count + 1, FAILURES if at_once else 0)
        over = count - FAILURES
        rest_s = 0.0 if over < 0 else min(FIRST_S * 2.0 ** min(over, 10), LONGEST_S)
        until = millis(self._clock.now()) + int(rest_s * 1000) if rest_s else 0
        self._write(tenant, provider, count, until)

    def worked(self, tenant: str, provider: str) -> None:
        """Note that it took a message; costs nothing where nothing had failed."""
        _, count, _ = self._state(tenant, provider)
        if count:
            self._write(tenant, provider, 0, 0)

    def _state(self, tenant: str, provider: str) -> tuple[float, int, int]:
        now, key = self._monotonic(), (tenant, provider)
        known = self._known.get(key)
        if known is not None and now - known[0] < _KEPT_S:
            return known
        try:
            item = self._table.get(lease_key(tenant, f"circuit#{provider}")) or {}
        except StepwellError:
            # Without a word about it a provider is asked: this only saves time.
            item = {}
        known = self._known[key] = (now, int(item.get("n", 0)), int(item.get("u", 0)))
        return known

    def _write(self, tenant: str, provider: str, count: int, until: int) -> None:
        self._known[tenant, provider] = (self._monotonic(), count, until)
        try:
            self._table.update(
                lease_key(tenant, f"circuit#{provider}"),
                "SET n = :n, #u = :u",
                names={"#u": "u"},
                values={":n": count, ":u": until},
            )
        except StepwellError:
            return
