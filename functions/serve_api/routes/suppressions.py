"""Suppressed addresses: what another provider's list says, whether one is suppressed, lifting."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.suppressions import SuppressedAddress, SuppressionsChanged
from stepwell.publishing import suppressions
from stepwell.publishing.suppressions import MOST, Channel, Reason

from routes.replies import reply, whole
from routes.routing import routed, this, topic

router = topic("Contacts")

Addresses = Annotated[
    list[Annotated[str, Field(min_length=3, max_length=320)]], Field(min_length=1, max_length=MOST)
]


class SuppressIn(BaseModel):
    """Addresses that shall get nothing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    channel: Channel = "email"
    addresses: Addresses = Field(
        examples=[["gone@example.com"]], description="Numbers with their country code."
    )
    reason: Reason = Field(
        default="manual", description="`unsubscribed` lets transactional mail through, all others nothing."
    )
    source: str = Field(default="api", max_length=100, examples=["SES account list"])


class AddressesIn(BaseModel):
    """Addresses of a channel."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    channel: Channel = "email"
    addresses: Addresses


@routed(router, "POST", "/suppressions", "publisher", "Suppress addresses, e.g. of another provider's list")
def add_suppressions(body: Annotated[SuppressIn, Body()]) -> SuppressionsChanged:
    """Suppress up to 200 addresses, whether or not contacts have them; who is suppressed already stays so."""
    call = this()
    store = call.runtime.messaging
    done = suppressions.add(
        store, call.tenant, body.channel, body.addresses, body.reason, call.ports.now(), body.source
    )
    if done.changed:
        told = {"count": str(done.changed), "reason": body.reason, "source": body.source}
        call.ports.note(call.tenant, call.actor, "suppressions.added", f"suppressions/{body.channel}", **told)
    return reply(SuppressionsChanged, vars_of(done))


@routed(router, "POST", "/suppressions/look", "editor", "See which of some addresses are suppressed, and why")
def look_at_suppressions(body: Annotated[AddressesIn, Body()]) -> Listed[SuppressedAddress]:
    """Return those of up to 200 addresses that are suppressed; no list of all exists, for hashes are kept."""
    call = this()
    found = suppressions.look(call.runtime.messaging, call.tenant, body.channel, body.addresses)
    return whole([{"address": address, "reason": reason} for address, reason in found.items()])


@routed(router, "POST", "/suppressions/lift", "admin", "Lift suppressions of addresses")
def lift_suppressions(body: Annotated[AddressesIn, Body()]) -> SuppressionsChanged:
    """Lift suppressions, e.g. after a mailbox was mended; what contacts denied stays denied."""
    call = this()
    done = suppressions.lift(call.runtime.messaging, call.tenant, body.channel, body.addresses)
    if done.changed:
        told = {"count": str(done.changed)}
        call.ports.note(
            call.tenant, call.actor, "suppressions.lifted", f"suppressions/{body.channel}", **told
        )
    return reply(SuppressionsChanged, vars_of(done))


def vars_of(done: suppressions.Outcome) -> dict[str, object]:
    """Return an outcome as it is answered."""
    return {"changed": done.changed, "known": done.known, "refused": list(done.refused)}
