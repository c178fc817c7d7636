"""Signing in with a network, for contacts: what a workspace allows, who a network says somebody is, the signed state.

What a network says of an address counts only where it says that it is verified: X's `confirmed_email` (it is that by
definition) and OpenID Connect's `email` with `email_verified`, which LinkedIn gives. Facebook's `email` is said to be
valid and not to be verified, so it is not taken at all: with somebody else's address in a profile one would
otherwise become that person here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from stepwell.contracts.faults import violations_of
from stepwell.contracts.ids import TENANT_ID
from stepwell.contracts.signing import said_by, signed
from stepwell.contracts.social import Platform
from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.social.mentions import person_of

KIND, ID = "SOCIAL", "login"
GOOD_FOR = timedelta(minutes=15)
PLATFORMS = (Platform.TWITTER, Platform.FACEBOOK, Platform.LINKEDIN)
"""Instagram has no sign-in of its own for people: the Basic Display API, which was used as one, ended 2024-12-04."""
_SIGNED, _LONGEST = "social_login", 4_000
_APP_SCOPED = frozenset({Platform.FACEBOOK, Platform.LINKEDIN})
Words = Annotated[
    dict[Literal["en", "de"], Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=2)
]


class LoginSettings(BaseModel):
    """What a workspace allows.

    Attributes:
        platforms: Networks; none: the page does not exist.
        return_to: Where people may be sent afterwards: addresses that begin with one of these, https.
        wording: What stands beside the box that agrees to marketing mail, by language; none: it is not asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    platforms: Annotated[tuple[Literal["twitter", "facebook", "linkedin"], ...], Field(max_length=3)] = ()
    return_to: Annotated[tuple[Annotated[str, Field(max_length=300)], ...], Field(max_length=20)] = ()
    wording: Words = Field(default_factory=dict)

    @field_validator("return_to")
    @classmethod
    def _safe(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            parts = urlsplit(one)
            if parts.scheme != "https" or not parts.hostname or parts.username or not parts.path:
                raise ValueError("a place to return to is `https://<host>/…`, with the slash after the host")
        return value

    def may_return(self, url: str) -> bool:
        """Tell whether people may be sent to an address."""
        if not url or len(url) > 1_000 or any(ord(c) < 33 or c in "\\" for c in url):
            return False
        # After the host stands a slash in each of them, so that no other host begins like one.
        return any(url.startswith(one) for one in self.return_to)


@dataclass(frozen=True, slots=True)
class Person:
    """Who a network says somebody is.

    Attributes:
        platform: The network.
        anonymous_id: The identity by which the contact is known.
        email: An address that the network says is verified; empty: there is none.
        traits: What else it says.
    """

    platform: Platform
    anonymous_id: str
    email: str
    traits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Under:
    """A sign-in that somebody began.

    Attributes:
        tenant: Workspace.
        platform: Network.
        proof: Hash of what lies in the browser that began it.
        agreed: Whether the box was ticked.
        wording: What stood beside it.
        lang: Language of the pages.
        return_to: Where to go afterwards; may be empty.
        until: Until when it is good, epoch seconds.
    """

    tenant: str
    platform: Platform
    proof: str
    agreed: bool
    wording: str
    lang: str
    return_to: str
    until: int


def read_settings(told: Mapping[str, Any] | None) -> LoginSettings:
    """Read a workspace's settings; none: nothing is allowed.

    Raises:
        ValidationFailed: They are none.
    """
    try:
        return LoginSettings.model_validate(dict(told or {}))
    except ValidationError as error:
        violations = violations_of(error, code="invalid_field")
        raise ValidationFailed("The settings of signing in have faults.", violations) from error


def person(platform: Platform, told: Mapping[str, Any]) -> Person:
    """Read who a network says somebody is.

    Raises:
        InvalidInput: It does not say.
    """
    id_ = str(told.get("sub") or told.get("id") or "")
    if not id_ or len(id_) > 100:
        raise InvalidInput("The network does not say who it is.", code="no_person")
    email = ""
    if platform is Platform.TWITTER:
        email = _text(told, "confirmed_email")
    elif told.get("email_verified") in (True, "true"):
        email = _text(told, "email")
    first, last, name = _text(told, "given_name"), _text(told, "family_name"), _text(told, "name")
    handle = _text(told, "username")
    traits = {"first_name": first, "last_name": last, "name": name}
    if platform is Platform.TWITTER:
        traits["x_handle"] = handle
    traits["signed_in_with"] = platform.value
    return Person(platform, identity(platform, id_), email, {k: v for k, v in traits.items() if v})


def identity(platform: Platform, id_: str) -> str:
    """Return the anonymous id of who signed in.

    X's ids are the same everywhere, so that who signs in and who mentions an account are one contact. Those of Facebook
    and LinkedIn hold for one app, and Facebook's for signing in are others than those of its pages: they have a space
    of their own.
    """
    return person_of(platform, id_) if platform not in _APP_SCOPED else f"{platform.value}_login:{id_}"


def challenge_of(verifier: str) -> str:
    """Return PKCE's challenge (S256) of what lies in the browser; also the proof that a state is bound to."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def sign_state(under: Under, keys: Mapping[str, bytes]) -> str:
    """Return the state of a sign-in, signed with the newest key."""
    said = [
        under.tenant,
        under.platform.value,
        under.proof,
        int(under.agreed),
        under.wording,
        under.lang,
        under.return_to,
        under.until,
    ]
    packed = base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")
    return signed(_SIGNED, packed, keys)


def read_state(state: str, verifier: str, now: datetime, keys: Mapping[str, bytes]) -> Under:
    """Read the state that came back.

    Raises:
        InvalidInput: It is none of ours, too old, or not of the browser that began (`bad_state`).
    """
    packed = said_by(_SIGNED, state, keys, _LONGEST)
    if packed is None:
        raise InvalidInput("This sign-in is none of ours.", code="bad_state")
    try:
        said = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        tenant, platform, proof, agreed, wording, lang, return_to, until = said
        under = Under(tenant, Platform(platform), proof, bool(agreed), wording, lang, return_to, int(until))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInput("This sign-in is none of ours.", code="bad_state") from error
    if not TENANT_ID.match(under.tenant) or now.timestamp() >= under.until:
        raise InvalidInput("This sign-in is too old: begin again.", code="bad_state")
    if not verifier or challenge_of(verifier) != under.proof:
        raise InvalidInput("Another browser began this sign-in.", code="bad_state")
    return under


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value.strip()[:200] if isinstance(value, str) else ""
