"""What a workspace says of a channel: its providers, and which stream goes by which.

The document is `CHAN#<channel>`. Secrets lie in it sealed; whoever edits it never sees them and cannot lose them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from stepwell.contracts.messages import Purpose

KIND = "CHAN"
Stream = Literal["marketing", "transactional"]


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)


class SealedSecrets(_Model):
    """A provider's secrets, encrypted together.

    Attributes:
        sealed: The ciphertext of a JSON object, base64.
        at: When they were set.
    """

    sealed: str
    at: AwareDatetime


class Provider(_Model):
    """A provider that a workspace uses.

    Attributes:
        id: Its name here; two of one kind may stand side by side.
        kind: Its kind (`stepwell.channels.providers`).
        enabled: Whether it may send.
        options: What its kind asks for.
        secrets: Encrypted; None: not set.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,29}$")
    kind: str = Field(max_length=30)
    enabled: bool = True
    options: dict[str, Any] = Field(default_factory=dict)
    secrets: SealedSecrets | None = None


Route = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1, max_length=5)]
"""Ids of providers: the first sends, the next where one before surely took nothing."""


class ChannelSettings(_Model):
    """A channel of a workspace.

    Attributes:
        providers: Its providers; none: the channel's default one.
        streams: By which providers each stream goes; one not named: by all, in their order.
    """

    providers: tuple[Provider, ...] = Field(default=(), max_length=10)
    streams: dict[Stream, Route] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _named(self) -> ChannelSettings:
        ids = [provider.id for provider in self.providers]
        if len(set(ids)) != len(ids):
            raise ValueError("two providers have the same id")
        for stream, route in self.streams.items():
            unknown = [id_ for id_ in route if id_ not in ids]
            if unknown:
                raise ValueError(f"the stream `{stream}` names `{unknown[0]}`, which is no provider")
        return self

    def provider(self, id_: str) -> Provider | None:
        """Return a provider by its id."""
        return next((provider for provider in self.providers if provider.id == id_), None)

    def route(self, purpose: Purpose) -> tuple[Provider, ...]:
        """Return by whom messages of a purpose go, the preferred first; none are set: empty."""
        wanted = self.streams.get(purpose.value) or tuple(provider.id for provider in self.providers)
        found = (self.provider(id_) for id_ in wanted)
        return tuple(provider for provider in found if provider is not None and provider.enabled)

    def document(self) -> dict[str, Any]:
        """Return what is stored."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def shown(self) -> Mapping[str, Any]:
        """Return what people see: of secrets only when they were set."""
        told = self.model_dump(mode="json")
        for shown, provider in zip(told["providers"], self.providers, strict=True):
            del shown["secrets"]
            shown["secrets_set_at"] = provider.secrets.at if provider.secrets else None
        return told
