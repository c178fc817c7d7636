"""Hands messages to the provider that a workspace chose for the stream; see `stepwell.channels.ports.Sender`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.channels.ports import ProviderParts, Sender
from stepwell.channels.providers import kind_of, kinds_of, loaded, settings_model
from stepwell.channels.settings import KIND, ChannelSettings, Provider
from stepwell.errors import NotReady, Unavailable

if TYPE_CHECKING:
    from stepwell.sources.ports import SecretBox

_KEPT = 500


def secret_name(channel: str, provider: str) -> str:
    """Return under which name secrets are sealed: no source can have it, ids of sources have no colon."""
    return f"channel:{channel}:{provider}"


class ChannelSender:
    """Sends on one channel, for all workspaces.

    One provider after the other is asked where those before surely took nothing; whatever else happens is told.

    Args:
        channel: The channel.
        documents: Settings of channels, kept for a minute.
        box: Opens secrets.
        parts: What all adapters share: arguments of `ProviderParts`.
    """

    def __init__(
        self,
        channel: str,
        documents: KeptDocuments,
        box: Callable[[], SecretBox],
        parts: Mapping[str, Any],
    ) -> None:
        self._channel = channel
        self._documents = documents
        self._box = box
        self._parts = parts
        self._lock = RLock()
        self._read: dict[str, tuple[Mapping[str, Any] | None, ChannelSettings]] = {}
        self._made: dict[tuple[str, str], tuple[Provider, Sender]] = {}

    def send(self, message: Any) -> str:
        """Send by the first provider of the message's stream that takes it."""
        tenant = str(message.tags["tenant"])
        route = self.settings(tenant).route(message.purpose) or self._default(tenant)
        missed: Unavailable | None = None
        for provider in route:
            try:
                return self.sender(tenant, provider).send(message)
            except Unavailable as error:
                missed = error
        raise missed or NotReady(f"No provider of {self._channel} is enabled.", code="no_provider")

    def settings(self, tenant: str) -> ChannelSettings:
        """Return a workspace's settings of the channel, up to a minute old."""
        body = self._documents.body(tenant, KIND, self._channel)
        with self._lock:
            known = self._read.get(tenant)
            if known is None or known[0] is not body:
                read: ChannelSettings = settings_model(self._channel).model_validate(body or {})
                known = self._read[tenant] = (body, read)
            return known[1]

    def _default(self, tenant: str) -> tuple[Provider, ...]:
        if self.settings(tenant).providers:
            return ()
        kinds = kinds_of(self._channel)
        return (Provider(id=kinds[0].name, kind=kinds[0].name),) if kinds else ()

    def sender(self, tenant: str, provider: Provider) -> Sender:
        """Return the adapter of a provider, made once as long as its settings stay."""
        with self._lock:
            known = self._made.get((tenant, provider.id))
            if known is None or known[0] != provider:
                if len(self._made) >= _KEPT:
                    self._made.clear()
                known = self._made[tenant, provider.id] = (provider, self._make(tenant, provider))
            return known[1]

    def _make(self, tenant: str, provider: Provider) -> Sender:
        kind = kind_of(self._channel, provider.kind)
        if kind.secrets and provider.secrets is None:
            raise NotReady(f"`{provider.id}` has no secrets yet.", code="no_provider_secrets")
        made: Sender = loaded(kind.adapter)(
            ProviderParts(
                tenant=tenant,
                provider=provider.id,
                options=kind.options_model().model_validate(provider.options),
                secrets=self._opened(tenant, provider),
                **self._parts,
            )
        )
        return made

    def _opened(self, tenant: str, provider: Provider) -> Mapping[str, str]:
        if provider.secrets is None:
            return {}
        from stepwell.sources.models import SealedSecret  # a mailer without secrets knows nothing of sources

        sealed = SealedSecret(sealed=provider.secrets.sealed, at=datetime.fromtimestamp(0, UTC))
        text = self._box().open(tenant, secret_name(self._channel, provider.id), sealed)
        opened: dict[str, str] = json.loads(text)
        return opened
