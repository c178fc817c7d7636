"""Erasures in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from stepwell.publishing.erasing_ports import Erasure, Sweep


class MemoryErasures:
    """See `stepwell.publishing.erasing_ports.Erasures`."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, str], Erasure] = {}
        self.erased: dict[tuple[str, str], datetime] = {}

    def get(self, tenant: str, erasure: str) -> Erasure | None:
        return self.open.get((tenant, erasure))

    def put(self, tenant: str, erasure: Erasure) -> bool:
        return self.open.setdefault((tenant, erasure.id), erasure) is erasure

    def close(self, tenant: str, erasure: Erasure) -> None:
        self.open.pop((tenant, erasure.id), None)

    def remember(self, tenant: str, erasure: Erasure) -> None:
        self.erased.update({(tenant, one): erasure.at for one in erasure.ids})

    def erased_at(self, tenant: str, ids: Iterable[str]) -> datetime | None:
        times = [self.erased[tenant, one] for one in ids if (tenant, one) in self.erased]
        return max(times, default=None)


class MemoryPersonalData:
    """Notes what it was asked; see `stepwell.publishing.erasing_ports.PersonalData`."""

    def __init__(self) -> None:
        self.purged: list[tuple[str, str]] = []
        self.swept: list[tuple[Sweep, str | None, bool]] = []
        self.pages = 1

    def count(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> Mapping[str, int]:
        del tenant, workflows
        return {"profiles": 1, "merged_contacts": len(erasure.people) - 1}

    def purge(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> Mapping[str, int]:
        del workflows
        self.purged.append((tenant, erasure.id))
        return {"profiles": 1}

    def sweep(
        self, tenant: str, erasure: Erasure, table: Sweep, cursor: str | None, *, returned: bool
    ) -> tuple[Mapping[str, int], str | None]:
        del tenant, erasure
        self.swept.append((table, cursor, returned))
        page = int(cursor or 0) + 1
        return {"delete": 1}, str(page) if page < self.pages else None
