"""What web push signs and encrypts: RFC 8291 (aes128gcm for one browser) and RFC 8292 (VAPID), on `cryptography`.

`http_ece` does the same, yet is published as source only, which the layer for AWS cannot take; `pywebpush` brings
`aiohttp` and `requests` along. Both, and `py-vapid`, check this module in its tests.
"""

from __future__ import annotations

import base64
import json
import os
import struct

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4_096
_CURVE = ec.SECP256R1()


def encrypt(
    plain: bytes,
    p256dh: str,
    auth: str,
    *,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """Encrypt a payload for one browser, as one record.

    Args:
        plain: The payload.
        p256dh: The browser's public key, base64url.
        auth: Its secret, base64url.
        sender: Our key of this message; default: a fresh one, as it must be.
        salt: 16 bytes; default: fresh ones.

    Raises:
        ValueError: The browser's key is none.
    """
    point = unbase64(p256dh)
    try:
        receiver = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except InvalidKey as error:
        raise ValueError("not a point of the curve") from error
    own = sender or ec.generate_private_key(_CURVE)
    salt = salt or os.urandom(16)
    ours = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), receiver)
    keying = _hkdf(unbase64(auth), shared, b"WebPush: info\0" + point + ours, 32)
    key = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, keying, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!IB", RECORD, len(ours)) + ours
    # 2 delimits the padding of the last record (RFC 8188, section 2); there is no padding.
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def new_keys() -> tuple[str, str]:
    """Return a new pair of VAPID keys, public and private, each base64url."""
    private = ec.generate_private_key(_CURVE)
    return public_of(private), base64url(private.private_numbers().private_value.to_bytes(32, "big"))


def read_private(text: str) -> ec.EllipticCurvePrivateKey:
    """Read a private key: its 32 bytes as base64url.

    Raises:
        ValueError: It is none.
    """
    value = unbase64(text)
    if len(value) != 32:
        raise ValueError("a private key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(value, "big"), _CURVE)


def public_of(private: ec.EllipticCurvePrivateKey) -> str:
    """Return the public key of a private one, base64url."""
    return base64url(private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def vapid_token(private: ec.EllipticCurvePrivateKey, audience: str, subject: str, expires: int) -> str:
    """Return the signed token of RFC 8292, a JWT with ES256.

    Args:
        private: The workspace's key.
        audience: Origin of the push service.
        subject: Whom it writes to about us.
        expires: Epoch seconds, at most a day ahead.
    """
    said = ".".join(
        base64url(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, {"aud": audience, "exp": expires, "sub": subject})
    )
    r, s = decode_dss_signature(private.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{said}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def base64url(data: bytes) -> str:
    """Encode without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unbase64(text: str) -> bytes:
    """Decode base64url with or without padding.

    Raises:
        ValueError: It is none.
    """
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )


def _hkdf(salt: bytes, keying: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(keying)
