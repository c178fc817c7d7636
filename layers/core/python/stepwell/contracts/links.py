"""Signed links that messages carry: what they say, and nothing that leads anywhere else (no open redirect).

A token is ``<key id>.<tenant>.<profile>.<workflow>.<channel, purpose>.<address hash>.<version>-<node>.<mac>``:
readable in a log, without personal data, and bound to the address that got it. Version and node are left out where
there is no such message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import NODE_ID, PROFILE_ID, TENANT_ID, WORKFLOW_ID, short_hash
from stepwell.contracts.messages import Purpose
from stepwell.contracts.signing import said_by, signed
from stepwell.errors import InvalidInput

_CHANNELS = {"email": "e", "sms": "s", "push": "p"}
_PURPOSES = {Purpose.MARKETING: "m", Purpose.TRANSACTIONAL: "t"}
_FROM_CHANNELS = {letter: channel for channel, letter in _CHANNELS.items()}
_FROM_PURPOSES = {letter: purpose for purpose, letter in _PURPOSES.items()}
_KIND = "opt-out"
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class OptOut:
    """What an unsubscribe link stands for.

    Attributes:
        tenant: Tenant id.
        profile: Profile id.
        workflow: Workflow whose message carried it.
        channel: Channel of that message.
        purpose: Purpose that it opts out of.
        address: Hash of the address that got it, see `address_hash`.
        node: Node whose message it was; empty: unknown.
        version: Version of the workflow, 0: unknown.
    """

    tenant: str
    profile: str
    workflow: str
    channel: str
    purpose: Purpose
    address: str
    node: str = ""
    version: int = 0

    @property
    def origin(self) -> dict[str, str | int]:
        """Where an opt-out is counted, as properties of its event."""
        if not (self.node and self.version):
            return {"workflow": self.workflow}
        return {"workflow": self.workflow, "version": self.version, "node": self.node}


def address_hash(tenant: str, address: str) -> str:
    """Hash an address for links: no two tenants' links can be joined by it."""
    return short_hash("link", tenant, address.strip().lower(), length=16)


def sign_opt_out(opt_out: OptOut, keys: Mapping[str, bytes]) -> str:
    """Return the token of an unsubscribe link, signed with the newest (last) key.

    Raises:
        NotReady: There is no key.
    """
    what = _CHANNELS[opt_out.channel] + _PURPOSES[opt_out.purpose]
    place = (f"{opt_out.version}-{opt_out.node}",) if opt_out.node and opt_out.version else ()
    says = (opt_out.tenant, opt_out.profile, opt_out.workflow, what, opt_out.address, *place)
    return signed(_KIND, ".".join(says), keys)


def read_opt_out(token: str, keys: Mapping[str, bytes]) -> OptOut:
    """Read a token.

    Raises:
        InvalidInput: Not a token that one of the keys signed.
    """
    parts = (said_by(_KIND, token, keys, _LONGEST) or "").split(".")
    if len(parts) not in (5, 6):
        raise InvalidInput("This link is not complete.", code="bad_link")
    tenant, profile, workflow, what, address, *place = parts
    channel, purpose = _FROM_CHANNELS.get(what[:1]), _FROM_PURPOSES.get(what[1:])
    if channel is None or purpose is None or not _well_formed(tenant, profile, workflow):
        raise InvalidInput("This link is not complete.", code="bad_link")
    node, version = _placed(place[0] if place else "")
    return OptOut(tenant, profile, workflow, channel, purpose, address, node, version)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a link stands for by which somebody confirms that the address is theirs and that they agree.

    Attributes:
        tenant: Tenant id.
        profile: Profile id.
        channel: Channel whose marketing is agreed to.
        address: Hash of the address that got it, see `address_hash`.
        minute: When it was signed, minutes since 1970.
    """

    tenant: str
    profile: str
    channel: str
    address: str
    minute: int


def sign_confirmation(said: Confirmation, keys: Mapping[str, bytes]) -> str:
    """Return the token of a confirmation link, signed with the newest (last) key.

    Raises:
        NotReady: There is no key.
    """
    what = f"{_CHANNELS[said.channel]}c{said.minute}"
    return signed(_KIND, ".".join((said.tenant, said.profile, "-", what, said.address)), keys)


def read_confirmation(token: str, keys: Mapping[str, bytes]) -> Confirmation:
    """Read a token.

    Raises:
        InvalidInput: Not a token that one of the keys signed.
    """
    parts = (said_by(_KIND, token, keys, _LONGEST) or "").split(".")
    if len(parts) != 5:
        raise InvalidInput("This link is not complete.", code="bad_link")
    tenant, profile, _, what, address = parts
    channel, minute = _FROM_CHANNELS.get(what[:1]), what[2:]
    if channel is None or what[1:2] != "c" or not minute.isdecimal() or not PROFILE_ID.match(profile):
        raise InvalidInput("This link is not complete.", code="bad_link")
    return Confirmation(tenant, profile, channel, address, int(minute))


def _placed(text: str) -> tuple[str, int]:
    version, _, node = text.partition("-")
    if len(version) < 10 and version.isdecimal() and NODE_ID.match(node):
        return node, int(version)
    return "", 0


def _well_formed(tenant: str, profile: str, workflow: str) -> bool:
    return bool(TENANT_ID.match(tenant) and PROFILE_ID.match(profile) and WORKFLOW_ID.match(workflow))
