"""The keys by which a workspace's notifications are signed (VAPID): made once, the private one never shown.

Browsers subscribe by the public key, so another pair ends every subscription: it is made only when somebody says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from stepwell.channels.push.options import WebPushOptions
from stepwell.channels.push.subscriptions import WEB_PUSH
from stepwell.channels.settings import KIND, ChannelSettings, Provider, SealedSecrets
from stepwell.contracts.faults import violations_of
from stepwell.contracts.workspace import Workspace
from stepwell.errors import Conflict, InvalidInput, ValidationFailed
from stepwell.publishing.channels import ChannelPorts, settings_of

CHANNEL = "push"
NewKeys = Callable[[], tuple[str, str]]
"""Makes a pair: public and private, each base64url."""


def make_keys(
    ports: ChannelPorts,
    tenant: str,
    workspace: Workspace,
    new_keys: NewKeys,
    *,
    subject: str,
    replace: bool,
    actor: str,
    now: datetime,
) -> tuple[ChannelSettings, int]:
    """Make a workspace's keys and put them into its settings, as the provider `web` unless there is one.

    Args:
        ports: Settings and what encrypts.
        tenant: Tenant id.
        workspace: Whose sender's address stands where no subject is given.
        new_keys: Makes a pair.
        subject: Whom push services write to: ``mailto:…`` or an https address; empty: the workspace's sender.
        replace: Make another pair although there is one.
        actor: Who asks for it.
        now: When.

    Returns:
        The settings and their revision.

    Raises:
        Conflict: There are keys, or somebody else changed the settings meanwhile.
        InvalidInput: There is neither a subject nor a sender.
        ValidationFailed: The subject is none.
    """
    settings, rev = settings_of(ports.documents, tenant, CHANNEL)
    before = next((one for one in settings.providers if one.kind == WEB_PUSH), None)
    if before is not None and before.secrets is not None and not replace:
        raise Conflict(
            "There are keys: another pair ends all subscriptions of browsers. Say `replace` to make one.",
            code="push_keys_exist",
        )
    public, private = new_keys()
    kept: Mapping[str, Any] = before.options if before is not None else {}
    chosen = subject or str(kept.get("subject") or "") or _subject_of(workspace)
    options = _checked({**kept, "public_key": public, "subject": chosen})
    id_ = before.id if before is not None else _free(settings)
    sealed = ports.box.seal(tenant, f"channel:{CHANNEL}:{id_}", json.dumps({"private_key": private}))
    made = Provider(id=id_, kind=WEB_PUSH, options=options, secrets=SealedSecrets(sealed=sealed, at=now))
    if before is None:
        providers = (*settings.providers, made)
    else:
        providers = tuple(made if one.id == id_ else one for one in settings.providers)
    # Keys and secret in one write: a provider with one pair's key and another's secret would refuse to send.
    changed = settings.model_copy(update={"providers": providers})
    return changed, ports.documents.save_document(tenant, KIND, CHANNEL, rev, changed.document(), actor).rev


def _checked(options: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return WebPushOptions.model_validate(options).model_dump(mode="json", exclude_defaults=True)
    except ValidationError as error:
        violations = violations_of(error)
        raise ValidationFailed(violations[0]["message"], violations) from error


def _subject_of(workspace: Workspace) -> str:
    address = workspace.sender.rpartition("<")[2].strip(" >")
    if "@" not in address:
        raise InvalidInput(
            "Say whom push services may write to: `subject`, such as mailto:you@example.com.",
            code="no_subject",
            details={"place": "subject"},
        )
    return f"mailto:{address}"


def _free(settings: ChannelSettings) -> str:
    taken = {one.id for one in settings.providers}
    return next(name for name in ("web", *(f"web{n}" for n in range(2, 20))) if name not in taken)
