"""Links of our own that tell who clicked: signed, so that they lead nowhere but where the message said.

A token is ``<key id>.<what it says>.<mac>``; what it says is JSON in base64url: the message's tags, when it was
written, the link's id and place, and its address. Whoever changes any of it has a link that leads nowhere: there is no
open redirect. An opening's token is the same without an address.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from stepwell.contracts.ids import PROFILE_ID, TENANT_ID
from stepwell.contracts.signing import said_by, signed
from stepwell.errors import InvalidInput

CLICK_PATH, OPEN_PATH = "/c/", "/o/"
# Names of tags that a click's event has, in the order in which a token has them.
TAGS = ("tenant", "profile", "workflow", "version", "node", "enrollment", "visit", "tag")
MAX_URL = 2_000
_KIND, _LONGEST = "link", 6_000


@dataclass(frozen=True, slots=True)
class TrackedLink:
    """What a token says.

    Attributes:
        tags: The message's tags, see `stepwell.channels.email.Origin.tags`.
        at: When the message was written, epoch seconds.
        link: The link's id; empty: the message was opened.
        position: The link's place in the message, from 1.
        url: Where it leads.
    """

    tags: Mapping[str, str]
    at: int
    link: str = ""
    position: int = 0
    url: str = ""


def trackable(url: str) -> bool:
    """Tell whether an address can be put into a token and followed."""
    if len(url) > MAX_URL or any(ord(letter) < 33 for letter in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


def sign_link(link: TrackedLink, keys: Mapping[str, bytes]) -> str:
    """Return a token, signed with the newest (last) key.

    Raises:
        NotReady: There is no key.
    """
    told = [*(link.tags.get(name, "") for name in TAGS), link.at, link.link, link.position, link.url]
    body = base64.urlsafe_b64encode(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())
    return signed(_KIND, body.decode().rstrip("="), keys)


def read_link(token: str, keys: Mapping[str, bytes]) -> TrackedLink:
    """Read a token.

    Raises:
        InvalidInput: Not a token that one of the keys signed.
    """
    body = said_by(_KIND, token, keys, _LONGEST)
    if body is None:
        raise InvalidInput("This link is not complete.", code="bad_link")
    try:
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        *values, at, link, position, url = told
        tags = {name: value for name, value in zip(TAGS, values, strict=True) if value}
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput("This link is not complete.", code="bad_link") from error
    good = TENANT_ID.match(tags.get("tenant", "")) and PROFILE_ID.match(tags.get("profile", ""))
    if not good or (url and not trackable(url)):
        raise InvalidInput("This link is not complete.", code="bad_link")
    return TrackedLink(tags, int(at), str(link), int(position), str(url))
