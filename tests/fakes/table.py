"""A DynamoDB table in memory: conditional writes one item at a time, billed like the real one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from stepwell.adapters.items.wire import Key, Plain, key_item, key_of, read_units, size_of, write_units

T = TypeVar("T")
Condition = Callable[[Plain | None], bool]


class Hooks(Protocol):
    """What a table asks of the world."""

    def write(self, label: str, apply: Callable[[], T]) -> T: ...

    def read(self, label: str) -> None: ...


@dataclass
class TableBill:
    """Requests and units of one table (a GSI is billed with its table)."""

    writes: int = 0
    reads: int = 0
    wru: float = 0.0
    rru: float = 0.0


@dataclass
class Bill:
    """Units used, a table."""

    tables: dict[str, TableBill] = field(default_factory=lambda: defaultdict(TableBill))

    @property
    def wru(self) -> float:
        return sum(table.wru for table in self.tables.values())

    @property
    def rru(self) -> float:
        return sum(table.rru for table in self.tables.values())

    @property
    def dollars(self) -> float:
        """us-east-1 on demand."""
        return self.wru * 0.625e-6 + self.rru * 0.125e-6

    def clear(self) -> None:
        self.tables.clear()


class MemoryTable:
    """Items by key; ``indexes`` maps an index's name to its (partition, sort) attributes."""

    def __init__(
        self, name: str, hooks: Hooks, bill: Bill, indexes: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        self.name = name
        self.items: dict[Key, Plain] = {}
        self.behind: dict[Key, Plain | None] = {}
        self._partitions: dict[str, set[str]] = defaultdict(set)
        self._hooks = hooks
        self._bill = bill
        self._indexes = dict(indexes or {})

    def put(self, item: Plain, label: str, condition: Condition | None = None) -> bool:
        """Put a whole item if the condition holds for what is stored."""
        return self.update(key_of(item), lambda _: _copy(item), label, condition)

    def update(
        self,
        key: Key,
        change: Callable[[Plain | None], Plain | None],
        label: str,
        condition: Condition | None = None,
    ) -> bool:
        """Replace an item by what ``change`` makes of it (None deletes); False if the condition fails."""

        def apply() -> bool:
            before = self.items.get(key)
            if condition is not None and not condition(before):
                self._bill_write(size_of(before or key_item(key)))
                return False
            after = change(None if before is None else _copy(before))
            self._bill_write(max(size_of(before or {}), size_of(after or {}), 1))
            self._bill_indexes(before or {}, after or {})
            if after is None:
                self.items.pop(key, None)
                self._partitions[key[0]].discard(key[1])
            else:
                self._partitions[key[0]].add(key[1])
                if size_of(after) > 400 * 1024:
                    raise ValueError(f"item of {size_of(after)} bytes")
                self.items[key] = {name: value for name, value in after.items() if value != set()}
            return True

        return self._hooks.write(label, apply)

    def transact(self, items: Sequence[tuple[Plain, int]], label: str) -> bool:
        """Put items if each one's `v` is as given (0: there is none), all or nothing, at twice the price."""

        def apply() -> bool:
            stored = [(self.items.get(key_of(item)), rev) for item, rev in items]
            held = all((item or {}).get("v", 0) == rev and (rev or item is None) for item, rev in stored)
            for item, (before, _) in zip(items, stored, strict=True):
                size = size_of(item[0]) if held else 0
                for _ in range(2):
                    self._bill_write(max(size_of(before or {}), size, 1))
                if held:
                    key = key_of(item[0])
                    self._partitions[key[0]].add(key[1])
                    self.items[key] = _copy(item[0])
            return held

        return self._hooks.write(label, apply)

    def delete(self, key: Key, label: str, condition: Condition | None = None) -> bool:
        """Delete an item; a missing one is no error."""
        return self.update(key, lambda _: None, label, condition)

    def get(self, key: Key, label: str, *, strong: bool = True) -> Plain | None:
        """Read one item; without ``strong`` at half the price, and from `behind` if a test laid it there."""
        self._hooks.read(label)
        item = self.items.get(key) if strong else self.behind.get(key, self.items.get(key))
        self._bill_read(size_of(item or {}), strong=strong)
        return None if item is None else _copy(item)

    def query(
        self, pk: str, label: str, *, prefix: str = "", until: str | None = None, limit: int | None = None
    ) -> list[Plain]:
        """Read a partition in order of the sort key, strongly."""
        self._hooks.read(label)
        found = [
            self.items[(pk, sk)]
            for sk in sorted(self._partitions[pk])
            if sk.startswith(prefix) and (until is None or sk <= until)
        ][:limit]
        self._bill_read(sum(size_of(item) for item in found))
        return [_copy(item) for item in found]

    def query_index(self, index: str, pk: str, label: str) -> list[Plain]:
        """Read an index partition in order of its sort key; keys only."""
        self._hooks.read(label)
        partition, sort = self._indexes[index]
        found = sorted(
            (item for item in self.items.values() if item.get(partition) == pk and sort in item),
            key=lambda item: (item[sort], item["pk"]),
        )
        keys = [{name: item[name] for name in ("pk", "sk", partition, sort)} for item in found]
        self._bill_read(sum(size_of(item) for item in keys), strong=False)
        return keys

    def _bill_write(self, size: int) -> None:
        bill = self._bill.tables[self.name]
        bill.writes += 1
        bill.wru += write_units(size)

    def _bill_indexes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        for names in self._indexes.values():
            old, new = (tuple(item.get(name) for name in names) for item in (before, after))
            if old != new:
                self._bill.tables[self.name].wru += (None not in old) + (None not in new)

    def _bill_read(self, size: int, *, strong: bool = True) -> None:
        bill = self._bill.tables[self.name]
        bill.reads += 1
        bill.rru += read_units(size, strong=strong)


def absent(item: Plain | None) -> bool:
    """The condition that nothing is stored."""
    return item is None


def unique(values: Iterable[str]) -> list[str]:
    """Drop repetitions, keep order."""
    return list(dict.fromkeys(values))


def _copy(item: Plain) -> Plain:
    return {name: set(value) if isinstance(value, set) else value for name, value in item.items()}
