"""Rates and locks of social accounts in table `engine`, and looks at posts and accounts in the due index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import key_item, millis
from stepwell.adapters.send_rate import lease_key
from stepwell.contracts.clock import Clock
from stepwell.contracts.names import SOCIAL_WORKFLOW
from stepwell.runtime.ports import DueRow, ParkingStore

_KEPT_S = 3 * 86_400


class DynamoLeases:
    """See `stepwell.social.ports.Leases`.

    Windows are counted from the epoch, all processes the same: an item a name, which a new window begins anew.

    Args:
        table: Table `engine`.
        clock: The clock.
    """

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def take(self, tenant: str, name: str, cap: int, window_s: int) -> float:
        """Take one of `cap` in a window; return 0, or the seconds until there is room."""
        now = self._clock.now()
        key, stamp = lease_key(tenant, name), millis(now)
        window = stamp // 1000 // window_s
        expires = int(now.timestamp()) + _KEPT_S + window_s
        shared: Mapping[str, Any] = {":w": window, ":e": expires, ":now": stamp, ":one": 1}
        names = {"#ttl": "ttl"}
        rested = "(attribute_not_exists(r) OR r <= :now)"
        if self._table.update(
            key,
            "SET n = n + :one, #ttl = :e",
            names=names,
            values={**shared, ":cap": cap},
            condition=f"w = :w AND n < :cap AND {rested}",
        ):
            return 0.0
        if self._table.update(
            key,
            "SET w = :w, n = :one, #ttl = :e",
            names=names,
            values=shared,
            condition=f"(attribute_not_exists(w) OR w < :w) AND {rested}",
        ):
            return 0.0
        item = self._table.get(key) or {}
        rests_s = (int(item.get("r", 0)) - stamp) / 1000
        if rests_s > 0:
            return max(rests_s, 1.0)
        if int(item.get("w", 0)) == window and int(item.get("n", 0)) < cap:
            return 1.0  # lost a race; there is room
        return max((window + 1) * window_s - stamp / 1000, 1.0)

    def rest(self, tenant: str, name: str, seconds: float) -> None:
        """Have nothing granted under a name for a while."""
        until = millis(self._clock.now()) + int(seconds * 1000)
        self._table.update(lease_key(tenant, name), "SET r = :r", values={":r": until})

    def lock(self, tenant: str, name: str, seconds: int) -> bool:
        """Take a lock for a while; False: somebody has it."""
        now = millis(self._clock.now())
        item = {**key_item(lease_key(tenant, name)), "u": now + seconds * 1000, "ttl": now // 1000 + _KEPT_S}
        free = "attribute_not_exists(pk) OR u <= :now"
        return self._table.put(item, condition=free, values={":now": now})

    def unlock(self, tenant: str, name: str) -> None:
        """Give a lock back."""
        self._table.delete(lease_key(tenant, name))


class DueTimer:
    """See `stepwell.social.ports.Timer`; the sweeper hands what is due to `post_social`.

    Args:
        parking: The due index.
    """

    def __init__(self, parking: ParkingStore) -> None:
        self._parking = parking

    def at(self, tenant: str, token: str, when: datetime, mark: int = 0) -> None:
        """Have a token looked at; may be repeated; marks stand side by side."""
        self._parking.put_due(tenant, [_row(token, when, mark)])

    def drop(self, tenant: str, token: str, when: datetime, mark: int = 0) -> None:
        """Forget a look of a mark; a missing one is no error."""
        self._parking.delete_due(tenant, [_row(token, when, mark)])


def _row(token: str, when: datetime, mark: int) -> DueRow:
    # Whole seconds: what is stored is what is deleted.
    whole = when.replace(microsecond=0) + (timedelta(seconds=1) if when.microsecond else timedelta())
    return DueRow(SOCIAL_WORKFLOW, token, mark, whole)
