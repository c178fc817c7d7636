"""Tells those concerned of news of items: page by page through the moves queue, on the stream like all other events.

A page may be repeated: an event's message id is made of change, item, revision and contact, so the pass takes each
once. The item's news stay open until all pages are through.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stepwell.catalog.changing import publish, told
from stepwell.catalog.interests import ABOUT, RANKS, item_key, word_key
from stepwell.catalog.items import Change, words
from stepwell.catalog.model import Catalog
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.catalog_items import tell
from stepwell.publishing.catalog_ports import CatalogPorts
from stepwell.publishing.catalogs import PURGE, read
from stepwell.publishing.records import Move
from stepwell.runtime.ports import EventSink, ProfileStore

PAGE, ROWS = 500, 4_000
"""Contacts a page and a message: some seconds of work."""
_TRIES = 8
_MEMBER = "segment"


@dataclass(slots=True)
class _Place:
    """Where the telling stands: item, change, source of contacts, cursor there, contacts told so far by change."""

    item: int = 0
    change: int = 0
    source: int = 0
    after: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, cursor: str | None) -> _Place:
        return cls(*json.loads(cursor)) if cursor else cls()

    def cursor(self) -> str:
        return json.dumps([self.item, self.change, self.source, self.after, self.counts])


def carry_on(ports: CatalogPorts, events: EventSink, profiles: ProfileStore, move: Move) -> Move | None:
    """Carry out one message of a catalog's command.

    Args:
        ports: Stores.
        events: The stream.
        profiles: Contacts: who was merged is told as who he is now, who is gone is not told.
        move: The command.

    Returns:
        The command that was queued to go on; None: done.
    """
    catalog_id = move.workflow.partition("/")[2]
    if move.reason == PURGE:
        return _purge(ports, move, catalog_id)
    try:
        catalog = read(ports, move.tenant, catalog_id).catalog
    except NotFound:
        return None
    looked = [item for item, rev in move.items if not rev]
    if looked:
        tell(ports, move.tenant, catalog.id, _open(ports, move.tenant, catalog, looked))
    return _Telling(ports, events, profiles, move, catalog).run()


def _purge(ports: CatalogPorts, move: Move, catalog: str) -> Move | None:
    try:
        read(ports, move.tenant, catalog)
    except NotFound:
        if sum(ports.items.drop(move.tenant, catalog, PAGE) for _ in range(8)) < 8 * PAGE:
            return None
        following = replace(move, round=move.round + 1)
        ports.publishing.moves.send(following)
        return following
    return None


def _open(ports: CatalogPorts, tenant: str, catalog: Catalog, items: Sequence[str]) -> list[tuple[str, int]]:
    """Publish what is due and return all news of items that wait to be told."""
    found: list[tuple[str, int]] = []
    records = ports.items.get(tenant, catalog.id, items)
    for item in items:
        record = records.get(item)
        for _ in range(_TRIES):
            if record is None:
                break
            public = publish(catalog, record, ports.publishing.now())
            if public is None or ports.items.save(tenant, [public]):
                waiting = (public or record).open
                found += [(item, rev) for rev in dict.fromkeys(change.rev for change in waiting)]
                break
            record = ports.items.get(tenant, catalog.id, [item]).get(item)
        else:
            raise Conflict("The item is being written by others at this moment.", code="busy")
    return found


class _Telling:
    def __init__(
        self,
        ports: CatalogPorts,
        events: EventSink,
        profiles: ProfileStore,
        move: Move,
        catalog: Catalog,
    ) -> None:
        self._ports, self._events, self._profiles = ports, events, profiles
        self._move, self._catalog, self._tenant = move, catalog, move.tenant
        self._at = _Place.parse(move.cursor)
        self._rows = 0

    def run(self) -> Move | None:
        pairs = [pair for pair in self._move.items if pair[1]]
        while self._at.item < len(pairs):
            item, rev = pairs[self._at.item]
            if not self._item(item, rev):
                following = replace(
                    self._move, items=tuple(pairs), cursor=self._at.cursor(), round=self._move.round + 1
                )
                self._ports.publishing.moves.send(following)
                return following
            self._at = _Place(self._at.item + 1)
        return None

    def _item(self, item: str, rev: int) -> bool:
        """Tell what is open of a revision; False: there is more than one message does."""
        record = self._ports.items.get(self._tenant, self._catalog.id, [item]).get(item)
        changes = [] if record is None else [change for change in record.open if change.rev == rev]
        at = self._at
        while at.change < len(changes):
            change = changes[at.change]
            if not self._change(item, change):
                return False
            at.change, at.source, at.after = at.change + 1, 0, None
        if changes:
            self._done(item, rev)
        return True

    def _change(self, item: str, change: Change) -> bool:
        at, sources, seen = self._at, self._sources(item, change), set[str]()
        while at.source < len(sources):
            if self._rows >= ROWS:
                return False
            room = self._catalog.most - at.counts.get(change.name, 0)
            if room <= 0:
                break
            rows, after = self._page(*sources[at.source], at.after)
            self._rows += max(len(rows), 1)
            at.counts[change.name] = at.counts.get(change.name, 0) + self._emit(
                item, change, rows, seen, room
            )
            at.after = after
            if after is None:
                at.source += 1
        return True

    def _sources(self, item: str, change: Change) -> list[tuple[str, str]]:
        if change.name != "new_content":
            return [("", item_key(self._catalog.id, item))]
        if self._catalog.announce_to:
            return [(_MEMBER, self._catalog.announce_to)]
        return [("", word_key(word)) for word in words(change.item)]

    def _page(self, kind: str, key: str, after: str | None) -> tuple[list[tuple[str, str]], str | None]:
        if kind == _MEMBER:
            members, cursor = self._ports.publishing.members.page(self._tenant, key, after, PAGE)
            return [(member.profile, _MEMBER) for member in members], cursor
        return self._ports.interests.interested(self._tenant, key, PAGE, after)

    def _emit(
        self, item: str, change: Change, rows: Sequence[tuple[str, str]], seen: set[str], room: int
    ) -> int:
        found = self._profiles.get(self._tenant, list(dict.fromkeys(profile for profile, _ in rows)))
        documents: list[dict[str, Any]] = []
        for asked, why in sorted(rows, key=lambda row: _RANK.get(row[1], 0)):
            profile = found.get(asked)
            if profile is None or profile.id in seen or len(documents) >= room:
                continue
            if self._catalog.audience and self._catalog.audience not in profile.segments:
                continue
            seen.add(profile.id)
            documents.append(self._event(item, change, profile.id, why))
        if documents:
            self._events.emit(self._tenant, documents)
        return len(documents)

    def _event(self, item: str, change: Change, profile: str, why: str) -> dict[str, Any]:
        mark = short_hash(change.name, self._catalog.id, item, str(change.rev), profile, length=32)
        return {
            "message_id": f"item-{mark}",
            "kind": "engagement",
            "name": change.name,
            "profile": profile,
            "properties": {**change.item, **change.more, "interest": why},
            "occurred_at": iso(change.at),
            "received_at": iso(self._ports.publishing.now()),
            "source": "stepwell",
        }

    def _done(self, item: str, rev: int) -> None:
        counts = {rev: dict(self._at.counts)}
        for _ in range(_TRIES):
            record = self._ports.items.get(self._tenant, self._catalog.id, [item]).get(item)
            if record is None or all(change.rev != rev for change in record.open):
                return
            now = iso(self._ports.publishing.now())
            if self._ports.items.save(self._tenant, [told(record, counts, now)]):
                return
        raise Conflict("The item is being written by others at this moment.", code="busy")


_RANK = {why: number for number, why in enumerate((*RANKS, ABOUT))}
