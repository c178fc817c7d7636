"""Ids: short, deterministic where a replay must find the same one, and parseable where a key needs a part.

Token ids carry the profile, so that a node reads profiles without a look-up in between:
``<profile 16>.<entry hash>.<ordinal base 36>[/<parallel>.<branch>…]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

PROFILE_ID = re.compile(r"^[a-z2-7]{16}$")
TENANT_ID = re.compile(r"^[a-z][a-z0-9]{1,15}$")
NODE_ID = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
WORKFLOW_ID = re.compile(r"^[a-z][a-z0-9_]{0,31}$")
RESERVED_NODE_IDS = frozenset({"dispatch", "finish", "route", "later", "hand_over"})
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
# Ten bits at a time: the standard library's base 32 is pure Python and costs more than all else of an id.
_PAIRS = tuple(a + b for a in _BASE32 for b in _BASE32)
_SHIFTS = tuple(range(250, -1, -10))


def short_hash(*parts: str, length: int = 16) -> str:
    """Hash parts (order and boundaries matter) to ``length`` characters of ``[a-z2-7]`` (5 bits each)."""
    digest = sha256("\x1f".join(parts).encode()).digest()
    if length <= 8:
        n = int.from_bytes(digest[:5], "big")
        pairs = _PAIRS
        return (pairs[n >> 30] + pairs[n >> 20 & 1023] + pairs[n >> 10 & 1023] + pairs[n & 1023])[:length]
    # 256 bits make 51 characters and a bit; four zero bits fill the last one up.
    n = int.from_bytes(digest, "big") << 4
    return "".join([_PAIRS[n >> shift & 1023] for shift in _SHIFTS[: (length + 1) // 2]])[:length]


def profile_id(tenant: str, kind: str, value: str) -> str:
    """Return the id of the profile first seen under this identity.

    Args:
        tenant: Tenant id.
        kind: ``user``, ``anonymous``, ``email`` or ``phone``.
        value: The identity; e-mail addresses are compared without case and surrounding space.
    """
    return short_hash(tenant, kind, value.strip().lower() if kind == "email" else value)


def entry_hash(entry_key: str | None) -> str:
    """Hash an entry key (e.g. an order id) for use in keys; ``0`` stands for none."""
    return short_hash("entry", entry_key, length=6) if entry_key else "0"


def base36(number: int) -> str:
    """Write a non-negative number in base 36."""
    if number < 0:
        raise ValueError("base36 takes a non-negative number")
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if number == 0:
            return text


def enrollment_id(profile: str, entry: str, ordinal: int) -> str:
    """Compose an enrollment id, which is the id of its primary token."""
    return f"{profile}.{entry}.{base36(ordinal)}"


@dataclass(frozen=True, slots=True)
class TokenId:
    """A token id taken apart.

    Attributes:
        profile: Profile id.
        entry: Entry hash (``0`` without entry key).
        ordinal: How often this contact entered under this key, from 1.
        branches: Path of parallel branches, ``<parallel node>.<branch index>`` each.
    """

    profile: str
    entry: str
    ordinal: int
    branches: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> TokenId:
        """Parse a token id.

        Raises:
            ValueError: Not a token id.
        """
        head, *branches = text.split("/")
        profile, entry, ordinal = head.split(".")
        return cls(profile, entry, int(ordinal, 36), tuple(branches))

    def __str__(self) -> str:
        """Compose the id again."""
        return "/".join((enrollment_id(self.profile, self.entry, self.ordinal), *self.branches))

    @property
    def enrollment(self) -> str:
        """The enrollment's id, without branches."""
        return enrollment_id(self.profile, self.entry, self.ordinal)

    @property
    def parent(self) -> str:
        """The id of the token that forked into this branch; its own id at the top."""
        return str(TokenId(self.profile, self.entry, self.ordinal, self.branches[:-1]))

    @property
    def sort_key(self) -> str:
        """The part after the profile, used as sort key."""
        return str(self)[len(self.profile) + 1 :]


def member(token: str, epoch: int) -> str:
    """Compose a cohort element ``token:epoch``."""
    return f"{token}:{epoch}"


def split_member(element: str) -> tuple[str, int]:
    """Take a cohort element apart into token id and epoch.

    Raises:
        ValueError: Not a cohort element.
    """
    token, _, epoch = element.rpartition(":")
    if not token:
        raise ValueError(f"not a cohort element: {element!r}")
    return token, int(epoch)


def loop_text(loop: dict[str, int]) -> str:
    """Write a loop vector for keys and visits: ``a=0,b=2`` sorted by node, empty outside loops."""
    return ",".join(f"{node}={index}" for node, index in sorted(loop.items()))


def visit_id(tenant: str, workflow: str, token: str, node: str, loop: dict[str, int]) -> str:
    """Return the visit's id: (enrollment, node, branch, loop vector), without the version."""
    return short_hash(tenant, workflow, token, node, loop_text(loop), length=16)
