"""Browsers without a window: they subscribe, read what comes, show it in the inbox, and report as the service worker.

The push service beside them sees ciphertext; only these have the keys.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.outbox import Message, Outbox
from local.providers.calling import call
from local.providers.push_service import Channel, Kept, PushService

OPERATION = "Push"
REPORTS = "/v1/push/events"


@dataclass(frozen=True)
class Browser:
    """One browser.

    Attributes:
        id: Its name at the push service.
        owner: Whose it is, for the inbox.
        host: The deployment that it reports to.
        key: Its private key.
        secret: Its secret.
    """

    id: str
    owner: str
    host: str
    key: ec.EllipticCurvePrivateKey
    secret: bytes


class Browsers:
    """All of them.

    Args:
        service: The push service.
        outbox: Where notifications are shown.
        now: The clock.
        later: Does things after an answer went out.
    """

    def __init__(
        self,
        service: PushService,
        outbox: Outbox,
        now: Callable[[], float],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._service, self._outbox, self._now, self._later = service, outbox, now, later
        self._browsers: dict[str, Browser] = {}

    def subscribe(self, base: str, owner: str, host: str, key: str = "") -> dict[str, Any]:
        """Subscribe a new browser; return what ``PushSubscription.toJSON()`` gives.

        Args:
            base: Origin of the push service.
            owner: Whose browser it is.
            host: The deployment that it reports to.
            key: The workspace's public key.
        """
        made = ec.generate_private_key(ec.SECP256R1())
        browser = Browser(uuid.uuid4().hex, owner, host, made, os.urandom(16))
        self._browsers[browser.id] = browser
        channel = self._service.register(browser.id, browser.id, key)
        self._service.connect(browser.id, self._take)
        keys = {"p256dh": _text(_point(made)), "auth": _text(browser.secret)}
        return {
            "endpoint": f"{base}/_stepwell/push/send/{channel.token}",
            "expirationTime": None,
            "keys": keys,
        }

    def _take(self, channel: Channel, kept: Kept) -> bool:
        browser = self._browsers[channel.agent]
        told = decrypted(browser, kept.body)
        self.show(browser.owner, browser.host, told, kept.version, "web_push", len(kept.body))
        self._service.acknowledge(kept.version)
        return True

    def show(
        self, owner: str, host: str, told: Mapping[str, Any], id_: str, provider: str, size: int = 0
    ) -> None:
        """Put a notification into the inbox and report that it was delivered."""
        lines = [str(told.get("b", "")), str(told.get("u", ""))]
        lines += [f"[{one.get('t')}] {one.get('u', '')}" for one in told.get("a") or ()]
        mime = EmailMessage()
        mime["X-Provider"] = provider
        mime.set_content("\n".join(line for line in lines if line) or "-")
        self._outbox.add(
            Message(
                id=id_,
                at=self._now(),
                sender=provider,
                recipients=(owner,),
                subject=" ".join(str(told.get("t", "")).split())[:120],
                configuration_set="",
                tags={},
                operation=OPERATION,
                outcome="delivered",
                size=size,
                raw=mime.as_bytes(),
                request={"host": host, "told": dict(told), "provider": provider},
            )
        )
        lost = {"x": told["x"]} if told.get("x") else {}
        self._later(lambda: self._report(id_, {"e": "delivered", **lost}))

    def act(self, id_: str, act: str) -> None:
        """Do what a person does with a notification: ``open``, ``dismiss``, or press the button of that name.

        Raises:
            KeyError: There is no such notification, or no such button.
        """
        told = self._told(id_)
        buttons = {one.get("a"): one.get("u") or told.get("u", "") for one in told.get("a") or ()}
        if act == "open":
            self._report(id_, {"e": "opened", "l": told.get("u", "")})
        elif act == "dismiss":
            self._report(id_, {"e": "dismissed"})
        else:
            self._report(id_, {"e": "clicked", "a": act, "l": buttons[act]})

    def _told(self, id_: str) -> dict[str, Any]:
        found = self._outbox.get(id_)
        if found is None or found.operation != OPERATION:
            raise KeyError(id_)
        told: dict[str, Any] = found.request["told"]
        return told

    def _report(self, id_: str, what: Mapping[str, Any]) -> None:
        told, found = self._told(id_), self._outbox.get(id_)
        if found is not None and found.request["host"] and told.get("r"):
            body = json.dumps({"r": told["r"], **what}).encode()
            call(found.request["host"] + REPORTS, body, {"content-type": "text/plain"})


def decrypted(browser: Browser, body: bytes) -> dict[str, Any]:
    """Read a message as a browser does (RFC 8188, 8291), and the payload in it."""
    salt, (_, length) = body[:16], struct.unpack("!IB", body[16:21])
    sender = body[21 : 21 + length]
    shared = browser.key.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    )
    keying = _hkdf(browser.secret, shared, b"WebPush: info\0" + _point(browser.key) + sender, 32)
    key = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, keying, b"Content-Encoding: nonce\0", 12)
    plain = AESGCM(key).decrypt(nonce, body[21 + length :], None).rstrip(b"\0")[:-1]
    found: dict[str, Any] = json.loads(zlib.decompress(plain[1:], -15) if plain[:1] == b"\x01" else plain)
    return found


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, keying: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(keying)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
