"""Domains and addresses to send from."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.reviewing import SendingIdentity
from stepwell.publishing.identities import Senders

from routes.replies import reply, whole
from routes.routing import decoded, routed, this, topic

router = topic("Sending identities")


class IdentityIn(BaseModel):
    """A domain or an address."""

    model_config = ConfigDict(extra="forbid")

    identity: str = Field(max_length=320, examples=["shop.example", "hello@shop.example"])


class MailFromIn(BaseModel):
    """The label before the domain."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(default="", max_length=42, examples=["bounce"], description="Empty: SES's own domain.")


def _senders() -> Senders:
    found: Senders = this().wired.console.senders
    return found


@routed(router, "GET", "/sending-identities", "viewer", "List domains and addresses to send from")
def list_sending_identities() -> Listed[SendingIdentity]:
    """List them with their DNS records and state."""
    return whole(_senders().all(this().tenant))


@routed(router, "POST", "/sending-identities", "admin", "Add a domain or an address to send from", status=201)
def add_sending_identity(body: Annotated[IdentityIn, Body()]) -> SendingIdentity:
    """Add a domain (put its records into DNS) or an address (a link is mailed to it)."""
    call = this()
    return reply(SendingIdentity, _senders().add(call.tenant, body.identity, call.actor))


@routed(router, "GET", "/sending-identities/<identity>", "viewer", "Read a sending identity, state as of now")
def read_sending_identity(identity: str) -> SendingIdentity:
    """Return one, as the provider sees it now."""
    return reply(SendingIdentity, _senders().read(this().tenant, decoded(identity)))


@routed(router, "DELETE", "/sending-identities/<identity>", "admin", "Remove a sending identity")
def remove_sending_identity(identity: str) -> Deleted:
    """Remove one that the workspace added and its default sender does not need."""
    call = this()
    return {"deleted": _senders().remove(call.tenant, decoded(identity), call.actor)}


@routed(
    router, "PUT", "/sending-identities/<identity>/mail-from", "admin", "Set the domain that bounces go to"
)
def set_mail_from(identity: str, body: Annotated[MailFromIn, Body()]) -> SendingIdentity:
    """Set the MAIL FROM domain; until its records are in DNS, SES's own is used."""
    call = this()
    return reply(
        SendingIdentity, _senders().set_mail_from(call.tenant, decoded(identity), body.label, call.actor)
    )
