"""What functions keep for a while and what they count into, with the price of the items behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import ceil
from types import SimpleNamespace
from typing import Any

from stepwell.adapters.catalog_store import KeptPages
from stepwell.adapters.items import series
from stepwell.adapters.items.wire import size_of
from stepwell.contracts.clock import Clock

from bench.metering import Meter
from tests.fakes.triggers import MemoryCounters


class BilledCounters(MemoryCounters):
    """Counters with the price of their item, its hours included: read, and written whole.

    Args:
        meter: Where to count.
        clock: Says in which hour counts fall.
    """

    def __init__(self, meter: Meter, clock: Clock) -> None:
        super().__init__()
        self._meter = meter
        self._clock = clock
        self._hours: dict[tuple[str, str, int], dict[str, Any]] = {}

    def add(self, tenant: str, workflow: str, version: int, counts: Any, once: Any = None) -> None:
        """See `MemoryCounters.add`."""
        super().add(tenant, workflow, version, counts, once)
        key = (tenant, workflow, version)
        hours = self._hours.setdefault(key, {})
        over: series.Points = {}
        for part in (counts, *(once or {}).values()):
            over |= series.note(hours, part, self._clock.now())
        totals: dict[str, Any] = dict(hours)
        for (node, outcome), number in self.counts[key].items():
            totals.setdefault(node, {})[outcome] = number
        size = size_of({"pk": "#".join(map(str, key)), "body": json.dumps(totals), "ids": self._marks[key]})
        found = self._meter.labels["config.counters"]
        found[0] += ceil(size / 1024) + len(over)
        found[1] += ceil(size / 4096) + len(over)


def pages_without_catalogs(meter: Meter, seconds: Callable[[], float]) -> KeptPages:
    """Return what ingestion asks for the items of pages, with its own cache: a read a minute, like write keys.

    Args:
        meter: Where to count.
        seconds: The time.
    """

    def query(*_: Any, **__: Any) -> SimpleNamespace:
        meter.config_read("catalogs")
        return SimpleNamespace(items=())

    table: Any = SimpleNamespace(query=query)
    return KeptPages(table, monotonic=seconds)
