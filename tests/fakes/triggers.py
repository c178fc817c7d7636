"""In-memory stand-ins for what only events need (`stepwell.triggers.ports`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.errors import NotFound, Throttled, Unavailable
from stepwell.triggers.ports import StreamRecord, WriteKey
from stepwell.triggers.wire import key_digest

KEPT_MARKS = 100


class MemoryKeys:
    """See `WriteKeys`."""

    def __init__(self, **keys: WriteKey) -> None:
        self.keys = {key_digest(text): owner for text, owner in keys.items()}
        self.asked = 0

    def find(self, digest: str) -> WriteKey | None:
        self.asked += 1
        return self.keys.get(digest)


class MemoryStream:
    """See `RecordSink`; `throttled` calls fail from now on."""

    def __init__(self) -> None:
        self.records: list[StreamRecord] = []
        self.throttled = 0

    def put(self, records: Sequence[StreamRecord]) -> None:
        if self.throttled > 0:
            self.throttled -= 1
            raise Throttled("The stream asked to slow down.", retry_after_s=2.5)
        self.records += records


class MemoryBus:
    """See `HookBus`."""

    def __init__(self) -> None:
        self.details: list[Mapping[str, Any]] = []

    def put(self, detail: Mapping[str, Any]) -> None:
        self.details.append(detail)


class NoWebhooks:
    """See `WebhookEndpoint`; no source has a webhook."""

    def handle(self, path: str, request: Mapping[str, Any]) -> Any:
        raise NotFound("There is no such webhook.", code="no_webhook")


class MemoryTail:
    """See `DebugTail`."""

    def __init__(self) -> None:
        self.on: set[str] = set()
        self.entries: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self.down = False

    def watching(self, tenant: str) -> bool:
        if self.down:
            raise Unavailable("down")
        return tenant in self.on

    def append(self, tenant: str, entries: Sequence[Mapping[str, Any]]) -> None:
        if self.down:
            raise Unavailable("down")
        self.entries[tenant] += entries


class MemoryPoison:
    """See `PoisonQueue`."""

    def __init__(self) -> None:
        self.documents: dict[str, Mapping[str, Any]] = {}
        self.hidden: set[str] = set()
        self._next = 0

    def put(self, documents: Sequence[Mapping[str, Any]]) -> None:
        for document in documents:
            self._next += 1
            self.documents[f"r{self._next}"] = document

    def take(self, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
        taken = [(r, d) for r, d in self.documents.items() if r not in self.hidden][:limit]
        self.hidden.update(receipt for receipt, _ in taken)
        return taken

    def release(self, receipts: Sequence[str]) -> None:
        self.hidden.difference_update(receipts)

    def drop(self, receipts: Sequence[str]) -> None:
        for receipt in receipts:
            del self.documents[receipt]


class MemoryIndex:
    """See `IndexStore`."""

    def __init__(self) -> None:
        self.documents: dict[str, Mapping[str, Any]] = {}

    def triggers(self, tenant: str) -> Mapping[str, Any]:
        return self.documents.get(tenant, {})


class MemoryRules:
    """See `RulesStore`."""

    def __init__(self) -> None:
        self.documents: dict[str, Mapping[str, Any]] = {}

    def rules(self, tenant: str) -> Mapping[str, Any]:
        return self.documents.get(tenant, {})


class MemoryCounters:
    """See `Counters`; `counts[tenant, workflow, version][node, outcome]`."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str, int], dict[tuple[str, str], int]] = defaultdict(
            lambda: defaultdict(int)
        )
        self._marks: dict[tuple[str, str, int], list[str]] = defaultdict(list)
        self.down = 0

    def add(
        self,
        tenant: str,
        workflow: str,
        version: int,
        counts: Mapping[tuple[str, str], int],
        once: Mapping[str, Mapping[tuple[str, str], int]] | None = None,
    ) -> None:
        if self.down > 0:
            self.down -= 1
            raise Unavailable("The counters did not answer.")
        key = (tenant, workflow, version)
        marks = self._marks[key]
        for mark, part in [("", counts), *(once or {}).items()]:
            if mark and mark in marks:
                continue
            if mark:
                marks.append(mark)
            for what, n in part.items():
                self.counts[key][what] += n
        del marks[:-KEPT_MARKS]
