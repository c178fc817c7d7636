"""Documents that people edit and functions read: raw reads, kept for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import document_key, read_body

if TYPE_CHECKING:
    from stepwell.replies.routing import ReplyRules
    from stepwell.triggers.page_topics import Topics

KEPT_S = 60.0
FORM, MAX_ID = "FORM", 64
_KEPT = 10_000


class KeptDocuments:
    """Documents in table `config`; see `RulesOfReplies` and `Forms` in `stepwell.triggers`.

    Args:
        table: Table `config`.
        monotonic: Seconds for the cache's age; real ones, even where the clock is virtual.
    """

    def __init__(self, table: DynamoTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._monotonic = monotonic
        self._cache: dict[tuple[str, str, str], tuple[float, Mapping[str, Any] | None]] = {}
        self._topics: dict[str, tuple[Mapping[str, Any] | None, Topics]] = {}

    def body(self, tenant: str, kind: str, id_: str) -> Mapping[str, Any] | None:
        """Return a document's body, up to a minute old; None: there is none."""
        now, key = self._monotonic(), (tenant, kind, id_)
        known = self._cache.get(key)
        if known is not None and now - known[0] < KEPT_S:
            return known[1]
        item = self._table.get(document_key(tenant, kind, id_))
        found = None if item is None else read_body(item["body"])
        if len(self._cache) >= _KEPT:
            self._cache.clear()
            self._topics.clear()
        self._cache[key] = (now, found)
        return found

    def form(self, tenant: str, form: str) -> Mapping[str, Any] | None:
        """Return a form's document; None: there is none of this id."""
        return self.body(tenant, FORM, form) if len(form) <= MAX_ID else None

    def page_topics(self, tenant: str) -> Topics:
        """Return what a workspace's pages are about; compiled once a document."""
        from stepwell.triggers.page_topics import ID, KIND, Topics, read_pages

        body = self.body(tenant, KIND, ID)
        known = self._topics.get(tenant)
        if known is None or known[0] is not body:
            known = self._topics[tenant] = (body, Topics(read_pages(body or {})))
        return known[1]

    def reply_rules(self, tenant: str) -> ReplyRules:
        """Return what a workspace wants done with answers; without a document nothing but the default."""
        from stepwell.replies import routing  # ingestion reads forms alone

        return routing.ReplyRules.model_validate(self.body(tenant, routing.KIND, routing.ID) or {})
