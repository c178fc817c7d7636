"""Forms, the stages in which contacts become known, their consents with proof, and retention."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.people import ConsentProof
from replies.profiling import ContactStages, FormSummary, RetentionApplied, Stages
from replies.profiling import Form as FormReply
from replies.profiling import Retention as RetentionReply
from stepwell.consent.proofs import of_contact
from stepwell.errors import Conflict, InvalidInput
from stepwell.profiles.retention import Retention
from stepwell.profiles.schema import schema_of
from stepwell.publishing import contacts, profiling
from stepwell.publishing.listing import page as page_of

from routes.replies import listed, plain, reply, stored
from routes.routing import Call, decoded, routed, this, topic

router = topic("Forms")


class FormIn(BaseModel):
    """A form and the revision that it was read at."""

    model_config = ConfigDict(extra="forbid")

    form: dict[str, Any] = Field(description="The form; see the reference of progressive profiling.")
    rev: int = Field(default=0, ge=0, description="0: it is new.")


class StagesIn(BaseModel):
    """Stages and the revision that they were read at."""

    model_config = ConfigDict(extra="forbid")

    stages: list[dict[str, Any]] = Field(min_length=1, max_length=20)
    rev: int = Field(default=0, ge=0)


class RetentionIn(BaseModel):
    """How long values are kept."""

    model_config = ConfigDict(extra="forbid")

    inactive_days: int | None = Field(default=None, ge=1, le=3650)
    purge: Literal["personal", "all"] = "personal"
    attributes: dict[str, int | None] = Field(
        default={}, max_length=200, description="Days by attribute; null: for good. Others stay as they are."
    )


def _ports(call: Call) -> profiling.FormPorts:
    return profiling.FormPorts(call.wired.parts.config, call.wired.segments.rules)


@routed(router, "GET", "/forms", "viewer", "List forms")
def list_forms(
    q: Annotated[str, Query(description="Part of id or name.")] = "",
    form_type: Annotated[str, Query()] = "",
    sort: Annotated[Literal["id", "name", "form_type"], Query()] = "id",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[FormSummary]:
    """List forms."""
    call, wanted = this(), q.casefold()
    items = [
        {
            "id": one.id,
            "name": str(one.body.get("name") or one.id),
            "form_type": str(one.body.get("form_type") or "contact"),
            "fields": len(one.body.get("fields") or ()),
            "active": bool(one.body.get("active", True)),
            "rev": one.rev,
            "updated_at": plain(one.at),
        }
        for one in profiling.all_forms(_ports(call), call.tenant)
    ]
    page = page_of(
        [
            one
            for one in items
            if wanted in f"{one['id']}\n{one['name']}".casefold()
            and (not form_type or one["form_type"] == form_type)
        ],
        by=lambda one: str(one[sort]).casefold(),
        id_of=lambda one: str(one["id"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "GET", "/forms/<form>", "viewer", "Read a form")
def read_form(form: str) -> FormReply:
    """Read a form."""
    call = this()
    found, rev = profiling.form_of(_ports(call), call.tenant, form)
    return {"form": found.document(), "rev": rev}


@routed(router, "POST", "/forms", "editor", "Create a form", status=201)
def create_form(body: Annotated[FormIn, Body()]) -> FormReply:
    """Create a form."""
    try:
        return _save(body.form, 0)
    except Conflict:
        raise Conflict("There is a form of this id already.", code="form_exists") from None


@routed(router, "PUT", "/forms/<form>", "editor", "Change a form (409 if somebody else did)")
def update_form(form: str, body: Annotated[FormIn, Body()]) -> FormReply:
    """Change a form."""
    if body.form.get("id", form) != form:
        raise InvalidInput("A form's id never changes.", code="id_changed")
    return _save({**body.form, "id": form}, body.rev)


def _save(document: dict[str, Any], rev: int) -> FormReply:
    call = this()
    saved = profiling.save_form(_ports(call), call.tenant, document, rev, call.actor)
    form, _ = profiling.form_of(_ports(call), call.tenant, str(document["id"]))
    call.ports.note(call.tenant, call.actor, "form.saved", f"form/{form.id}", rev=saved)
    return {"form": form.document(), "rev": saved}


@routed(router, "DELETE", "/forms/<form>", "editor", "Delete a form; what was agreed to stays provable")
def delete_form(form: str) -> Deleted:
    """Delete a form."""
    call = this()
    profiling.delete_form(_ports(call), call.tenant, form)
    call.ports.note(call.tenant, call.actor, "form.deleted", f"form/{form}")
    return {"deleted": form}


@routed(router, "GET", "/stages", "viewer", "Read the stages in which contacts become known")
def read_stages() -> Stages:
    """Read the stages."""
    call = this()
    stages, rev = profiling.stages_of(call.wired.parts.config, call.tenant)
    return reply(Stages, {**stages.model_dump(mode="json"), "rev": rev})


@routed(router, "PUT", "/stages", "admin", "Change the stages (409 if somebody else did)")
def save_stages(body: Annotated[StagesIn, Body()]) -> Stages:
    """Change the stages."""
    call = this()
    rev = profiling.save_stages(
        call.wired.parts.config, call.tenant, {"stages": body.stages}, body.rev, call.actor
    )
    call.ports.note(call.tenant, call.actor, "stages.saved", "stages", rev=rev)
    return read_stages()


@routed(router, "GET", "/contacts/<contact>/stages", "viewer", "How far a contact has come, stage by stage")
def read_contact_stages(contact: str) -> ContactStages:
    """Tell how far a contact has come."""
    call = this()
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    stages, _ = profiling.stages_of(call.wired.parts.config, call.tenant)
    rules, _ = call.wired.segments.rules.read(call.tenant)
    found = profiling.progress(stages.stages, profile, schema_of(rules.get("schema")), call.ports.now())
    return {"contact": profile.id, "stages": plain(found)}


@routed(router, "GET", "/contacts/<contact>/consents", "viewer", "What a contact agreed to, with proof")
def list_contact_consents(
    contact: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[ConsentProof]:
    """List proofs of consents, newest first."""
    call = this()
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    found, after = of_contact(call.wired.parts.proofs, call.tenant, profile.ids, limit, cursor or None)
    return stored(found, after)


@routed(router, "GET", "/retention", "viewer", "How long values are kept")
def read_retention() -> RetentionReply:
    """Read the retention."""
    call = this()
    return reply(RetentionReply, profiling.retention_of(call.wired.segments.rules, call.tenant))


@routed(router, "PUT", "/retention", "admin", "Change how long values are kept")
def save_retention(body: Annotated[RetentionIn, Body()]) -> RetentionReply:
    """Change the retention."""
    call = this()
    policy = Retention(inactive_days=body.inactive_days, purge=body.purge)
    saved = profiling.save_retention(call.wired.segments.rules, call.tenant, policy, body.attributes)
    call.ports.note(call.tenant, call.actor, "retention.saved", "retention", **saved)
    return reply(RetentionReply, saved)


@routed(
    router, "POST", "/retention/apply", "admin", "Have a page of contacts looked at (repeat with `cursor`)"
)
def apply_retention(cursor: Annotated[str, Query()] = "") -> RetentionApplied:
    """Have contacts looked at that nothing was heard of since the retention was saved; a page a call."""
    call = this()
    page, after = call.ports.profiles.page(call.tenant, 500, cursor or None)
    events = profiling.walk(page, call.ports.now())
    if events:
        call.runtime.events.emit(call.tenant, events)
    return {"asked": len(events), "cursor": after}
