"""Accounts, posts and connections of social networks in table `config`, each write conditional on what was read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import READ_BATCH, DynamoTable
from stepwell.adapters.items.config import document_key, read_body, write_body
from stepwell.adapters.items.social import plan_partition, planned_key, timed
from stepwell.adapters.items.wire import Key, Plain, key_item, millis
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.social import Account, AccountState, Platform
from stepwell.social import apps
from stepwell.social.finding import WantedPosts, stands_at
from stepwell.social.ports import App, Connection, StoredAccount, Vault
from stepwell.social.posts import ScheduledPost, document, read

_PAGES = 10
_LAST = "9"
"""After every moment: they are written in thirteen digits that begin with 0 to 4 until the year 2128."""


def accounts_partition(tenant: str) -> str:
    """Return the partition of a workspace's accounts."""
    return f"{tenant}#SACC"


def _connection_key(tenant: str, state: str) -> Key:
    return f"{tenant}#SOAUTH#{state}", "-"


class DynamoPosts:
    """See `stepwell.social.ports.PostStore`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def page(
        self,
        tenant: str,
        wanted: WantedPosts,
        limit: int,
        cursor: str | None = None,
        *,
        newest_first: bool = True,
    ) -> tuple[list[ScheduledPost], str | None]:
        """Return posts in order of their moments, and the cursor of the next page.

        A page may be short although more follows: not more than a thousand posts are looked at for one.
        """
        pk = plan_partition(tenant)
        after: Plain | None = read_cursor(cursor, pk)
        since = _bound(wanted.since, -1) if wanted.since else ""
        until = _bound(wanted.until, 1) if wanted.until else _LAST
        found: list[ScheduledPost] = []
        for _ in range(_PAGES):
            page = self._table.query(
                pk, since=since, until=until, limit=READ_BATCH, newest_first=newest_first, after=after
            )
            keys = [planned_key(tenant, str(item["sk"]).partition("#")[2]) for item in page.items]
            posts = self._table.get_many(keys)
            for item, key in zip(page.items, keys, strict=True):
                post = _post(posts[key]) if key in posts else None
                # Its place may be older than the post, read a moment later: then it stands elsewhere, too.
                if post is not None and item["sk"] == _place(post) and wanted.fits(post):
                    found.append(post)
                if len(found) == limit:
                    last = item is page.items[-1] and page.next is None
                    return found, None if last else write_cursor({"pk": pk, "sk": item["sk"]})
            after = page.next
            if after is None:
                return found, None
        return found, write_cursor(after)

    def get(self, tenant: str, post: str) -> ScheduledPost | None:
        """Return one as it is now; None: there is none."""
        item = self._table.get(planned_key(tenant, post))
        return None if item is None else _post(item)

    def save(self, tenant: str, post: ScheduledPost) -> bool:
        """Save over the revision in `post.rev` (0: it must be new); False: somebody else was first."""
        key, place = planned_key(tenant, post.id), _place(post)
        item = {**key_item(key), "v": post.rev + 1, "p": place, "body": write_body(document(post))}
        stored = self._table.get(key, only=("p",)) if post.rev else None
        before = str(stored["p"]) if stored and "p" in stored else ""
        if before == place:
            return _save(self._table, item, post.rev)
        pk = plan_partition(tenant)
        gone = [(pk, before)] if before else []
        return self._table.put_all([(item, post.rev), ({"pk": pk, "sk": place}, None)], gone=gone)


class DynamoAccounts:
    """See `stepwell.social.ports.AccountStore`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def all(self, tenant: str) -> list[StoredAccount]:
        """Return all, in order of their ids."""
        return [_account(item) for item in self._table.query(accounts_partition(tenant)).items]

    def get(self, tenant: str, account: str) -> StoredAccount | None:
        """Return one as it is now; None: there is none."""
        item = self._table.get((accounts_partition(tenant), account))
        return None if item is None else _account(item)

    def save(self, tenant: str, stored: StoredAccount) -> bool:
        """Save over the revision in `stored.rev` (0: it must be new); False: somebody else was first."""
        body = asdict(stored)
        del body["rev"], body["sealed"]
        for part, name in ((body, "connected_at"), (body, "told_at"), (body["account"], "expires_at")):
            part[name] = iso(part[name]) if part[name] else None
        key = (accounts_partition(tenant), stored.account.id)
        item = {**key_item(key), "v": stored.rev + 1, "body": write_body(body), "sealed": stored.sealed}
        return _save(self._table, item, stored.rev)

    def delete(self, tenant: str, account: str) -> None:
        """Forget one; a missing one is no error."""
        self._table.delete((accounts_partition(tenant), account))


class DynamoConnections:
    """See `stepwell.social.ports.Connections`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def put(self, tenant: str, state: str, connection: Connection) -> None:
        """Keep one."""
        told = asdict(connection) | {"expires_at": iso(connection.expires_at)}
        item = {**key_item(_connection_key(tenant, state)), "body": write_body(told)}
        self._table.put({**item, "ttl": int(connection.expires_at.timestamp())})

    def take(self, tenant: str, state: str) -> Connection | None:
        """Return one and forget it at once: of two callers one gets it; None: there is none."""
        key = _connection_key(tenant, state)
        item = self._table.get(key)
        if item is None or not self._table.delete(key, condition="attribute_exists(pk)"):
            return None
        told = read_body(item["body"])
        return Connection(
            platform=Platform(told["platform"]),
            verifier=told["verifier"],
            redirect=told["redirect"],
            actor=told["actor"],
            expires_at=from_iso(told["expires_at"]),
        )


class DynamoApps:
    """See `stepwell.social.ports.Apps`.

    Args:
        table: Table `config`.
        vault: Opens their secrets.
    """

    def __init__(self, table: DynamoTable, vault: Vault) -> None:
        self._table = table
        self._vault = vault

    def app(self, tenant: str, platform: Platform) -> App:
        """Return one, or raise NotReady."""
        return apps.opened(self._told(tenant), tenant, platform, self._vault)

    def address(self, tenant: str, platform: Platform) -> str:
        """Return another address of a network; empty: its own."""
        return str((self._told(tenant).get(platform.value) or {}).get("address") or "")

    def _told(self, tenant: str) -> dict[str, Any]:
        item = self._table.get(document_key(tenant, apps.KIND, apps.ID))
        return {} if item is None else read_body(item["body"])


def _save(table: DynamoTable, item: dict[str, Any], rev: int) -> bool:
    return table.put_new(item) if rev == 0 else table.put(item, condition="v = :v", values={":v": rev})


def _place(post: ScheduledPost) -> str:
    return timed(stands_at(post), post.id)


def _bound(at: datetime, more_ms: int) -> str:
    # Keys hold whole milliseconds, rounded; `WantedPosts` is exact.
    return f"{max(millis(at) + more_ms, 0):013d}"


def _post(item: dict[str, Any]) -> ScheduledPost:
    return read(item["sk"], int(item["v"]), read_body(item["body"]))


def _account(item: dict[str, Any]) -> StoredAccount:
    body = read_body(item["body"])
    told = body["account"]
    account = Account(
        **told
        | {
            "platform": Platform(told["platform"]),
            "state": AccountState(told["state"]),
            "scopes": tuple(told["scopes"]),
            "expires_at": from_iso(told["expires_at"]) if told["expires_at"] else None,
        }
    )
    times = {name: from_iso(body[name]) if body[name] else None for name in ("connected_at", "told_at")}
    return StoredAccount(
        account=account,
        sealed=item["sealed"],
        rev=int(item["v"]),
        connected_by=body["connected_by"],
        note=body["note"],
        **times,
    )
