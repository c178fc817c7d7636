"""Text messages: how long a text is, and what the account sends from."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.texts import TextLength, TextSenders
from stepwell.channels.sms.settings import Country, SmsSettings
from stepwell.publishing import texting
from stepwell.publishing.channels import settings_of

from routes.replies import reply
from routes.routing import routed, this, topic

router = topic("Channels")


class TextIn(BaseModel):
    """A text to look at."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=texting.MAX_TEXT, examples=["Sale today – 20 % off. Reply STOP to opt out"])
    countries: list[Country] = Field(
        default_factory=list, max_length=texting.MAX_COUNTRIES, examples=[["US", "DE"]]
    )
    purpose: Literal["marketing", "transactional"] = "marketing"


def _settings() -> SmsSettings:
    call = this()
    return cast("SmsSettings", settings_of(call.wired.channels.documents, call.tenant, "sms")[0])


@routed(router, "POST", "/texts/length", "viewer", "Count a text's segments, and what it costs where")
def measure_text(body: Annotated[TextIn, Body()]) -> TextLength:
    """Return how long a text is; nothing is sent."""
    call = this()
    name = call.ports.inventory.workspace(call.tenant).name
    found = texting.looked_at(body.text, body.countries, body.purpose, _settings(), name)
    return reply(TextLength, dict(found))


@routed(router, "GET", "/texts/senders", "admin", "Get the account's numbers, names and registrations")
def get_text_account() -> TextSenders:
    """Return what AWS End User Messaging has for this account."""
    return reply(TextSenders, texting.account_of(this().wired.channels.account, _settings()))
