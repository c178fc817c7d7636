"""The inbox of mentions in table `config`; see `stepwell.social.listening_ports.Inbox`.

A mention, the id that it takes and its hour's count are written in one transaction: of two that bring the same
mention one keeps it, and it counts once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.social import (
    answered_key,
    day_key,
    listened_key,
    marker_key,
    mentions_partition,
    spoken_partition,
    timed,
)
from stepwell.adapters.items.wire import Key, Plain, from_millis, key_item, millis, to_wire
from stepwell.contracts.ids import profile_id
from stepwell.errors import InvalidInput, Unavailable
from stepwell.social.crisis import Counted
from stepwell.social.listening_ports import Listened, Wanted
from stepwell.social.mentions import Entry, document_of, entry_of, person_of

KEPT = timedelta(days=400)
COUNTS_KEPT = timedelta(days=70)
CLAIMS_KEPT = timedelta(days=180)
_HOUR = re.compile(r"^([ab])(\d\d)$")
_PAGE, _PAGES = 100, 10


class DynamoInbox:
    """Mentions of workspaces.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def keep(self, tenant: str, entry: Entry) -> Entry:
        """Keep a mention and count it, once an id; return it as it is kept, by whoever was first."""
        found = self.find(tenant, entry.id)
        if found is not None:
            return found
        fresh = replace(entry, rev=1, told=False)
        key = self._row_key(tenant, fresh)
        ttl = int((entry.mention.at + KEPT).timestamp())
        who = _who(tenant, entry)
        marker: Plain = {**key_item(marker_key(tenant, entry.id)), "s": key[1], "w": who, "ttl": ttl}
        row = self._row(tenant, fresh) | {"t": 0}
        try:
            with translated("DynamoDB"):
                self._table.client.transact_write_items(
                    TransactItems=[
                        self._put_new(marker),
                        {"Put": {"TableName": self._table.name, "Item": to_wire(row)}},
                        self._count(tenant, entry),
                    ]
                )
        except InvalidInput as error:
            if error.details.get("aws_code") != "TransactionCanceledException":
                raise
            kept = self.find(tenant, entry.id)
            if kept is None:
                # Cancelled by another write at this moment, of something else.
                raise Unavailable("The inbox was busy: try again.") from error
            return kept
        return fresh

    def _put_new(self, item: Plain) -> Any:
        return {
            "Put": {
                "TableName": self._table.name,
                "Item": to_wire(item),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _count(self, tenant: str, entry: Entry) -> Any:
        at = entry.mention.at.astimezone(UTC)
        hour = at.strftime("%H")
        names = {"#a": f"a{hour}", "#t": "ttl"}
        values: dict[str, Any] = {":n": 1, ":t": int((at + COUNTS_KEPT).timestamp())}
        adds = "#a :n"
        if entry.sentiment == "negative":
            names["#b"] = f"b{hour}"
            adds += ", #b :n"
        return {
            "Update": {
                "TableName": self._table.name,
                "Key": to_wire(key_item(day_key(tenant, entry.mention.account, at))),
                "UpdateExpression": f"SET #t = :t ADD {adds}",
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": to_wire(values),
            }
        }

    def find(self, tenant: str, id_: str) -> Entry | None:
        """Return one as it is now; None: there is none."""
        marker = self._table.get(marker_key(tenant, id_))
        if marker is None:
            return None
        row = self._table.get((mentions_partition(tenant), str(marker["s"])))
        return _entry(row) if row is not None else None

    def save(self, tenant: str, entry: Entry) -> bool:
        """Save over the revision in `entry.rev`; False: somebody else was first."""
        row = self._row(tenant, replace(entry, rev=entry.rev + 1))
        return self._table.update(
            self._row_key(tenant, entry),
            "SET b = :b, v = :n",
            values={":b": row["b"], ":n": row["v"], ":v": entry.rev},
            condition="v = :v",
        )

    def told(self, tenant: str, entry: Entry) -> None:
        """Note that its event is on the stream; may be repeated."""
        # Under a name of its own: nobody's change of the entry is in its way.
        self._table.update(
            self._row_key(tenant, entry), "SET t = :t", values={":t": 1}, condition="attribute_exists(pk)"
        )

    def page(
        self, tenant: str, wanted: Wanted, limit: int, cursor: str | None = None
    ) -> tuple[list[Entry], str | None]:
        """Return entries, newest first, and the cursor of the next page.

        A page may be short although more follows: not more than a thousand entries are looked at for one.
        """
        pk = mentions_partition(tenant)
        after: Plain | None = read_cursor(cursor, pk)
        found: list[Entry] = []
        for _ in range(_PAGES):
            page = self._table.query(pk, limit=_PAGE, newest_first=True, after=after)
            for item in page.items:
                entry = _entry(item)
                if wanted.fits(entry):
                    found.append(entry)
                if len(found) == limit:
                    key = {"pk": str(item["pk"]), "sk": str(item["sk"])}
                    last = item is page.items[-1] and page.next is None
                    return found, None if last else write_cursor(key)
            after = page.next
            if after is None:
                return found, None
        return found, write_cursor(after)

    def series(self, tenant: str, account: str, since: datetime) -> Mapping[datetime, Counted]:
        """Return an account's counts by hour."""
        first = day_key(tenant, account, since)[1]
        items: list[Plain] = []
        after: Plain | None = None
        while True:
            page = self._table.query(
                spoken_partition(tenant, account), newest_first=True, limit=40, after=after
            )
            items += [item for item in page.items if str(item["sk"]) >= first]
            after = page.next
            if after is None or str(after["sk"]) < first:
                break
        found: dict[datetime, Counted] = {}
        for item in items:
            day = datetime.strptime(str(item["sk"]), "%Y%m%d").replace(tzinfo=UTC)
            for name, value in item.items():
                part = _HOUR.match(name)
                if part is None:
                    continue
                at = day + timedelta(hours=int(part.group(2)))
                known = found.get(at, Counted())
                found[at] = (
                    replace(known, all=int(value)) if part.group(1) == "a" else replace(known, bad=int(value))
                )
        return found

    def claim_answer(self, tenant: str, entry: Entry, thread: str, now: datetime) -> bool:
        """Claim the one automatic answer of an author and thread; the same mention may claim it again."""
        mention = entry.mention
        key = answered_key(tenant, mention.platform.value, mention.author.external_id, thread)
        return self._table.put(
            {
                **key_item(key),
                "m": entry.id,
                "at": millis(now),
                "w": _who(tenant, entry),
                "ttl": int((now + CLAIMS_KEPT).timestamp()),
            },
            condition="attribute_not_exists(pk) OR m = :m",
            values={":m": entry.id},
        )

    def release_answer(self, tenant: str, entry: Entry, thread: str) -> None:
        """Give a claim back: the answer surely was not sent."""
        mention = entry.mention
        key = answered_key(tenant, mention.platform.value, mention.author.external_id, thread)
        self._table.delete(key, condition="m = :m", values={":m": entry.id})

    def listened(self, tenant: str, account: str) -> Listened | None:
        """Return how far an account was read; None: not at all yet."""
        item = self._table.get(listened_key(tenant, account))
        if item is None:
            return None
        return Listened(from_millis(int(item["since"])), str(item["c"]), str(item["d"]), int(item["n"]))

    def save_listened(self, tenant: str, account: str, listened: Listened) -> None:
        """Note how far it was read."""
        self._table.put(
            {
                **key_item(listened_key(tenant, account)),
                "since": millis(listened.since),
                "c": listened.cursor,
                "d": listened.day,
                "n": listened.read,
            }
        )

    def _row_key(self, tenant: str, entry: Entry) -> Key:
        return mentions_partition(tenant), timed(entry.mention.at, entry.id)

    def _row(self, tenant: str, entry: Entry) -> Plain:
        document = document_of(entry)
        document.pop("told")
        return {
            **key_item(self._row_key(tenant, entry)),
            "b": write_body(document),
            "v": entry.rev,
            "w": _who(tenant, entry),
            "ttl": int((entry.mention.at + KEPT).timestamp()),
        }


def _who(tenant: str, entry: Entry) -> str:
    mention = entry.mention
    return profile_id(tenant, "anonymous", person_of(mention.platform, mention.author.external_id))


def _entry(item: Plain) -> Entry:
    document = read_body(item["b"])
    return entry_of({**document, "told": bool(item.get("t"))}, int(item["v"]))
