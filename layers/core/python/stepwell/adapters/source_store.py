"""Sources as ingestion reads them, and used signatures; see `stepwell.sources.ports`. Raw reads, kept for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import document_key, read_body
from stepwell.adapters.items.wire import Key, key_item
from stepwell.contracts.ids import short_hash
from stepwell.sources.models import SOURCE_KIND, Source

SOURCE_S = 60.0
_KEPT = 10_000


class DynamoSources:
    """Sources in table `config`.

    Args:
        table: Table `config`.
        monotonic: Seconds for the cache's age; real ones, even where the clock is virtual.
    """

    def __init__(self, table: DynamoTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._monotonic = monotonic
        self._cache: dict[tuple[str, str], tuple[float, Source | None]] = {}

    def find(self, tenant: str, source: str, fresh: bool = False) -> Source | None:
        """Return a source, up to a minute old, or as it is now if ``fresh``; None: there is no such source."""
        now = self._monotonic()
        known = self._cache.get((tenant, source))
        if known is not None and not fresh and now - known[0] < SOURCE_S:
            return known[1]
        item = self._table.get(document_key(tenant, SOURCE_KIND, source))
        found = None if item is None else Source.of(source, int(item["rev"]), read_body(item["body"]))
        if len(self._cache) >= _KEPT:
            # Anybody can ask for sources that do not exist.
            self._cache.clear()
        self._cache[tenant, source] = (now, found)
        return found

    def taken(self, tenant: str, source: str, mark: str) -> bool:
        """Tell whether a signature was taken before."""
        return self._table.get(used_key(tenant, source, mark)) is not None

    def take(self, tenant: str, source: str, mark: str, until: datetime) -> None:
        """Remember one until it is too old to be taken anyhow."""
        self._table.put({**key_item(used_key(tenant, source, mark)), "ttl": int(until.timestamp())})


def used_key(tenant: str, source: str, mark: str) -> Key:
    """Return the key of a signature that was taken."""
    return f"{tenant}#HOOKSEEN#{source}", short_hash(mark, length=32)
