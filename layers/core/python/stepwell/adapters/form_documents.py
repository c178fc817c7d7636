"""Forms and stages as ingestion reads them; see `stepwell.triggers.form_fields.FormDocuments`. Kept for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import document_key, read_body

KEPT_S = 60.0
_MOST = 5_000


class DynamoFormDocuments:
    """Documents in table `config`.

    Args:
        table: Table `config`.
        monotonic: Seconds for the cache's age; real ones, even where the clock is virtual.
    """

    def __init__(self, table: DynamoTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._monotonic = monotonic
        self._kept: dict[tuple[str, str, str], tuple[float, tuple[Mapping[str, Any], int] | None]] = {}

    def read(self, tenant: str, kind: str, id_: str) -> tuple[Mapping[str, Any], int] | None:
        """Return a document and its revision, None: there is none."""
        now, asked = self._monotonic(), (tenant, kind, id_)
        known = self._kept.get(asked)
        if known is not None and now - known[0] < KEPT_S:
            return known[1]
        item = self._table.get(document_key(tenant, kind, id_))
        found = None if item is None else (read_body(item["body"]), int(item["rev"]))
        if len(self._kept) >= _MOST:
            # Anybody can ask for forms that do not exist.
            self._kept.clear()
        self._kept[asked] = (now, found)
        return found
