"""Erasures under way and hashes of who was erased, in table `config`; see `stepwell.publishing.erasing_ports`.

| pk | sk | what |
|---|---|---|
| `T#ERASING` | `<erasure>` | what is to be looked for; deleted when the erasure is done |
| `T#ERASED` | `<hash of a profile id>` | {at}: kept, so that older copies of his events are shown to nobody |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.wire import Key, from_millis, millis
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import short_hash
from stepwell.publishing.erasing_ports import Erasure

_LISTS = ("people", "identities", "values", "emails", "phones")


class DynamoErasures:
    """See `stepwell.publishing.erasing_ports.Erasures`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def get(self, tenant: str, erasure: str) -> Erasure | None:
        """Read one that is under way."""
        item = self._table.get((f"{tenant}#ERASING", erasure))
        if item is None:
            return None
        body = read_body(item["body"])
        lists = {name: tuple(body[name]) for name in _LISTS}
        return Erasure(**{**body, **lists, "at": from_iso(body["at"])})

    def put(self, tenant: str, erasure: Erasure) -> bool:
        """Keep one unless it is under way already."""
        body = write_body({**asdict(erasure), "at": iso(erasure.at)})
        return self._table.put_new({"pk": f"{tenant}#ERASING", "sk": erasure.id, "body": body})

    def close(self, tenant: str, erasure: Erasure) -> None:
        """Forget one that is done."""
        self._table.delete((f"{tenant}#ERASING", erasure.id))

    def remember(self, tenant: str, erasure: Erasure) -> None:
        """Note hashes of his ids."""
        at = millis(erasure.at)
        keys = [erased_key(tenant, one) for one in sorted(erasure.ids)]
        self._table.write_many(puts=[{"pk": pk, "sk": sk, "at": at} for pk, sk in keys])

    def erased_at(self, tenant: str, ids: Iterable[str]) -> datetime | None:
        """Return when any of these was erased last, None: never."""
        found = self._table.get_many(erased_key(tenant, one) for one in ids)
        times = [int(item["at"]) for item in found.values()]
        return from_millis(max(times)) if times else None


def erased_key(tenant: str, profile: str) -> Key:
    """Return the key under which it is noted that a profile id was erased."""
    return f"{tenant}#ERASED", short_hash("erased", tenant, profile, length=32)
