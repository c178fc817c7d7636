"""Notifications: the keys by which a workspace's are signed."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.push import PushKeys
from stepwell.publishing.push_keys import make_keys

from routes.routing import routed, this, topic

router = topic("Channels")


class KeysIn(BaseModel):
    """What a new pair is made for."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(
        default="",
        max_length=200,
        examples=["mailto:ops@example.com"],
        description="Whom push services may write to; empty: the workspace's sender.",
    )
    replace: bool = Field(default=False, description="Make another pair: it ends all subscriptions.")


@routed(router, "POST", "/push/keys", "admin", "Make the keys of web push (409 if there are some)")
def make_push_keys(body: Annotated[KeysIn, Body()]) -> PushKeys:
    """Make the pair by which browsers subscribe; the private key is sealed and never shown."""
    from stepwell.adapters.push_crypto import new_keys

    call = this()
    settings, rev = make_keys(
        call.wired.channels,
        call.tenant,
        call.ports.inventory.workspace(call.tenant),
        new_keys,
        subject=body.subject,
        replace=body.replace,
        actor=call.actor,
        now=call.ports.now(),
    )
    made = next(one for one in settings.providers if one.kind == "web_push")
    call.ports.note(call.tenant, call.actor, "channel.push_keys_made", f"channel/push/{made.id}", rev=rev)
    return {"provider": made.id, "public_key": str(made.options["public_key"]), "rev": rev}
