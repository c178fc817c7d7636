"""Soft bounces on DynamoDB: numbers in the row that suppresses the address; see `stepwell.deliverability.ports`."""

from __future__ import annotations

from datetime import datetime

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.messaging import address_key
from stepwell.adapters.items.suppressions import bounces_of, row_of
from stepwell.adapters.items.wire import Plain, key_item, millis
from stepwell.deliverability.bouncing import SOFT_BOUNCE, Bounces
from stepwell.errors import Unavailable

_TRIES = 6


class DynamoBounces:
    """See `stepwell.deliverability.ports.BounceBook`.

    Args:
        table: Table `profiles`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def bounced(self, tenant: str, address: str, mark: str, at: datetime) -> Bounces:
        """Count a soft bounce, once by its mark.

        Raises:
            Unavailable: Others write the same address all the time.
        """
        key = address_key(tenant, "email", address)
        for _ in range(_TRIES):
            item = self._table.get(key)
            if item is not None and item.get("reason") != SOFT_BOUNCE:
                return Bounces()
            before = bounces_of(item)
            after = before.after(mark, at)
            if after == before:
                return after
            row: Plain = {**key_item(key), **row_of(after), "v": int(item["v"]) + 1 if item else 1}
            done = (
                self._table.put_new(row)
                if item is None
                else self._table.put(
                    row, condition="v = :v AND reason = :soft", values={":v": item["v"], ":soft": SOFT_BOUNCE}
                )
            )
            if done:
                return after
        raise Unavailable("The address's bounces are being written by too many at once.")

    def delivered(self, tenant: str, address: str, at: datetime) -> None:
        """Forget the soft bounces before a delivery, and end the address's rest; one given up stays so."""
        self._table.delete(
            address_key(tenant, "email", address),
            condition="reason = :soft AND l < :at AND attribute_exists(u)",
            values={":soft": SOFT_BOUNCE, ":at": millis(at)},
        )
