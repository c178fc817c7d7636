"""Subscriptions as browsers and apps send them: read, checked, and told apart by a hash of where they lead.

They come with a public write key, so nothing in them is believed: a browser's endpoint must be one of a push service
that the deployment knows, its keys must be keys. A token of Firebase is checked by Firebase alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Subscription
from stepwell.errors import InvalidInput

WEB_PUSH, FCM = "web_push", "fcm"
MAX_ENDPOINT = 1_500
MAX_TOKEN = 1_000
MAX_TOPICS = 20
PUSH_SERVICES = (
    # Chrome, Edge on Android, Opera, Brave, Vivaldi, Samsung Internet.
    "fcm.googleapis.com",
    "android.googleapis.com",
    # Firefox.
    ".push.services.mozilla.com",
    # Edge on Windows.
    ".notify.windows.com",
    # Safari.
    ".push.apple.com",
)
"""Hosts of the push services of browsers; a host that begins with a dot stands for all below it."""
LOCAL_SERVICES = ("http://localhost:*", "http://127.0.0.1:*")
"""Where the local cloud's stand-in may be, whatever its port."""
_POINT_BYTES, _AUTH_BYTES = 65, 16


def subscription_id(endpoint: str) -> str:
    """Return the id of what an endpoint or token leads to."""
    return short_hash("push", endpoint, length=24)


def read_subscription(found: object, hosts: Iterable[str] | None = PUSH_SERVICES) -> Subscription:
    """Read a subscription: ``PushSubscription.toJSON()`` of a browser, or ``{token}`` of Firebase.

    Args:
        found: What was sent.
        hosts: Push services that may be called; None: looked at later.

    Raises:
        InvalidInput: It is none, or leads to a host that is no push service.
    """
    if not isinstance(found, Mapping):
        raise InvalidInput("A subscription is an object.", code="bad_subscription")
    topics = _topics(found.get("topics"))
    token = found.get("token")
    if isinstance(token, str) and token:
        if len(token) > MAX_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise InvalidInput("The registration token is none.", code="bad_subscription")
        return Subscription(subscription_id(token), FCM, token, topics=topics)
    endpoint = found.get("endpoint")
    if (
        not isinstance(endpoint, str)
        or not _address(endpoint)
        or not (hosts is None or is_push_service(endpoint, hosts))
    ):
        raise InvalidInput(
            "The endpoint is none of a push service that we know.", code="unknown_push_service"
        )
    keys = found.get("keys")
    keys = keys if isinstance(keys, Mapping) else {}
    p256dh, auth = (str(keys.get(name) or "").rstrip("=") for name in ("p256dh", "auth"))
    point = _bytes(p256dh)
    if len(point) != _POINT_BYTES or point[0] != 4 or len(_bytes(auth)) != _AUTH_BYTES:
        raise InvalidInput("The subscription's keys are none.", code="bad_subscription")
    return Subscription(subscription_id(endpoint), WEB_PUSH, endpoint, p256dh, auth, topics)


def is_push_service(endpoint: str, hosts: Iterable[str] = PUSH_SERVICES) -> bool:
    """Tell whether an endpoint is an https address at one of these hosts, at https's own port.

    An entry may name a scheme and a port of its own: ``http://localhost:*`` is the local cloud's.
    """
    if (
        len(endpoint) > MAX_ENDPOINT
        or not endpoint.isascii()
        or not endpoint.isprintable()
        or " " in endpoint
    ):
        return False
    try:
        parts = urlsplit(endpoint)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not host:
        return False
    for entry in hosts:
        scheme, _, name = entry.rpartition("://")
        if parts.scheme != (scheme or "https"):
            continue
        name, _, at = name.lower().partition(":")
        if at != "*" and (at or None) != (None if port is None else str(port)):
            continue
        if host == name or (name.startswith(".") and host.endswith(name)):
            return True
    return False


def _address(endpoint: str) -> bool:
    return (
        0 < len(endpoint) <= MAX_ENDPOINT
        and endpoint.isascii()
        and endpoint.isprintable()
        and " " not in endpoint
    )


def _topics(found: object) -> tuple[str, ...]:
    if not isinstance(found, list):
        return ()
    return tuple(
        dict.fromkeys(one.strip()[:60] for one in found[:MAX_TOPICS] if isinstance(one, str) and one.strip())
    )


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def document_of(subscription: Subscription) -> dict[str, Any]:
    """Return a subscription as browsers send it."""
    if subscription.kind == FCM:
        found: dict[str, Any] = {"token": subscription.endpoint}
    else:
        keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
        found = {"endpoint": subscription.endpoint, "keys": keys}
    return {**found, "topics": list(subscription.topics)} if subscription.topics else found
