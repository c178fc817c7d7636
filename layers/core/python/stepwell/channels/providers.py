"""The providers of each channel: one table, from which settings, API, command line and sending take what exists.

A row names its model of options and its adapter by path, so that the table costs no import: a process loads the one
provider that it uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict

from stepwell.errors import NotFound

CHANNELS = ("email", "sms", "push")


class NoOptions(BaseModel):
    """Of a provider that needs none."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of provider.

    Attributes:
        channel: What it sends.
        name: Its name in settings.
        label: Its name for people.
        adapter: ``module:function``; called with `ProviderParts` it returns a `Sender`.
        options: ``module:Model`` of its options.
        secrets: Sets of secrets that it takes, each complete by itself; none: it needs no secret.
    """

    channel: str
    name: str
    label: str
    adapter: str
    options: str = "stepwell.channels.providers:NoOptions"
    secrets: tuple[frozenset[str], ...] = ()

    def options_model(self) -> type[BaseModel]:
        """Load the model of its options."""
        model: type[BaseModel] = loaded(self.options)
        return model


# The first of a channel is the one that sends where a workspace has set none.
PROVIDERS: tuple[ProviderKind, ...] = (
    ProviderKind(
        "email",
        "ses",
        "Amazon SES",
        "stepwell.adapters.ses_mailer:made",
        "stepwell.channels.email_options:SesOptions",
    ),
    ProviderKind(
        "email",
        "sendgrid",
        "SendGrid",
        "stepwell.adapters.sendgrid_mailer:made",
        "stepwell.channels.email_options:SendGridOptions",
        (frozenset({"api_key"}),),
    ),
    ProviderKind(
        "email",
        "mailgun",
        "Mailgun",
        "stepwell.adapters.mailgun_mailer:made",
        "stepwell.channels.email_options:MailgunOptions",
        (frozenset({"api_key"}),),
    ),
    ProviderKind(
        "sms",
        "eum",
        "AWS End User Messaging",
        "stepwell.adapters.eum_sms:made",
        "stepwell.channels.sms.options:EumOptions",
    ),
    ProviderKind(
        "sms",
        "sns",
        "Amazon SNS",
        "stepwell.adapters.sns_sms:made",
        "stepwell.channels.sms.options:SnsOptions",
    ),
    ProviderKind(
        "sms",
        "twilio",
        "Twilio",
        "stepwell.adapters.twilio_sms:made",
        "stepwell.channels.sms.options:TwilioOptions",
        (frozenset({"auth_token"}), frozenset({"api_key", "api_secret"})),
    ),
    ProviderKind(
        "sms",
        "bird",
        "Bird (MessageBird)",
        "stepwell.adapters.bird_sms:made",
        "stepwell.channels.sms.options:BirdOptions",
        (frozenset({"api_key"}),),
    ),
    ProviderKind(
        "push",
        "web_push",
        "Web push",
        "stepwell.adapters.web_push:made",
        "stepwell.channels.push.options:WebPushOptions",
        (frozenset({"private_key"}),),
    ),
    ProviderKind(
        "push",
        "fcm",
        "Firebase Cloud Messaging",
        "stepwell.adapters.fcm:made",
        "stepwell.channels.push.options:FcmOptions",
        (frozenset({"service_account"}),),
    ),
)
# A channel whose settings are more than providers and streams has a model of its own, below `ChannelSettings`.
_SETTINGS: dict[str, str] = {
    "email": "stepwell.channels.email_settings:EmailSettings",
    "sms": "stepwell.channels.sms.settings:SmsSettings",
}


def kinds_of(channel: str) -> Sequence[ProviderKind]:
    """Return the kinds of a channel, the default first.

    Raises:
        NotFound: There is no such channel.
    """
    if channel not in CHANNELS:
        raise NotFound(f"There is no channel `{channel}`.", code="no_channel")
    return [kind for kind in PROVIDERS if kind.channel == channel]


def kind_of(channel: str, name: str) -> ProviderKind:
    """Return a kind.

    Raises:
        NotFound: There is no such channel, or no such kind of it.
    """
    found = next((kind for kind in kinds_of(channel) if kind.name == name), None)
    if found is None:
        raise NotFound(f"There is no provider `{name}` of {channel}.", code="no_provider_kind")
    return found


def settings_model(channel: str) -> Any:
    """Load the model of a channel's settings, `ChannelSettings` or one below it."""
    return loaded(_SETTINGS.get(channel, "stepwell.channels.settings:ChannelSettings"))


@cache
def loaded(path: str) -> Any:
    """Load ``module:name``."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
