"""The workspace's own apps at the networks: document `SOCIAL#apps`, secrets sealed in it and never shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from stepwell.contracts.clock import iso
from stepwell.contracts.social import OAuthClient, Platform
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, InvalidInput, NotFound, NotReady
from stepwell.social.ports import App, Vault

KIND, ID = "SOCIAL", "apps"
_LONGEST = 512
_TRIES = 5


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one, or raise NotFound."""
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read, or raise Conflict."""
        ...


def opened(told: Mapping[str, Any] | None, tenant: str, platform: Platform, vault: Vault) -> App:
    """Return an app of the document.

    Raises:
        NotReady: It is not in there.
    """
    one = (told or {}).get(platform.value)
    if not one:
        raise NotReady(
            f"The workspace has no app at {platform.label} yet: set its client id and secret.",
            code="no_app",
            details={"platform": platform.value},
        )
    sealed = str(one.get("secret") or "")
    secret = vault.open(tenant, f"app:{platform.value}", sealed) if sealed else ""
    client = OAuthClient(str(one["client_id"]), secret, tuple(one.get("without") or ()))
    return App(client, str(one.get("address") or ""))


def shown(documents: Documents, tenant: str) -> list[dict[str, Any]]:
    """Return all platforms with what is set of their apps."""
    told = _read(documents, tenant)[0]
    return [
        {
            "platform": platform.value,
            "label": platform.label,
            "client_id": (one := told.get(platform.value) or {}).get("client_id"),
            "has_secret": bool(one.get("secret")),
            "address": one.get("address") or "",
            "without": list(one.get("without") or ()),
            "set_at": one.get("set_at"),
            "set_by": one.get("set_by"),
        }
        for platform in Platform
    ]


def save(
    documents: Documents,
    vault: Vault,
    tenant: str,
    platform: Platform,
    client: OAuthClient,
    address: str,
    actor: str,
    now: datetime,
) -> None:
    """Set an app; an empty secret keeps the one that is set for the same client id.

    Raises:
        InvalidInput: It is none.
    """
    if not client.id.strip() or max(len(client.id), len(client.secret), len(address)) > _LONGEST:
        raise InvalidInput("An app has a client id and a secret.", code="bad_app")
    name = f"app:{platform.value}"
    sealed = vault.seal(tenant, name, client.secret.strip()) if client.secret.strip() else ""
    for _ in range(_TRIES):
        told, rev = _read(documents, tenant)
        before = told.get(platform.value) or {}
        kept = before.get("secret", "") if before.get("client_id") == client.id.strip() else ""
        one = {
            "client_id": client.id.strip(),
            "secret": sealed or kept,
            "address": address,
            "without": list(client.without),
            "set_at": iso(now),
            "set_by": actor,
        }
        try:
            documents.save_document(tenant, KIND, ID, rev, {**told, platform.value: one}, actor)
        except Conflict:
            continue
        return
    raise Conflict("Somebody changes the apps at this moment: try again.", code="stale_rev")


def _read(documents: Documents, tenant: str) -> tuple[dict[str, Any], int]:
    try:
        document = documents.document(tenant, KIND, ID)
    except NotFound:
        return {}, 0
    return dict(document.body), document.rev
