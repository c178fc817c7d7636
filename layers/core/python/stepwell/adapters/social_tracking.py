"""Posts that are on networks, with their numbers, in table `config`; see `TrackedPosts` in `listening_ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.social import posts_partition, timed
from stepwell.adapters.items.wire import Plain, key_item, millis
from stepwell.social.engagement import FORGOTTEN, TrackedPost, document_of, post_of

_PAGE = 200


class DynamoTracked:
    """Posts.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def put(self, tenant: str, post: TrackedPost) -> None:
        """Keep a post; one that is kept already stays as it is."""
        self._table.put_new(_item(tenant, post))

    def save(self, tenant: str, posts: Sequence[TrackedPost]) -> None:
        """Save posts with new numbers; a later question's answer is not replaced by an earlier one's."""
        for post in posts:
            item = _item(tenant, post)
            self._table.put(item, condition="q < :q", values={":q": item["q"]})

    def since(self, tenant: str, at: datetime, limit: int = 5_000) -> list[TrackedPost]:
        """Return posts posted since a moment, newest first."""
        first = f"{millis(at):013d}"
        found: list[TrackedPost] = []
        after: Plain | None = None
        while len(found) < limit:
            page = self._table.query(posts_partition(tenant), newest_first=True, limit=_PAGE, after=after)
            for item in page.items:
                if str(item["sk"]) < first or len(found) == limit:
                    return found
                found.append(post_of(read_body(item["b"])))
            after = page.next
            if after is None:
                break
        return found

    def find(self, tenant: str, at: datetime, id_: str) -> TrackedPost | None:
        """Return one by when it was posted and its id; None: there is none."""
        item = self._table.get((posts_partition(tenant), timed(at, id_)))
        return None if item is None else post_of(read_body(item["b"]))


def _item(tenant: str, post: TrackedPost) -> Plain:
    return {
        **key_item((posts_partition(tenant), timed(post.at, post.id))),
        "b": write_body(document_of(post)),
        # When it was last asked for: 0, never.
        "q": millis(post.asked) if post.asked else 0,
        "ttl": int((post.at + FORGOTTEN).timestamp()),
    }
