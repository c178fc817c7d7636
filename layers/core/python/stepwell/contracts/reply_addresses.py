"""Reply addresses: ``reply+<token>@<domain>`` says whose message of which node was answered, and nobody can make one.

A local part holds 64 characters (RFC 5321, 4.5.3.1.1) and arrives in any case, so the token has no room for names:
``<profile 16><place 8><visit 4><mac 14><tenant ≤ 16>``, all of ``[a-z0-9]``. `place` is a hash of workflow and node,
found again among the tenant's workflows; `visit` tells two passages of one contact apart. The code over it has 70
bits, and can only be guessed at by sending mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import PROFILE_ID, TENANT_ID, short_hash
from stepwell.errors import InvalidInput, NotReady

PREFIX = "reply+"
_PLACE, _VISIT, _MAC = 8, 4, 14
_TOKEN = re.compile(r"^([a-z2-7]{16})([a-z2-7]{8})([a-z2-7]{4})([a-z2-7]{14})([a-z][a-z0-9]{1,15})$")


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What a reply address stands for.

    Attributes:
        tenant: Tenant id.
        profile: Profile id.
        place: See `place_of`.
        visit: The visit's first characters.
    """

    tenant: str
    profile: str
    place: str
    visit: str


def place_of(tenant: str, workflow: str, node: str) -> str:
    """Hash a workflow's node for reply addresses."""
    return short_hash("place", tenant, workflow, node, length=_PLACE)


def reply_address(
    tenant: str, profile: str, workflow: str, node: str, visit: str, domain: str, keys: Mapping[str, bytes]
) -> str:
    """Return the address that answers to a message go to, signed with the newest (last) key.

    Raises:
        NotReady: There is no key.
    """
    if not keys:
        raise NotReady("No key to sign addresses with: is the deployment complete?")
    said = f"{profile}{place_of(tenant, workflow, node)}{visit[:_VISIT]}"
    return f"{PREFIX}{said}{_mac(keys[list(keys)[-1]], said, tenant)}{tenant}@{domain}"


def read_reply_address(address: str, domain: str, keys: Mapping[str, bytes]) -> ReplyTo:
    """Read a reply address.

    Raises:
        InvalidInput: Not one that one of the keys signed.
    """
    local, _, host = address.strip().lower().rpartition("@")
    found = _TOKEN.match(local.removeprefix(PREFIX)) if local.startswith(PREFIX) else None
    if found is None or host != domain.lower():
        raise InvalidInput("Not a reply address.", code="no_reply_address")
    profile, place, visit, mac, tenant = found.groups()
    said = f"{profile}{place}{visit}"
    if not (PROFILE_ID.match(profile) and TENANT_ID.match(tenant)) or not any(
        hmac.compare_digest(mac, _mac(key, said, tenant)) for key in keys.values()
    ):
        raise InvalidInput("Not a reply address.", code="no_reply_address")
    return ReplyTo(tenant, profile, place, visit)


def _mac(key: bytes, said: str, tenant: str) -> str:
    digest = hmac.new(key, f"reply\x1f{tenant}\x1f{said}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:_MAC]
