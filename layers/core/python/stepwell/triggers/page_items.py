"""Which item of a catalog a page or a link shows, so that a click or a view is one of the item.

Looked up when events of websites and clicks in mail are taken in, all pages of a request at once, for workspaces with
catalogs only. What the page itself said stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from stepwell.catalog.addresses import page_key
from stepwell.catalog.ports import PageItem
from stepwell.contracts.event_catalogue import EVENT_TYPES
from stepwell.contracts.events import Event
from stepwell.errors import StepwellError

_OF_PAGES = frozenset(
    known.name
    for known in EVENT_TYPES.values()
    if known.family == "website" and "page_url" in known.properties
)
_LINKED = frozenset({"cta_click", "download"})
MAX_PAGES = 100
"""Different pages of one request that are looked up."""


class PageItems(Protocol):
    """Items of workspaces by page."""

    def has_catalogs(self, tenant: str) -> bool:
        """Tell whether a workspace has any catalog, up to a minute old."""
        ...

    def pages(self, tenant: str, keys: Sequence[str]) -> Mapping[str, PageItem]:
        """Return the items that pages show, by `page_key`, up to a minute old."""
        ...


def with_items(events: Sequence[Event], tenant: str, store: PageItems | None) -> tuple[Event, ...]:
    """Return events with the items of their pages; a store that does not answer holds nothing up.

    A click names the item that it leads to, else that of the page on which it was made.
    """
    if store is None:
        return tuple(events)
    asked = {event.message_id: keys for event in events if (keys := _keys(event))}
    if not asked:
        return tuple(events)
    try:
        if not store.has_catalogs(tenant):
            return tuple(events)
        found = store.pages(
            tenant, list(dict.fromkeys(k for keys in asked.values() for k in keys))[:MAX_PAGES]
        )
    except StepwellError:
        return tuple(events)
    return tuple(_with_item(event, asked.get(event.message_id, ()), found) for event in events)


def _keys(event: Event) -> tuple[str, ...]:
    told = event.properties
    if told.get("item_id"):
        return ()
    if event.name == "email_clicked":
        urls = [told.get("link")]
    elif event.name in _OF_PAGES:
        urls = ([told.get("href")] if event.name in _LINKED else []) + [told.get("page_url")]
    else:
        return ()
    return tuple(key for url in urls if (key := page_key(url)))


def _with_item(event: Event, keys: Sequence[str], found: Mapping[str, PageItem]) -> Event:
    shown = next((found[key] for key in keys if key in found), None)
    if shown is None:
        return event
    more: dict[str, Any] = {"catalog": shown.catalog, "item_id": shown.item}
    if shown.tags and not event.properties.get("content_tags"):
        more["content_tags"] = list(shown.tags)
    if shown.category and not event.properties.get("topic"):
        more["topic"] = shown.category
    return event.evolve(properties={**event.properties, **more})
