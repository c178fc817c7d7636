"""Subscriptions beside the contact in table `profiles`; see `stepwell.channels.push.ports.SubscriptionBook`.

`T#P#<profile>` / `s#<id>` is one browser or app, read when a notification goes out and by nobody else: the hot
profile does not grow. `T#PUSH#<id>` / `o` says whose it is, so that a browser belongs to one contact at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.dynamo import DynamoTable, spread
from stepwell.adapters.items.wire import Key, Plain, from_millis, key_of, millis
from stepwell.channels.push.ports import MAX_SUBSCRIPTIONS, Kept
from stepwell.channels.push.subscriptions import LOCAL_SERVICES, PUSH_SERVICES
from stepwell.contracts.messages import Subscription

PREFIX = "s#"
_OWNER = "o"
_AT_ONCE = 8
_CHANNEL = ("CHAN", "push")
Documents = Callable[[str, str, str], Mapping[str, Any] | None]


def subscription_key(tenant: str, profile: str, id_: str) -> Key:
    """Return a subscription's key."""
    return f"{tenant}#P#{profile}", f"{PREFIX}{id_}"


def owner_key(tenant: str, id_: str) -> Key:
    """Return the key of the item that says whose a subscription is."""
    return f"{tenant}#PUSH#{id_}", _OWNER


class DynamoSubscriptions:
    """Subscriptions in table `profiles`.

    Args:
        table: Table `profiles`.
        documents: Reads a document that people edit (`KeptDocuments.body`): the push services that a workspace added.
        local: Whether the local cloud's stand-in may be subscribed at.
    """

    def __init__(self, table: DynamoTable, documents: Documents, *, local: bool = False) -> None:
        self._table = table
        self._documents = documents
        self._known = (*PUSH_SERVICES, *(LOCAL_SERVICES if local else ()))

    def hosts(self, tenant: str) -> Sequence[str]:
        """Return the push services that may be called for a workspace."""
        providers = (self._documents(tenant, *_CHANNEL) or {}).get("providers") or ()
        own = (host for one in providers for host in (one.get("options") or {}).get("hosts") or ())
        return (*self._known, *own)

    def keep(self, tenant: str, kept: Kept) -> bool:
        """Keep a subscription; return whether it is new to this contact."""
        id_, key = kept.subscription.id, subscription_key(tenant, kept.profile, kept.subscription.id)
        known = self._table.get(key)
        seen = max(millis(kept.seen), int(known["t"][1]) if known else 0)
        since = min(millis(kept.since), int(known["t"][0]) if known else seen)
        self._table.put(_item(key, kept, since, seen))
        owner = self._table.get(owner_key(tenant, id_))
        before = str(owner["w"]) if owner else ""
        if before != kept.profile:
            pk, sk = owner_key(tenant, id_)
            # Until it has the new owner's name a repetition does all of this again.
            if before:
                self._table.write_many(deletes=[subscription_key(tenant, before, id_)])
            self._table.put({"pk": pk, "sk": sk, "w": kept.profile})
        if known is None:
            self._drop_oldest(tenant, kept.profile)
        return known is None

    def _drop_oldest(self, tenant: str, profile: str) -> None:
        found = self.of(tenant, [profile])
        self.drop(tenant, [profile], [one.subscription.id for one in found[MAX_SUBSCRIPTIONS:]])

    def of(self, tenant: str, profiles: Sequence[str]) -> Sequence[Kept]:
        """Return a contact's subscriptions by all of its ids, the newest first; each endpoint once."""
        found = [
            _kept(profile, item)
            for profile in profiles
            for item in self._table.query(f"{tenant}#P#{profile}", prefix=PREFIX).items
        ]
        found.sort(key=lambda one: (one.seen, one.subscription.id), reverse=True)
        return list({one.subscription.id: one for one in reversed(found)}.values())[::-1]

    def live(self, tenant: str, contacts: Mapping[str, Sequence[str]]) -> dict[str, tuple[Subscription, ...]]:
        """Return the subscriptions of contacts; who has none is absent."""

        def read(some: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, tuple[Subscription, ...]]]:
            return [(who, tuple(one.subscription for one in self.of(tenant, ids))) for who, ids in some]

        wanted = list(contacts.items())
        pieces = spread(read, wanted, max(1, -(-len(wanted) // _AT_ONCE)))
        return {who: found for piece in pieces for who, found in piece if found}

    def drop(self, tenant: str, profiles: Sequence[str], ids: Sequence[str]) -> None:
        """Remove subscriptions of a contact; missing ones are no error."""
        if not ids:
            return
        owners = self._table.get_many(owner_key(tenant, id_) for id_ in ids)
        theirs = [key_of(item) for item in owners.values() if item["w"] in profiles]
        keys = [subscription_key(tenant, profile, id_) for profile in profiles for id_ in ids]
        self._table.write_many(deletes=[*keys, *theirs])


def _item(key: Key, kept: Kept, since: int, seen: int) -> Plain:
    told = kept.subscription
    item = {
        "pk": key[0],
        "sk": key[1],
        "k": told.kind,
        "e": told.endpoint,
        "p": told.p256dh,
        "a": told.auth,
        "n": list(told.topics),
        "b": kept.browser[:60],
    }
    return {name: value for name, value in item.items() if value} | {"t": [since, seen]}


def _kept(profile: str, item: Plain) -> Kept:
    since, seen = (from_millis(int(time)) for time in item["t"])
    subscription = Subscription(
        str(item["sk"])[len(PREFIX) :],
        str(item["k"]),
        str(item["e"]),
        str(item.get("p", "")),
        str(item.get("a", "")),
        tuple(map(str, item.get("n") or ())),
    )
    return Kept(subscription, profile, since, seen, str(item.get("b", "")))
