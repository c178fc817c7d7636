"""Stand-in of a browser's push service: RFC 8030 towards senders, Mozilla's autopush protocol towards Firefox.

It sees ciphertext alone. A sender's signature (RFC 8292) is checked as strictly as real services do. A message for a
browser that is not connected is kept as long as its TTL says; one of the same topic replaces it.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from local.enrichment import Said
from local.providers.phones import LostAnswerError

MAX_BODY = 4_096
DAY_S = 86_400
SEND = "/_stepwell/push/send/"
MESSAGES = "/_stepwell/push/m/"
FATES = ("gone", "busy", "down", "broken", "lost")
"""What the next message to a subscription meets: 410 from then on, 429, 503, 500, no answer."""
_TOPIC = re.compile(r"^[A-Za-z0-9_-]{1,32}$")


@dataclass
class Channel:
    """A subscription.

    Attributes:
        token: Last part of its endpoint.
        agent: The browser that has it.
        id: The browser's own name of it.
        key: The public key that alone may send, base64url; empty: anybody's.
        fate: See `FATES`.
    """

    token: str
    agent: str
    id: str
    key: str = ""
    fate: str = ""


@dataclass
class Kept:
    """A message that was taken.

    Attributes:
        version: Its id.
        token: The subscription.
        body: Ciphertext.
        until: When it is dropped (epoch seconds).
        headers: TTL, urgency, topic as they came.
        delivered: Whether the browser has it.
    """

    version: str
    token: str
    body: bytes
    until: float
    headers: dict[str, str] = field(default_factory=dict)
    delivered: bool = False


class PushService:
    """Subscriptions and messages, in memory.

    Args:
        now: The clock (epoch seconds).
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Kept] = {}
        self.agents: dict[str, Callable[[Channel, Kept], bool]] = {}
        """What delivers to a connected browser; false: it could not."""

    def register(self, agent: str, id_: str, key: str = "") -> Channel:
        """Make a subscription."""
        channel = Channel(uuid.uuid4().hex, agent, id_, key.rstrip("="))
        self.channels[channel.token] = channel
        return channel

    def unregister(self, agent: str, id_: str) -> None:
        """End a subscription: messages to it are answered 410."""
        for channel in [one for one in self.channels.values() if (one.agent, one.id) == (agent, id_)]:
            del self.channels[channel.token]

    def connect(self, agent: str, deliver: Callable[[Channel, Kept], bool]) -> None:
        """Deliver to a browser from now on, first what was kept for it."""
        self.agents[agent] = deliver
        for kept in list(self.messages.values()):
            channel = self.channels.get(kept.token)
            if channel is not None and channel.agent == agent and not kept.delivered:
                self._deliver(channel, kept)

    def disconnect(self, agent: str) -> None:
        """Keep what comes for a browser."""
        self.agents.pop(agent, None)

    def acknowledge(self, version: str) -> None:
        """A browser has a message."""
        self.messages.pop(version, None)

    def take(self, address: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a sender; names of headers are in lower case.

        Raises:
            LostAnswerError: The message was taken, and the connection shall break.
        """
        channel = self.channels.get(urlsplit(address).path.removeprefix(SEND))
        if channel is None:
            return _no(410, 106, "The subscription has ended.")
        fate = channel.fate
        channel.fate = "" if fate != "gone" else fate
        match fate:
            case "gone":
                return _no(410, 106, "The subscription has ended.")
            case "busy":
                return Said(429, {"errno": 998, "message": "Too many."}, {"retry-after": "1"})
            case "down":
                return _no(503, 202, "Try again.")
            case "broken":
                return _no(500, 999, "Internal error.")
        refused = self._refused(channel, address, headers, body)
        if refused is not None:
            return refused
        kept = self._keep(channel, headers, body)
        self._deliver(channel, kept)
        if fate == "lost":
            raise LostAnswerError
        parts = urlsplit(address)
        location = f"{parts.scheme}://{parts.netloc}{MESSAGES}{kept.version}"
        return Said(201, "", {"location": location, "ttl": headers["ttl"]})

    def _refused(
        self, channel: Channel, address: str, headers: Mapping[str, str], body: bytes
    ) -> Said | None:
        ttl, topic = headers.get("ttl", ""), headers.get("topic", "")
        if not ttl.isdecimal():
            return _no(400, 111, "A TTL is needed.")
        if topic and not _TOPIC.match(topic):
            return _no(400, 113, "The topic is none.")
        if headers.get("urgency", "normal") not in ("very-low", "low", "normal", "high"):
            return _no(400, 115, "The urgency is none.")
        if len(body) > MAX_BODY:
            return _no(413, 104, "The message is too large.")
        if body and (headers.get("content-encoding") != "aes128gcm" or len(body) < 86 + 17):
            return _no(400, 110, "The body is not encrypted.")
        signed = signer(headers.get("authorization", ""), address, self._now())
        if signed is None:
            return _no(401, 109, "The signature does not hold.")
        if channel.key and signed != channel.key:
            return _no(403, 109, "The subscription was made by another key.")
        return None

    def _keep(self, channel: Channel, headers: Mapping[str, str], body: bytes) -> Kept:
        now, topic = self._now(), headers.get("topic", "")
        self.messages = {v: kept for v, kept in self.messages.items() if kept.until >= now}
        if topic:
            self.messages = {
                version: kept
                for version, kept in self.messages.items()
                if kept.delivered or (kept.token, kept.headers.get("topic")) != (channel.token, topic)
            }
        told = {name: headers[name] for name in ("ttl", "urgency", "topic") if name in headers}
        kept = Kept(uuid.uuid4().hex, channel.token, body, now + int(headers["ttl"]), told)
        self.messages[kept.version] = kept
        return kept

    def _deliver(self, channel: Channel, kept: Kept) -> None:
        deliver = self.agents.get(channel.agent)
        if deliver is not None:
            kept.delivered = deliver(channel, kept)


def signer(authorization: str, address: str, now: float) -> str | None:
    """Return the public key that signed a request (RFC 8292), base64url; None: the signature does not hold."""
    scheme, _, rest = authorization.partition(" ")
    given = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    try:
        said, _, signature = given.get("t", "").rpartition(".")
        head, claims = (json.loads(_bytes(part)) for part in said.split("."))
        point, pair = _bytes(given["k"]), _bytes(signature)
        parts = urlsplit(address)
        right = (
            scheme.lower() == "vapid"
            and head.get("alg") == "ES256"
            and claims.get("aud") == f"{parts.scheme}://{parts.netloc}"
            and now - 60 <= float(claims["exp"]) <= now + DAY_S
            and re.match(r"^(mailto:|https:)", str(claims.get("sub", "mailto:")))
        )
        numbers = (int.from_bytes(half, "big") for half in (pair[:32], pair[32:]))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(encode_dss_signature(*numbers), said.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        return None
    return given["k"].rstrip("=") if right else None


def frame(channel: Channel, kept: Kept) -> dict[str, Any]:
    """Return a message as autopush hands it to Firefox."""
    data = base64.urlsafe_b64encode(kept.body).decode().rstrip("=")
    told: dict[str, Any] = {"messageType": "notification", "channelID": channel.id, "version": kept.version}
    return told | ({"data": data, "headers": {"encoding": "aes128gcm"}} if kept.body else {})


def _no(status: int, errno: int, message: str) -> Said:
    return Said(status, {"code": status, "errno": errno, "message": message})


def _bytes(text: str) -> bytes:
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )
