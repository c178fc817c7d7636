"""Notifications: the keys by which a workspace's are signed, and the browsers of a contact."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.push import ContactBrowser, PushKeys
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotFound
from stepwell.publishing import contacts
from stepwell.publishing.access_request import browser_of
from stepwell.publishing.push_keys import make_keys

from routes.replies import reply, whole
from routes.routing import Call, decoded, routed, this, topic

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


def _find(call: Call, contact: str) -> Profile:
    return contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))


@routed(router, "GET", "/contacts/<contact>/browsers", "viewer", "Browsers that show a contact notifications")
def list_contact_browsers(contact: str) -> Listed[ContactBrowser]:
    """Return a contact's browsers and apps, the newest first; where they are reached is not shown."""
    call = this()
    found = call.wired.parts.subscriptions.of(call.tenant, _find(call, contact).ids)
    return whole([reply(ContactBrowser, {"id": one.subscription.id, **browser_of(one)}) for one in found])


@routed(router, "DELETE", "/contacts/<contact>/browsers/<browser>", "editor", "Write to a browser no more")
def remove_contact_browser(contact: str, browser: str) -> Deleted:
    """Take a browser away; it comes back when it subscribes again."""
    call = this()
    profile, id_ = _find(call, contact), decoded(browser)
    book = call.wired.parts.subscriptions
    if id_ not in {one.subscription.id for one in book.of(call.tenant, profile.ids)}:
        raise NotFound("The contact has no such browser.", code="no_browser")
    book.drop(call.tenant, profile.ids, [id_])
    call.ports.note(call.tenant, call.actor, "contact.browser_removed", f"contact/{profile.id}", browser=id_)
    return {"deleted": id_}
