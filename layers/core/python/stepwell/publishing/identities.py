"""Domains and addresses to send from: what must be in DNS for them, and how far it is.

The records are those of the SES Developer Guide ("Easy DKIM", "Using a custom MAIL FROM domain") and a DMARC policy
that only watches (RFC 7489), which big providers ask of whoever sends many messages. Identities belong to the
account; a tag says whose workspace added one, and nobody else sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from stepwell.channels.email import sender_line
from stepwell.contracts.workspace import Workspace
from stepwell.errors import Conflict, InvalidInput, NotFound, NotReady
from stepwell.publishing.ports import PublishingPorts

RecordState = Literal["verified", "pending", "failed", "unknown"]
_DOMAIN = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")
_ADDRESS = re.compile(r"^[^@\s<>,;\"]{1,64}@(?P<domain>[^@\s<>,;]+)$")
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$")


@dataclass(frozen=True, slots=True)
class Identity:
    """A domain or address as the provider has it.

    Attributes:
        name: ``shop.example`` or ``hello@shop.example``.
        tenant: Whose it is; empty: the deployment's own, nobody's through the API.
        verified: Whether it may send.
        dkim: State of its signature: the provider's word in lower case, or empty.
        tokens: DKIM tokens.
        dkim_zone: Zone in which the tokens are.
        mail_from: Its MAIL FROM domain, or empty.
        mail_from_state: The provider's word in lower case, or empty.
    """

    name: str
    tenant: str = ""
    verified: bool = False
    dkim: str = ""
    tokens: tuple[str, ...] = ()
    dkim_zone: str = "dkim.amazonses.com"
    mail_from: str = ""
    mail_from_state: str = ""

    @property
    def is_domain(self) -> bool:
        """Whether it is a domain."""
        return "@" not in self.name


class SendingIdentities(Protocol):
    """Identities of the account."""

    def names(self) -> list[str]:
        """Return the names of all."""
        ...

    def get(self, name: str) -> Identity | None:
        """Return one."""
        ...

    def create(self, name: str, tenant: str) -> None:
        """Create one; a confirmation is mailed to an address.

        Raises:
            Conflict: There is one of this name.
        """
        ...

    def delete(self, name: str) -> None:
        """Delete one."""
        ...

    def set_mail_from(self, name: str, mail_from: str) -> None:
        """Set or, when empty, remove the MAIL FROM domain."""
        ...


@dataclass(frozen=True, slots=True)
class Senders:
    """Manages a workspace's sending identities.

    Args:
        identities: Those of the account.
        publishing: Workspace and audit log.
        region: AWS region, part of DNS records.
    """

    identities: SendingIdentities
    publishing: PublishingPorts
    region: str

    def all(self, tenant: str) -> list[dict[str, Any]]:
        """Return the workspace's identities: those that it added, and those that its default sender uses."""
        workspace = self.publishing.inventory.workspace(tenant)
        found = (self.identities.get(name) for name in self.identities.names())
        visible = (i for i in found if i is not None and _visible(i, tenant, workspace))
        return [shown(i, workspace, self.region) for i in sorted(visible, key=lambda i: i.name)]

    def read(self, tenant: str, name: str) -> dict[str, Any]:
        """Return one with its DNS records.

        Raises:
            NotFound: The workspace has none of this name.
        """
        workspace = self.publishing.inventory.workspace(tenant)
        return shown(self._find(tenant, name, workspace), workspace, self.region)

    def found(self, tenant: str, name: str) -> Identity | None:
        """Return one as the provider has it; None: the workspace has none of this name."""
        workspace = self.publishing.inventory.workspace(tenant)
        identity = self.identities.get(normal(name))
        return identity if identity is not None and _visible(identity, tenant, workspace) else None

    def add(self, tenant: str, name: str, actor: str) -> dict[str, Any]:
        """Add a domain or an address; the same again is no error.

        Raises:
            InvalidInput: It is neither.
            Conflict: Another workspace, or the deployment itself, has it.
        """
        wanted = normal(name)
        known = self.identities.get(wanted)
        if known is None:
            self.identities.create(wanted, tenant)
            self.publishing.note(tenant, actor, "identity.added", f"identity/{wanted}")
        elif known.tenant != tenant:
            raise Conflict(
                f"`{wanted}` is in use in this deployment: whoever runs it can give it to this workspace.",
                code="identity_taken",
            )
        return self.read(tenant, wanted)

    def remove(self, tenant: str, name: str, actor: str) -> str:
        """Delete an identity that the workspace added.

        Raises:
            NotFound: The workspace has none of this name.
            Conflict: The deployment has it, or the default sender needs it.
        """
        workspace = self.publishing.inventory.workspace(tenant)
        identity = self._own(tenant, name, workspace)
        if _carries(identity, workspace):
            raise Conflict(
                "The workspace's default sender needs it: change that first.", code="identity_used"
            )
        self.identities.delete(identity.name)
        self.publishing.note(tenant, actor, "identity.removed", f"identity/{identity.name}")
        return identity.name

    def set_mail_from(self, tenant: str, name: str, label: str, actor: str) -> dict[str, Any]:
        """Set the MAIL FROM domain of a domain: `bounce` makes `bounce.shop.example`; empty: SES's own.

        Raises:
            NotFound: The workspace has none of this name.
            InvalidInput: An address, or no label.
        """
        identity = self._own(tenant, name, self.publishing.inventory.workspace(tenant))
        if not identity.is_domain or (label and not _LABEL.match(label)):
            raise InvalidInput(
                "A MAIL FROM domain is one label before a domain: `bounce`.", code="bad_mail_from"
            )
        mail_from = f"{label}.{identity.name}" if label else ""
        self.identities.set_mail_from(identity.name, mail_from)
        self.publishing.note(
            tenant, actor, "identity.mail_from", f"identity/{identity.name}", mail_from=mail_from
        )
        return self.read(tenant, identity.name)

    def _find(self, tenant: str, name: str, workspace: Workspace) -> Identity:
        found = self.identities.get(normal(name))
        if found is None or not _visible(found, tenant, workspace):
            raise NotFound("This workspace has no such sending identity.", code="no_identity")
        return found

    def _own(self, tenant: str, name: str, workspace: Workspace) -> Identity:
        found = self._find(tenant, name, workspace)
        if found.tenant != tenant:
            raise Conflict(
                "The deployment has this identity: it is not changed here.", code="identity_of_deployment"
            )
        return found


def normal(name: str) -> str:
    """Return a domain or an address as it is kept.

    Raises:
        InvalidInput: It is neither.
    """
    wanted = name.strip().lower().rstrip(".")
    address = _ADDRESS.match(wanted)
    if not _DOMAIN.match(address["domain"] if address else wanted):
        raise InvalidInput(f"`{name}` is neither a domain nor an address.", code="bad_identity")
    return wanted


def sender_address(workspace: Workspace) -> str:
    """Return the address of the default sender, or an empty text."""
    try:
        line = sender_line(workspace.sender)
    except NotReady:
        return ""
    return line.rpartition("<")[2].rstrip(">").lower()


def _carries(identity: Identity, workspace: Workspace) -> bool:
    address = sender_address(workspace)
    return bool(address) and identity.name in (address, address.rpartition("@")[2])


def _visible(identity: Identity, tenant: str, workspace: Workspace) -> bool:
    return identity.tenant == tenant or (not identity.tenant and _carries(identity, workspace))


def shown(identity: Identity, workspace: Workspace, region: str) -> dict[str, Any]:
    """Return an identity as people see it, with its DNS records."""
    return {
        "identity": identity.name,
        "kind": "domain" if identity.is_domain else "address",
        "verified": identity.verified,
        "own": identity.tenant == workspace.tenant,
        "default_sender": _carries(identity, workspace),
        "mail_from": identity.mail_from,
        "records": dns_records(identity, region) if identity.is_domain else [],
    }


def dns_records(identity: Identity, region: str) -> list[dict[str, Any]]:
    """Return what must or should be in DNS for a domain."""
    records = [
        _record(
            "dkim",
            "CNAME",
            f"{token}._domainkey.{identity.name}",
            f"{token}.{identity.dkim_zone}",
            _state(identity.dkim),
        )
        for token in identity.tokens
    ]
    if identity.mail_from:
        state = _state(identity.mail_from_state)
        host = f"feedback-smtp.{region}.amazonses.com"
        records += [
            _record("mail_from", "MX", identity.mail_from, f"10 {host}", state),
            _record("spf", "TXT", identity.mail_from, "v=spf1 include:amazonses.com ~all", state),
        ]
    # Which policy is there only DNS knows; the provider does not ask for one.
    policy = _record("dmarc", "TXT", f"_dmarc.{identity.name}", "v=DMARC1; p=none;", "unknown")
    return [*records, {**policy, "required": False}]


def _record(purpose: str, kind: str, name: str, value: str, state: RecordState) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "type": kind,
        "name": name,
        "value": value,
        "state": state,
        "required": purpose == "dkim",
    }


def _state(told: str) -> RecordState:
    if told == "success":
        return "verified"
    return "failed" if told in ("failed", "temporary_failure") else "pending"
