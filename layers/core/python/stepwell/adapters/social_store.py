"""Accounts, posts and connections of social networks in table `config`, each write conditional on what was read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import document_key, read_body, write_body
from stepwell.adapters.items.wire import Key, key_item
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.social import Account, AccountState, Platform
from stepwell.social import apps
from stepwell.social.ports import App, Connection, StoredAccount, Vault
from stepwell.social.posts import ScheduledPost, document, read


def posts_partition(tenant: str) -> str:
    """Return the partition of a workspace's posts."""
    return f"{tenant}#SPOST"


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

    def all(self, tenant: str) -> list[ScheduledPost]:
        """Return all."""
        return [_post(item) for item in self._table.query(posts_partition(tenant)).items]

    def get(self, tenant: str, post: str) -> ScheduledPost | None:
        """Return one as it is now; None: there is none."""
        item = self._table.get((posts_partition(tenant), post))
        return None if item is None else _post(item)

    def save(self, tenant: str, post: ScheduledPost) -> bool:
        """Save over the revision in `post.rev` (0: it must be new); False: somebody else was first."""
        key = (posts_partition(tenant), post.id)
        item = {**key_item(key), "v": post.rev + 1, "body": write_body(document(post))}
        return _save(self._table, item, post.rev)


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
