"""Providers as they are: which is left alone for a while, and whether one takes a message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.channels import ProviderState
from replies.forms import Listed
from replies.trying import SentTest
from stepwell.content.render import Rendered
from stepwell.contracts.clock import iso
from stepwell.errors import InvalidInput, NotFound
from stepwell.publishing.channels import settings_of
from stepwell.publishing.rendering import Draft
from stepwell.publishing.test_sending import Tester

from routes.replies import reply, whole
from routes.routing import routed, this, topic

router = topic("Channels")


class ProviderTestIn(BaseModel):
    """Where the test goes."""

    model_config = ConfigDict(extra="forbid")

    to: str = Field(default="", max_length=320, description="Empty: your own verified address.")


@routed(
    router, "GET", "/channels/<channel>/state", "viewer", "See which providers are left alone for a while"
)
def read_provider_states(channel: str) -> Listed[ProviderState]:
    """Return how each provider of a channel fared lately; one alone is never left alone."""
    call = this()
    settings, _ = settings_of(call.wired.channels.documents, call.tenant, channel)
    sender = call.wired.parts.sender(channel)
    found = []
    for one in settings.providers:
        failures, until = sender.fared(call.tenant, one.id)
        rests = iso(datetime.fromtimestamp(until / 1000, UTC)) if until else None
        found.append(reply(ProviderState, {"provider": one.id, "failures": failures, "rests_until": rests}))
    return whole(found)


@routed(
    router,
    "POST",
    "/channels/<channel>/providers/<provider>/test",
    "admin",
    "Send yourself a message by one provider",
)
def test_provider(channel: str, provider: str, body: Annotated[ProviderTestIn, Body()]) -> SentTest:
    """Send a short e-mail to your own address or a test address by this provider alone; it counts nowhere."""
    call = this()
    settings, _ = settings_of(call.wired.channels.documents, call.tenant, channel)
    one = settings.provider(provider)
    if one is None:
        raise NotFound(f"There is no provider `{provider}` of {channel}.", code="no_provider")
    if channel != "email":
        raise InvalidInput("Only providers of e-mail can be tried by a message.", code="no_provider_test")
    workspace = call.ports.inventory.workspace(call.tenant)
    said = f"{one.id} ({one.kind}) sends for {workspace.name or call.tenant}."
    draft = Draft(
        Rendered(said, "", f"{said}\n\nYou asked for this message to see that it arrives.\n"),
        workspace.sender,
        "",
    )
    console = call.wired.console
    tester = Tester(
        call.wired.parts.sender(channel).alone(call.tenant, one), call.wired.parts.config, call.ports
    )
    person = console.directory.person(call.actor)
    return reply(
        SentTest, tester.send(workspace, call.actor, person, body.to, draft, f"channel/{channel}/{provider}")
    )
