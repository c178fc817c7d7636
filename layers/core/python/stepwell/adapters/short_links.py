"""Short links of texts in table `config`, until their time is over; see `stepwell.channels.sms.short_links`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import Key, from_millis, key_item, millis
from stepwell.channels.sms.short_links import ShortLink
from stepwell.contracts.clock import Clock


def link_key(tenant: str, id_: str) -> Key:
    """Return the key of a short link."""
    return f"{tenant}#LINK#{id_}", "-"


class DynamoShortLinks:
    """Short links.

    Args:
        table: Table `config`.
        clock: Tells whether a link's time is over: DynamoDB deletes within days.
    """

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put(self, tenant: str, links: Sequence[ShortLink]) -> None:
        """Keep links; repeating it changes nothing."""
        for link in links:
            tags = json.dumps(dict(link.tags), separators=(",", ":"))
            self._table.put(
                {
                    **key_item(link_key(tenant, link.id)),
                    "u": link.url,
                    "at": millis(link.at),
                    "w": link.tags.get("profile", ""),
                    "x": tags,
                    "ttl": int(link.until.timestamp()),
                }
            )

    def find(self, tenant: str, id_: str) -> ShortLink | None:
        """Return a link; None: there is none, or its time is over."""
        item = self._table.get(link_key(tenant, id_))
        if item is None:
            return None
        link = ShortLink(id_, str(item["u"]), from_millis(int(item["at"])), json.loads(item["x"]))
        return link if self._clock.now() < link.until else None
