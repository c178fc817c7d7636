"""`catalog("products", event.item_id).price`: items of catalogs in messages, as they are when the message is written.

An item that is not there is a missing field like any other: it shows as nothing, `default` stands in for it, and the
message's report names it. Who looks an item up decides how many are read at once; the template cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, final

from stepwell.content.budget import budget
from stepwell.content.missing import Missing

Find = Callable[[str, str], Mapping[str, Any] | None]
"""Returns the fields of an item by catalog and id; None: there is none."""
_COST = 20
"""Steps of a look-up: a rendering makes some thousand at most."""
_MAX_ID = 128


class Function:
    """A function that templates of every dialect can call by its name: `catalog`, `block`, `connected`."""

    __slots__ = ()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return what a template shows."""
        raise TypeError(f"{type(self).__name__} cannot be called with {len(arguments) + len(named)} values")


@final
class Lookup(Function):
    """The function `catalog` of templates.

    Args:
        find: Finds an item; None: there are none, as in a preview.
    """

    __slots__ = ("_find",)

    def __init__(self, find: Find | None = None) -> None:
        self._find = find

    def __call__(self, catalog: object = "", item: object = "", *_: object) -> Mapping[str, Any] | Missing:
        """Return an item's fields, with `id`."""
        budget().spend(_COST)
        if isinstance(item, int) and not isinstance(item, bool):
            item = str(item)
        if not isinstance(catalog, str) or not isinstance(item, str):
            return Missing(name="catalog")
        known = 0 < len(catalog) <= _MAX_ID and 0 < len(item) <= _MAX_ID
        found = self._find(catalog, item) if self._find is not None and known else None
        return Missing(name=f"catalog.{catalog[:32]}.{item[:64]}") if found is None else found
