"""Subscriptions of browsers in memory, and browsers that can read what was encrypted for them."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from stepwell.channels.push.payload import unpack
from stepwell.channels.push.ports import MAX_SUBSCRIPTIONS, Kept
from stepwell.channels.push.subscriptions import LOCAL_SERVICES, PUSH_SERVICES, subscription_id
from stepwell.contracts.messages import Subscription


class MemorySubscriptions:
    """See `stepwell.channels.push.ports.SubscriptionBook`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Kept] = {}
        self.own_hosts: dict[str, tuple[str, ...]] = {}

    def hosts(self, tenant: str) -> Sequence[str]:
        return (*PUSH_SERVICES, *LOCAL_SERVICES, *self.own_hosts.get(tenant, ()))

    def keep(self, tenant: str, kept: Kept) -> bool:
        key = (tenant, kept.subscription.id)
        known = self.kept.get(key)
        mine = known if known is not None and known.profile == kept.profile else None
        if mine is not None:
            kept = replace(kept, since=min(mine.since, kept.since), seen=max(mine.seen, kept.seen))
        self.kept[key] = kept
        for one in self.of(tenant, [kept.profile])[MAX_SUBSCRIPTIONS:]:
            del self.kept[tenant, one.subscription.id]
        return mine is None

    def of(self, tenant: str, profiles: Sequence[str]) -> Sequence[Kept]:
        found = [one for (of, _), one in self.kept.items() if of == tenant and one.profile in profiles]
        return sorted(found, key=lambda one: (one.seen, one.subscription.id), reverse=True)

    def live(self, tenant: str, contacts: Mapping[str, Sequence[str]]) -> dict[str, tuple[Subscription, ...]]:
        found = {
            who: tuple(one.subscription for one in self.of(tenant, ids)) for who, ids in contacts.items()
        }
        return {who: some for who, some in found.items() if some}

    def drop(self, tenant: str, profiles: Sequence[str], ids: Sequence[str]) -> None:
        for id_ in ids:
            if (tenant, id_) in self.kept and self.kept[tenant, id_].profile in profiles:
                del self.kept[tenant, id_]


@dataclass(frozen=True)
class Browser:
    """A browser's side of a subscription: it alone can read what comes."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey
    secret: bytes

    @classmethod
    def at(cls, endpoint: str) -> Browser:
        return cls(endpoint, ec.generate_private_key(ec.SECP256R1()), os.urandom(16))

    @property
    def document(self) -> dict[str, object]:
        """What ``PushSubscription.toJSON()`` gives."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": _text(point), "auth": _text(self.secret)},
        }

    @property
    def subscription(self) -> Subscription:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        id_ = subscription_id(self.endpoint)
        return Subscription(id_, "web_push", self.endpoint, _text(point), _text(self.secret))

    def read(self, body: bytes) -> dict[str, object]:
        """Decrypt by Mozilla's own library and read the payload."""
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return unpack(plain)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
