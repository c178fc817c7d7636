"""Ready-made mappings of the named providers, each with a sample body by which it is tested and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stepwell.errors import InvalidInput
from stepwell.sources.models import Webhook

PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made mapping.

    Attributes:
        name: Its name; also that of its file in ``mappings/``.
        title: For a person.
        schemes: Where it is used unless another is named.
        callback: Whether it tells of the platform's own messages, so that it needs a callback source.
    """

    name: str
    title: str
    schemes: tuple[str, ...] = ()
    callback: bool = False

    @property
    def mapping(self) -> str:
        """Its JSONata."""
        return _read(self.name)


_ALL = (
    Preset(
        PLAIN, "Plain: the event is `webhook:<source>`, of whom the body names at its top", ("hmac", "token")
    ),
    Preset("github", "GitHub: issues, stars, pushes and more, by the sender's login", ("github",)),
    Preset("hubspot", "HubSpot: changes of contacts, deals and tickets", ("hubspot",)),
    Preset("meta_leads", "Meta: lead forms, page comments, messages", ("meta",)),
    Preset("x", "X: mentions, follows, likes", ("x",)),
    Preset("linkedin", "LinkedIn: lead forms, comments and shares of a company page", ("linkedin",)),
    Preset("sns", "SNS: the message is JSON in plain form", ("sns",)),
    Preset("sendgrid", "SendGrid: what became of messages", ("sendgrid",), callback=True),
    Preset("mailgun", "Mailgun: what became of messages", ("mailgun",), callback=True),
    Preset("ses", "SES through SNS: what became of messages", (), callback=True),
    Preset("bird", "Bird: what became of text messages, answers to them", ("standard",), callback=True),
    Preset(
        "eum", "AWS End User Messaging through SNS: deliveries of text messages, answers", (), callback=True
    ),
    Preset("twilio", "Twilio: what became of messages, replies, calls", ("twilio",)),
)
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}


@cache
def _read(name: str) -> str:
    return (files("stepwell.sources") / "mappings" / f"{name}.jsonata").read_text("utf-8")


def preset_of(webhook: Webhook) -> Preset:
    """Return the ready-made mapping of a source that has none of its own.

    Raises:
        InvalidInput: There is no preset of that name, or it needs a callback source.
    """
    name = webhook.preset or next((p.name for p in _ALL if webhook.scheme in p.schemes), PLAIN)
    preset = PRESETS.get(name)
    if preset is None:
        raise InvalidInput(
            f"There is no ready-made mapping `{name}`; there are {', '.join(sorted(PRESETS))}.",
            code="no_preset",
        )
    if preset.callback and not webhook.callback:
        raise InvalidInput(
            f"`{name}` tells of messages that the platform sent: it needs `callback`.", code="callback_needed"
        )
    return preset


def mapping_of(webhook: Webhook) -> str:
    """Return the JSONata that a source's calls are mapped by.

    Raises:
        InvalidInput: See `preset_of`.
    """
    return webhook.mapping.strip() or preset_of(webhook).mapping
