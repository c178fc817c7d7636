"""Channels: providers, their options and secrets, which stream goes by which."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.channels import Channel, ProviderSecrets
from replies.forms import Listed
from stepwell.channels.providers import CHANNELS, kinds_of
from stepwell.channels.settings import ChannelSettings
from stepwell.contracts.clock import iso
from stepwell.publishing import channels

from routes.replies import reply, whole
from routes.routing import routed, this, topic

router = topic("Channels")
EXAMPLE = {"providers": [{"id": "main", "kind": "ses"}], "streams": {"marketing": ["main"]}}


class ChannelIn(BaseModel):
    """Settings and the revision that they were read at."""

    model_config = ConfigDict(extra="forbid")

    settings: dict[str, Any] = Field(examples=[EXAMPLE], description="See the reference of the send gate.")
    rev: int = Field(default=0, ge=0)


class SecretsIn(BaseModel):
    """Secrets of a provider; never shown again."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    secrets: dict[str, str] = Field(min_length=1, max_length=5, examples=[{"api_key": "…"}])


def _shown(channel: str, settings: ChannelSettings, rev: int) -> Channel:
    kinds = kinds_of(channel)
    told = {
        "channel": channel,
        "rev": rev,
        "default": kinds[0].name if kinds else None,
        "settings": settings.shown(),
        "kinds": [
            {
                "kind": kind.name,
                "label": kind.label,
                "options": kind.options_model().model_json_schema(),
                "secrets": [sorted(names) for names in kind.secrets],
            }
            for kind in kinds
        ],
    }
    return reply(Channel, told)


@routed(router, "GET", "/channels", "viewer", "List channels with their providers (never secrets)")
def list_channels() -> Listed[Channel]:
    """Return all channels."""
    call = this()
    ports = call.wired.channels
    return whole(
        [_shown(name, *channels.settings_of(ports.documents, call.tenant, name)) for name in CHANNELS]
    )


@routed(router, "GET", "/channels/<channel>", "viewer", "Read a channel's providers and streams")
def read_channel(channel: str) -> Channel:
    """Return a channel."""
    call = this()
    found = channels.settings_of(call.wired.channels.documents, call.tenant, channel)
    return _shown(channel, *found)


@routed(
    router, "PUT", "/channels/<channel>", "admin", "Change a channel; secrets stay (409 if somebody else did)"
)
def save_channel(channel: str, body: Annotated[ChannelIn, Body()]) -> Channel:
    """Save a channel's settings; they hold within a minute."""
    call = this()
    saved = channels.save(call.wired.channels, call.tenant, channel, body.settings, body.rev, call.actor)
    kinds = sorted({provider.kind for provider in saved[0].providers})
    call.ports.note(call.tenant, call.actor, "channel.saved", f"channel/{channel}", kinds=kinds, rev=saved[1])
    return _shown(channel, *saved)


@routed(
    router, "PUT", "/channels/<channel>/providers/<provider>/secrets", "admin", "Set a provider's secrets"
)
def set_provider_secrets(channel: str, provider: str, body: Annotated[SecretsIn, Body()]) -> ProviderSecrets:
    """Set secrets, encrypted; they are never shown."""
    call = this()
    now = call.ports.now()
    _, rev = channels.set_secrets(
        call.wired.channels, call.tenant, channel, provider, body.secrets, call.actor, now
    )
    call.ports.note(call.tenant, call.actor, "channel.secrets_set", f"channel/{channel}/{provider}")
    return {"channel": channel, "provider": provider, "rev": rev, "set_at": iso(now)}
