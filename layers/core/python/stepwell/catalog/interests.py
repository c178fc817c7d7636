"""Who is interested in what: rows that follow from contacts' events, so that a change need not ask everybody.

A row lasts as long as the catalog says, counted from the event that showed the interest; a purchase ends the interest
in the item. Rows are put and taken away without being read: a repeated batch changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from stepwell.catalog.items import ITEM_ID
from stepwell.contracts.events import Event
from stepwell.contracts.imports import is_backfill

WHY: Mapping[str, str] = {
    "item_subscribed": "subscribed",
    "product_wishlisted": "wished",
    "product_carted": "carted",
    "product_viewed": "viewed",
    "page_view": "viewed",
    "email_clicked": "viewed",
    "cta_click": "viewed",
    "download": "viewed",
    "video_play": "viewed",
}
"""What an event of an item shows."""
RANKS = ("subscribed", "wished", "carted", "viewed")
"""Interests, strongest first: of several rows of a contact the first is told."""
ABOUT = "about"
"""The interest in a word: a tag, a category, a topic."""
SUBSCRIBED_DAYS = 365
MOST = 50
"""Rows that one contact's events of a batch may write: whoever makes up events does not fill the table."""
MAX_WORDS = 10
_ENDS = frozenset({"purchase", "item_unsubscribed"})


class Interest(NamedTuple):
    """A row.

    Attributes:
        key: What for: `i#<catalog>#<item>` or `w#<word>`.
        profile: Whose.
        why: One of `RANKS`, or `about`.
        until: When it ends (epoch seconds); 0: it is to be taken away.
    """

    key: str
    profile: str
    why: str
    until: int


def item_key(catalog: str, item: str) -> str:
    """Return the key of interests in an item."""
    return f"i#{catalog}#{item}"


def word_key(word: str) -> str:
    """Return the key of interests in a word."""
    return f"w#{word}"


def interests_of(
    people: Iterable[tuple[str, Sequence[Event]]], catalogs: Sequence[Mapping[str, Any]], now: int
) -> list[Interest]:
    """Return the rows that contacts' events write, later ones last and each once.

    Args:
        people: Profile ids with their events in order.
        catalogs: What the rules say of the workspace's catalogs, see `Catalog.rule`.
        now: Epoch seconds: what would have ended by now is not written.
    """
    reading = _Reading(catalogs, now)
    found: list[Interest] = []
    for profile, events in people:
        rows: dict[tuple[str, str], Interest] = {}
        for event in events:
            for row in reading.rows(profile, event):
                rows.pop((row.key, row.why), None)
                rows[row.key, row.why] = row
        found += [*rows.values()][-MOST:]
    return found


class _Reading:
    def __init__(self, catalogs: Sequence[Mapping[str, Any]], now: int) -> None:
        self._now = now
        self._days = {str(one["id"]): int(one["days"]) for one in catalogs}
        products = [str(one["id"]) for one in catalogs if one["kind"] == "product"]
        content = [one for one in catalogs if one["kind"] == "content"]
        self._first = products[0] if products else ""
        self._word_days = max((int(one["days"]) for one in content), default=0)

    def rows(self, profile: str, event: Event) -> Iterable[Interest]:
        name, told = event.name, event.properties
        if event.machine:
            return
        if name in _ENDS:
            # What an import tells of the past ends nothing that came after it.
            if not is_backfill(event):
                why = RANKS if name == "purchase" else ("subscribed",)
                for key in self._items(told):
                    yield from (Interest(key, profile, one, 0) for one in why)
            return
        shows = WHY.get(name)
        if shows is None:
            return
        for key in self._items(told):
            days = SUBSCRIBED_DAYS if shows == "subscribed" else self._days[key.split("#", 2)[1]]
            if until := self._until(event, days):
                yield Interest(key, profile, shows, until)
        if self._word_days and (until := self._until(event, self._word_days)):
            yield from (Interest(word_key(word), profile, ABOUT, until) for word in _words(told))

    def _until(self, event: Event, days: int) -> int:
        until = int((event.when + timedelta(days=days)).timestamp())
        return until if until > self._now else 0

    def _items(self, told: Mapping[str, Any]) -> Iterable[str]:
        """Return the keys of the items that an event names, in itself or in its list of items."""
        listed = told.get("items")
        parts = [told, *(one for one in (listed if isinstance(listed, list) else [])[:MOST])]
        found: dict[str, None] = {}
        for part in parts:
            if isinstance(part, str):
                part = {"item_id": part}
            if isinstance(part, Mapping) and (key := self._item(part)):
                found[key] = None
        return found

    def _item(self, part: Mapping[str, Any]) -> str:
        catalog = part.get("catalog") or self._first
        if not isinstance(catalog, str) or catalog not in self._days:
            return ""
        for name in ("item_id", "product_id", "sku", "product"):
            value = part.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            if isinstance(value, str) and ITEM_ID.match(value):
                return item_key(catalog, value)
        return ""


def _words(told: Mapping[str, Any]) -> Iterable[str]:
    listed: list[Any] = []
    for name in ("content_tags", "tags"):
        value = told.get(name)
        listed += value[:MAX_WORDS] if isinstance(value, list) else []
    listed += [told.get("topic"), told.get("category")]
    short = [one.strip().casefold() for one in listed if isinstance(one, str) and len(one) <= 200]
    return [*dict.fromkeys(one for one in short if one)][:MAX_WORDS]
