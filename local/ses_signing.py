"""Signs mail as SES does with Easy DKIM (RFC 6376, relaxed, RSA-SHA256), both List-Unsubscribe headers included.

RFC 8058 asks for these two to be covered; mailbox providers show no one-click button otherwise. The key is the
process's own: nobody outside could look it up, and a test hands it over in DNS's place.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SELECTOR = "stepwell"
SIGNED = (
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
_SPACE = re.compile(rb"[ \t]+")


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def dns_record() -> str:
    """Return what stands at ``stepwell._domainkey.<domain>`` of every domain."""
    der = (
        _key()
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()


def signed(raw: bytes, domain: str, at: float) -> bytes:
    """Put a signature of a domain before a message.

    Args:
        raw: The message, as it goes out.
        domain: The domain in From.
        at: When (seconds since the epoch).
    """
    head, _, body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").partition(b"\r\n\r\n")
    headers = _headers(head)
    names = [name for name in SIGNED if name.encode() in headers]
    told = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={SELECTOR}; t={int(at)};"
        f" h={':'.join(names)}; bh={base64.b64encode(hashlib.sha256(_body(body)).digest()).decode()}; b="
    )
    covered = b"".join(_relaxed(name.encode(), headers[name.encode()]) + b"\r\n" for name in names)
    covered += _relaxed(b"dkim-signature", told.encode())
    signature = _key().sign(covered, padding.PKCS1v15(), hashes.SHA256())
    line = f"DKIM-Signature: {told}{base64.b64encode(signature).decode()}"
    return _folded(line).encode() + b"\r\n" + head + b"\r\n\r\n" + body


def _headers(head: bytes) -> dict[bytes, bytes]:
    """Return the values of a message's headers by name; of one that stands twice the last, which is signed first."""
    found: dict[bytes, bytes] = {}
    name = b""
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            found[name] += b"\r\n" + line
        else:
            name, _, value = line.partition(b":")
            name = name.strip().lower()
            found[name] = value
    return found


def _relaxed(name: bytes, value: bytes) -> bytes:
    return name + b":" + _SPACE.sub(b" ", value.replace(b"\r\n", b"")).strip()


def _body(body: bytes) -> bytes:
    lines = [_SPACE.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _folded(line: str) -> str:
    """Fold a header at its spaces, and the signature every 72 characters: white space in it does not count."""
    head, _, signature = line.rpartition("b=")
    parts = [signature[start : start + 72] for start in range(0, len(signature), 72)]
    return head.replace("; ", ";\r\n ").rstrip(" ") + " b=" + "\r\n ".join(parts)
