"""Counts of outcomes, one item a version, on PynamoDB."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist

from stepwell.adapters.config_models import CounterItem, bind
from stepwell.adapters.config_store import translated_models
from stepwell.adapters.items import series
from stepwell.adapters.items.config import counter_key, read_body, write_body
from stepwell.contracts.clock import Clock
from stepwell.errors import Conflict

COUNTED_IDS = 100
_TRIES = 10


class ConfigCounters:
    """Counts of outcomes; see `stepwell.triggers.ports.Counters`.

    Args:
        table: Table name.
        region: AWS region.
        clock: Says in which hour counts fall; None: they have no series.
        sleep: Waits after a lost race.
    """

    def __init__(
        self,
        table: str,
        region: str,
        clock: Clock | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._model = bind(table, region).counter
        self._clock = clock
        self._sleep = sleep

    def add(
        self,
        tenant: str,
        workflow: str,
        version: int,
        counts: Mapping[tuple[str, str], int],
        once: Mapping[str, Mapping[tuple[str, str], int]] | None = None,
    ) -> None:
        """Add ``{(node, outcome): n}``; what is under ``once`` only if its id was not counted lately.

        Raises:
            Conflict: Too many count the same version at the same moment; nothing was added.
        """
        for attempt in range(_TRIES):
            item = self._get(tenant, workflow, version)
            rev = int(item.rev)
            totals: dict[str, dict[str, int]] = read_body(item.body)
            new = {id_: part for id_, part in (once or {}).items() if id_ not in item.ids}
            if not counts and not new:
                return
            added = (counts, *new.values())
            if self._clock is not None:
                self._roll(tenant, workflow, version, totals, added, self._clock.now())
            for part in added:
                for (node, outcome), number in part.items():
                    outcomes = totals.setdefault(node, {})
                    outcomes[outcome] = outcomes.get(outcome, 0) + number
            item.rev, item.body = rev + 1, write_body(totals)
            item.ids = [*item.ids, *new][-COUNTED_IDS:]
            model = self._model
            try:
                with translated_models():
                    item.save(condition=model.rev == rev if rev else model.pk.does_not_exist())
            except Conflict:
                self._sleep(0.02 * 2**attempt)
                continue
            return
        raise Conflict("Too many count this version at the same moment.")

    def read(self, tenant: str, workflow: str, version: int) -> dict[str, dict[str, int]]:
        """Return ``{node: {outcome: n}}``."""
        counts: dict[str, dict[str, int]] = read_body(self._get(tenant, workflow, version).body)
        counts.pop(series.KEY, None)
        return counts

    def series(self, tenant: str, workflow: str, version: int) -> tuple[series.Points, series.Points]:
        """Return ``{hour: {kind: n}}`` since yesterday's midnight and ``{day: {kind: n}}``, in UTC."""
        hot = read_body(self._get(tenant, workflow, version).body)
        return series.read(hot, read_body(self._get(tenant, workflow, version, series.DAYS).body))

    def _roll(
        self,
        tenant: str,
        workflow: str,
        version: int,
        totals: dict[str, Any],
        added: Sequence[Mapping[tuple[str, str], int]],
        now: datetime,
    ) -> None:
        over: series.Points = {}
        for part in added:
            over |= series.note(totals, part, now)
        if over:
            # Before the hot item forgets them. Two that do it at once write the same.
            item = self._get(tenant, workflow, version, series.DAYS)
            item.rev, item.body = int(item.rev) + 1, write_body(series.kept(read_body(item.body), over))
            with translated_models():
                item.save()

    def _get(self, tenant: str, workflow: str, version: int, sk: str = "") -> CounterItem:
        key = counter_key(tenant, workflow, version)
        key = (key[0], sk or key[1])
        try:
            with translated_models():
                return self._model.get(*key, consistent_read=True)
        except DoesNotExist:
            return self._model(*key, rev=0, body=write_body({}))
