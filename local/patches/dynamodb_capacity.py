"""Gap: reads always cost 0.5 units there, whatever their size; here by bytes, as AWS bills.

Queries and scans are billed by the bytes *read*: those of the returned items, scaled by
``ScannedCount / Count`` when a filter dropped some. Every unit also goes to the counters.
"""

from __future__ import annotations

import json
import math
from typing import Any

from local.patches import Parts

READ_UNIT_BYTES = 4096


def read_units(size: float, consistent: bool) -> float:
    """Read request units of ``size`` bytes."""
    units = max(1, math.ceil(size / READ_UNIT_BYTES))
    return float(units) if consistent else units / 2


def install(parts: Parts) -> None:
    """Corrects the units of single reads and counts those of every operation."""
    from ministack.services import dynamodb

    counters = parts.counters
    original = dynamodb._add_consumed_capacity

    def sized(result: dict[str, Any]) -> float:
        if "Item" in result:
            return float(dynamodb._item_size_bytes(result["Item"]))
        items = result.get("Items") or []
        size = float(sum(dynamodb._item_size_bytes(item) for item in items))
        scanned, count = result.get("ScannedCount", 0), len(items)
        return float(size * scanned / count if count else scanned * 200.0)

    def add(
        result: dict[str, Any], data: dict[str, Any], table_name: str, write: bool = False, **more: Any
    ) -> None:
        wanted = data.get("ReturnConsumedCapacity", "NONE")
        probe: dict[str, Any] = {}
        original(probe, {**data, "ReturnConsumedCapacity": "INDEXES"}, table_name, write=write, **more)
        capacity = probe["ConsumedCapacity"]
        if not write:
            before = capacity["CapacityUnits"]
            units = read_units(sized(result), bool(data.get("ConsistentRead", False)))
            _scale(capacity, units / before if before else 1.0)
        counters.add("dynamodb", "write_units" if write else "read_units", capacity["CapacityUnits"])
        if wanted != "NONE":
            if wanted == "TOTAL":
                capacity = {k: capacity[k] for k in ("TableName", "CapacityUnits")}
            result["ConsumedCapacity"] = capacity

    dynamodb._add_consumed_capacity = add
    for name, unit in (
        ("_batch_write_item", "write_units"),
        ("_batch_get_item", "read_units"),
        ("_transact_write_items", "write_units"),
        ("_transact_get_items", "read_units"),
    ):
        setattr(dynamodb, name, _measured(counters, getattr(dynamodb, name), unit))


def _scale(capacity: dict[str, Any], factor: float) -> None:
    for key, value in capacity.items():
        if key == "CapacityUnits":
            capacity[key] = value * factor
        elif isinstance(value, dict):
            _scale(value, factor)


def _measured(counters: Any, handler: Any, unit: str) -> Any:
    def call(data: dict[str, Any]) -> Any:
        wanted = data.get("ReturnConsumedCapacity", "NONE")
        status, headers, body = handler(
            data if wanted != "NONE" else {**data, "ReturnConsumedCapacity": "TOTAL"}
        )
        if status == 200:
            answer = json.loads(body)
            consumed = answer.get("ConsumedCapacity") or []
            counters.add("dynamodb", unit, sum(c.get("CapacityUnits", 0.0) for c in consumed))
            if wanted == "NONE":
                answer.pop("ConsumedCapacity", None)
                body = json.dumps(answer).encode()
        return status, headers, body

    return call
