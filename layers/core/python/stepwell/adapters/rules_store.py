"""A tenant's rules in table `config`: item `RULES`, written like the trigger index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import RULES, read_body, singleton_key, write_body
from stepwell.adapters.items.wire import millis
from stepwell.contracts.clock import Clock


class DynamoRules:
    """See `stepwell.publishing.rules.RulesStore`.

    Args:
        table: Table `config`.
        clock: The clock.
    """

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, tenant: str) -> tuple[Mapping[str, Any], int]:
        """Return the document and its rev (0: none yet), strongly read."""
        item = self._table.get(singleton_key(tenant, RULES))
        return ({}, 0) if item is None else (read_body(item["body"]), int(item["rev"]))

    def write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        """Write it if the stored rev still is ``rev``."""
        pk, sk = singleton_key(tenant, RULES)
        at = millis(self._clock.now())
        item = {"pk": pk, "sk": sk, "rev": rev + 1, "body": write_body(document), "at": at, "by": ""}
        if rev == 0:
            return self._table.put_new(item)
        return self._table.put(item, condition="rev = :r", values={":r": rev})
