"""The preference centre, double opt-in, and requests of contacts about their data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.preferences import CentrePreview, DataRequest, OptInAsked, PreferenceCentre
from stepwell.consent.asking import asking
from stepwell.consent.centre import ID, KIND, read_centre
from stepwell.consent.preference_pages import sample_page
from stepwell.errors import NotFound
from stepwell.publishing import contacts

from routes.replies import reply, stored
from routes.routing import decoded, routed, this, topic

router = topic("Preferences")
EXAMPLE = {"topics": [{"id": "news", "name": {"en": "News", "de": "Neuigkeiten"}}], "accent": "#1f6f5c"}


class CentreIn(BaseModel):
    """The centre, and the revision that it was made from."""

    model_config = ConfigDict(extra="forbid")

    centre: dict[str, Any] = Field(examples=[EXAMPLE], description="See the reference of the send gate.")
    rev: int = Field(default=0, ge=0)


class CentrePreviewIn(BaseModel):
    """A centre as it is being changed."""

    model_config = ConfigDict(extra="forbid")

    centre: dict[str, Any] = Field(examples=[EXAMPLE])
    language: Literal["en", "de"] = "en"
    page: Literal["choices", "confirm"] = "choices"


class OptInIn(BaseModel):
    """What somebody was asked, in the words that they saw."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["email", "sms"] = "email"
    wording: str = Field(min_length=1, max_length=1_000)
    page: str = Field(default="", max_length=500, description="Where it was asked.")


class CloseIn(BaseModel):
    """What became of a request."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["done", "refused"]
    note: str = Field(default="", max_length=300, description="Why; no personal data.")


@routed(router, "GET", "/preference-centre", "viewer", "Read what the preference centre offers")
def read_preference_centre() -> PreferenceCentre:
    """Return the centre."""
    call = this()
    try:
        found = call.wired.parts.config.document(call.tenant, KIND, ID)
    except NotFound:
        return {"centre": read_centre(None).model_dump(mode="json"), "rev": 0}
    return {"centre": read_centre(found.body).model_dump(mode="json"), "rev": found.rev}


@routed(
    router, "PUT", "/preference-centre", "editor", "Change the preference centre (409 if somebody else did)"
)
def save_preference_centre(body: Annotated[CentreIn, Body()]) -> PreferenceCentre:
    """Save the centre; its pages show it within a minute."""
    call = this()
    centre = read_centre(body.centre)
    told = centre.model_dump(mode="json", exclude_defaults=True)
    saved = call.wired.parts.config.save_document(call.tenant, KIND, ID, body.rev, told, call.actor)
    call.ports.note(call.tenant, call.actor, "preference_centre.saved", "preference-centre", rev=saved.rev)
    return {"centre": centre.model_dump(mode="json"), "rev": saved.rev}


@routed(router, "POST", "/preference-centre/preview", "viewer", "See how a preference centre looks")
def preview_preference_centre(body: Annotated[CentrePreviewIn, Body()]) -> CentrePreview:
    """Return the page for somebody who gets everything; nothing is saved."""
    call = this()
    workspace = call.ports.inventory.workspace(call.tenant)
    sender = workspace.name or call.tenant
    html = sample_page(read_centre(body.centre), sender, body.language, confirm=body.page == "confirm")
    return {"html": html}


@routed(
    router, "POST", "/contacts/<contact>/opt-in", "editor", "Ask a contact to confirm an opt-in", status=202
)
def ask_opt_in(contact: str, body: Annotated[OptInIn, Body()]) -> OptInAsked:
    """Keep the proof that it was asked, and emit `opt_in_requested`: a workflow sends `{{ confirm_url }}`."""
    call = this()
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    source = f"api:{call.actor}"
    proofs, event = asking(profile, body.channel, body.wording, body.page, source, call.ports.now())
    call.wired.parts.proofs.put(call.tenant, proofs)
    call.runtime.events.emit(call.tenant, [event])
    call.ports.note(
        call.tenant, call.actor, "contact.opt_in_asked", f"contact/{profile.id}", channel=body.channel
    )
    return {"contact": profile.id, "channel": body.channel, "asked": True}


@routed(router, "GET", "/data-requests", "admin", "Open requests of contacts for their data, or to be erased")
def list_data_requests(
    limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Annotated[str, Query()] = ""
) -> Listed[DataRequest]:
    """List open requests."""
    call = this()
    found, after = call.wired.data_requests.open(call.tenant, limit, cursor or None)
    return stored(found, after)


@routed(router, "POST", "/data-requests/<request>/close", "admin", "Close a request: it was done or refused")
def close_data_request(request: str, body: Annotated[CloseIn, Body()]) -> DataRequest:
    """Close a request; carrying it out is `GET /contacts/{contact}/data` or `POST /contacts/{contact}/erasure`."""
    call = this()
    closed = call.wired.data_requests.close(call.tenant, decoded(request))
    call.ports.note(
        call.tenant,
        call.actor,
        f"data_request.{body.outcome}",
        f"contact/{closed.profile}",
        what=closed.what,
        asked_at=closed.at.isoformat(),
        note=body.note,
    )
    return reply(DataRequest, closed)
