"""What a template finds where a field is missing, and how its loops are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import jinja2

from stepwell.content.budget import budget


class Missing(jinja2.ChainableUndefined):
    """A field that is not there: renders as nothing, can be reached into, and is reported."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Missing:
        if name[:2] == "__":
            raise AttributeError(name)
        return self._below(name)

    def __getitem__(self, name: Any) -> Missing:  # type: ignore[override]  # any key may be asked for
        return self._below(str(name))

    def _below(self, name: str) -> Missing:
        path = f"{self._undefined_name}.{name}" if self._undefined_name else name
        return Missing(name=path[:200])

    def report(self) -> None:
        """Note that the rendering asked for this field."""
        if self._undefined_name:
            budget().missing[str(self._undefined_name)] = None

    def __str__(self) -> str:
        self.report()
        return ""

    def __html__(self) -> str:
        return str(self)


class Counted:
    """A loop's items: each turn spends from the budget; the length is kept for `loop.length`."""

    def __init__(self, items: Iterable[Any]) -> None:
        if isinstance(items, Missing):
            items.report()
        self._items: Any = items if hasattr(items, "__len__") else list(_turns(items))

    def __iter__(self) -> Iterator[Any]:
        return _turns(self._items)

    def __len__(self) -> int:
        return len(self._items)


def _turns(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        budget().turn()
        yield item
