"""Channels as people manage them: which providers send what, their options and secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import ValidationError

from stepwell.channels.providers import kind_of, kinds_of, settings_model
from stepwell.channels.settings import KIND, ChannelSettings, SealedSecrets
from stepwell.contracts.faults import violations_of
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.publishing.texting import TextAccount

MAX_SECRET = 8_192


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


class Seals(Protocol):
    """Encrypts secrets; see `stepwell.sources.ports.SecretBox`."""

    def seal(self, tenant: str, source: str, text: str) -> str:
        """Encrypt."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelPorts:
    """What managing channels reaches; `account` is the one that text messages go out by."""

    documents: Documents
    box: Seals
    account: TextAccount


def settings_of(documents: Documents, tenant: str, channel: str) -> tuple[ChannelSettings, int]:
    """Return a channel's settings and their revision; 0: there are none yet.

    Raises:
        NotFound: There is no such channel.
    """
    kinds_of(channel)
    try:
        document = documents.document(tenant, KIND, channel)
    except NotFound:
        return settings_model(channel)(), 0
    settings: ChannelSettings = settings_model(channel).model_validate(dict(document.body))
    return settings, document.rev


def save(
    ports: ChannelPorts, tenant: str, channel: str, told: Mapping[str, Any], rev: int, actor: str
) -> tuple[ChannelSettings, int]:
    """Save a channel's settings over the revision that was read; secrets of providers that stay are kept.

    Raises:
        NotFound: There is no such channel.
        ValidationFailed: They do not fit.
        Conflict: Somebody else changed them first.
    """
    before, _ = settings_of(ports.documents, tenant, channel)
    settings = _read(channel, told)
    kept = []
    for index, provider in enumerate(settings.providers):
        same = before.provider(provider.id)
        # Secrets belong to a kind: they go with it, and what stands in the request is never taken for one.
        sealed = same.secrets if same is not None and same.kind == provider.kind else None
        kept.append(
            provider.model_copy(update={"secrets": sealed, "options": _options(channel, index, told)})
        )
    changed = settings.model_copy(update={"providers": tuple(kept)})
    return changed, _save(ports, tenant, channel, changed, rev, actor)


def set_secrets(
    ports: ChannelPorts,
    tenant: str,
    channel: str,
    provider: str,
    secrets: Mapping[str, str],
    actor: str,
    now: datetime,
) -> tuple[ChannelSettings, int]:
    """Set a provider's secrets, encrypted; they are never shown.

    Raises:
        NotFound: There is no such provider.
        InvalidInput: It takes others.
        Conflict: Somebody else changed the settings meanwhile.
    """
    settings, rev = settings_of(ports.documents, tenant, channel)
    one = settings.provider(provider)
    if one is None:
        raise NotFound(f"There is no provider `{provider}` of {channel}.", code="no_provider")
    given = {name: text.strip() for name, text in secrets.items() if text.strip()}
    takes = kind_of(channel, one.kind).secrets
    if frozenset(given) not in takes or any(len(text) > MAX_SECRET for text in given.values()):
        said = " or ".join(", ".join(sorted(names)) for names in takes) or "no secrets"
        raise InvalidInput(f"`{one.kind}` takes {said}.", code="bad_secrets", details={"place": "secrets"})
    text = json.dumps(given, separators=(",", ":"), sort_keys=True)
    sealed = SealedSecrets(sealed=ports.box.seal(tenant, f"channel:{channel}:{provider}", text), at=now)
    providers = tuple(
        p.model_copy(update={"secrets": sealed}) if p.id == provider else p for p in settings.providers
    )
    changed = settings.model_copy(update={"providers": providers})
    return changed, _save(ports, tenant, channel, changed, rev, actor)


def _read(channel: str, told: Mapping[str, Any]) -> ChannelSettings:
    model = settings_model(channel)
    listed = told.get("providers")
    plain = {
        **told,
        "providers": [
            {k: v for k, v in one.items() if k not in ("secrets", "secrets_set_at")}
            if isinstance(one, Mapping)
            else one
            for one in (listed if isinstance(listed, list | tuple) else [])
        ],
    }
    try:
        settings: ChannelSettings = model.model_validate(plain)
    except ValidationError as error:
        raise _unfit(error, "") from error
    return settings


def _options(channel: str, index: int, told: Mapping[str, Any]) -> dict[str, Any]:
    one = told["providers"][index]
    place = f"providers.{index}"
    try:
        kind = kind_of(channel, str(one.get("kind")))
    except NotFound as error:
        violation = {"code": "no_provider_kind", "place": f"{place}.kind", "message": error.message}
        raise ValidationFailed(error.message, [violation]) from error
    try:
        read = kind.options_model().model_validate(one.get("options") or {})
    except ValidationError as error:
        raise _unfit(error, f"{place}.options.") from error
    return read.model_dump(mode="json", exclude_defaults=True)


def _unfit(error: ValidationError, under: str) -> ValidationFailed:
    violations = [{**one, "place": f"{under}{one['place']}"} for one in violations_of(error)]
    first = violations[0]
    message = f"These are no settings: {first['place'] or 'settings'}: {first['message']}."
    return ValidationFailed(message, violations)


def _save(
    ports: ChannelPorts, tenant: str, channel: str, settings: ChannelSettings, rev: int, actor: str
) -> int:
    try:
        return ports.documents.save_document(tenant, KIND, channel, rev, settings.document(), actor).rev
    except Conflict:
        raise Conflict(
            "The settings were changed since you read them: read them again.", code="stale_rev"
        ) from None
