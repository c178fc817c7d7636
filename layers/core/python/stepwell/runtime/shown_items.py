"""Items of catalogs that the messages of one batch show: each read once, those of all contacts' events together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepwell.catalog.ports import CatalogLookups
    from stepwell.contracts.tokens import Token

_MOST = 100


class ShownItems:
    """Finds items for templates; nothing is read until a template asks.

    Args:
        items: The store; None: there are no catalogs.
        tenant: Tenant id.
    """

    def __init__(self, items: CatalogLookups | None, tenant: str) -> None:
        self._items = items
        self._tenant = tenant
        self._found: dict[tuple[str, str], Mapping[str, Any] | None] = {}
        self._tokens: list[Token] = []

    def expect(self, tokens: Iterable[Token]) -> None:
        """Note whose messages are about to be written: what their events name is read along."""
        self._tokens = list(tokens)

    def find(self, catalog: str, item: str) -> Mapping[str, Any] | None:
        """Return an item's fields; None: there is none.

        Raises:
            Unavailable: The store cannot be reached: the whole Task is tried again.
        """
        if (catalog, item) not in self._found and self._items is not None:
            others = [other for of, other in map(_named, self._tokens) if of in ("", catalog) and other]
            wanted = [one for one in dict.fromkeys([item, *others]) if (catalog, one) not in self._found][
                :_MOST
            ]
            read = self._items.fields(self._tenant, catalog, wanted)
            self._found.update({(catalog, one): read.get(one) for one in wanted})
        return self._found.get((catalog, item))


def _named(token: Token) -> tuple[str, str]:
    told = token.context.get("properties")
    if not isinstance(told, Mapping):
        return "", ""
    catalog, item = told.get("catalog"), told.get("item_id")
    return catalog if isinstance(catalog, str) else "", item if isinstance(item, str) else ""
