"""Secure Remote Password as Cognito speaks it (USER_SRP_AUTH): SRP-6a over the 3072-bit group of RFC 5054 / RFC 3526.

Cognito differs from RFC 5054: hashes are taken over hex text padded to a positive two's complement number,
the session key is derived by one round of HKDF with the info `Caldera Derived Key`, and the proof is an HMAC
over pool, user, secret block and time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from stepwell_cli.errors import CliError

_N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_G = 2
_INFO = b"Caldera Derived Key\x01"


class Srp:
    """One sign-in.

    Args:
        user_pool_id: E.g. ``eu-west-1_AbCdEf``.
        private: The client's secret number; drawn when absent.
    """

    def __init__(self, user_pool_id: str, private: int | None = None) -> None:
        self._pool = user_pool_id.split("_", 1)[-1]
        self._a = private or secrets.randbits(1024)
        self._public = pow(_G, self._a, _N)
        self._k = _hash(_padded(_N) + _padded(_G))

    @property
    def public(self) -> str:
        """The client's public number, for the first request."""
        return f"{self._public:x}"

    def respond(self, parameters: Mapping[str, str], password: str, now: float) -> dict[str, str]:
        """Answer the challenge PASSWORD_VERIFIER.

        Args:
            parameters: Parameters of the challenge.
            password: Password.
            now: Seconds since the epoch; Cognito refuses a clock that is off by minutes.

        Raises:
            CliError: The server's number is one that would betray the password.
        """
        user = parameters["USER_ID_FOR_SRP"]
        block = base64.b64decode(parameters["SECRET_BLOCK"])
        stamp = _stamp(now)
        key = self._key(user, password, int(parameters["SRP_B"], 16), parameters["SALT"])
        message = self._pool.encode() + user.encode() + block + stamp.encode()
        proof = hmac.new(key, message, hashlib.sha256).digest()
        return {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(proof).decode(),
            "TIMESTAMP": stamp,
        }

    def _key(self, user: str, password: str, server: int, salt: str) -> bytes:
        if server % _N == 0:
            raise CliError(
                "The user pool sent a number that would betray the password: is this really Cognito?",
                code="srp",
            )
        scramble = _hash(_padded(self._public) + _padded(server))
        identity = hashlib.sha256(f"{self._pool}{user}:{password}".encode()).hexdigest()
        x = _hash(_padded(int(salt, 16)) + identity)
        shared = pow(server - self._k * pow(_G, x, _N), self._a + scramble * x, _N)
        drawn = hmac.new(
            bytes.fromhex(_padded(scramble)), bytes.fromhex(_padded(shared)), hashlib.sha256
        ).digest()
        return hmac.new(drawn, _INFO, hashlib.sha256).digest()[:16]


def _hash(text: str) -> int:
    return int(hashlib.sha256(bytes.fromhex(text)).hexdigest(), 16)


def _padded(number: int) -> str:
    # As Java's BigInteger writes a positive number: a leading zero byte when the first bit is set.
    text = f"{number:x}"
    text = text if len(text) % 2 == 0 else "0" + text
    return "00" + text if text[0] in "89abcdef" else text


def _stamp(now: float) -> str:
    # "Thu Jan 2 03:04:05 UTC 2025": English names whatever the locale, and no zero before the day.
    at = datetime.fromtimestamp(now, UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day} {months[at.month - 1]} {at.day} {at:%H:%M:%S} UTC {at.year}"
