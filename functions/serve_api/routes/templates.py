"""Message templates: create, read, change, delete, check, preview."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.templates import (
    SavedTemplate,
    TemplateDraft,
    TemplateSummary,
    TemplateUser,
    UsedTemplate,
)
from replies.templates import Template as TemplateReply
from stepwell.adapters.items.config import TEMPLATE
from stepwell.content.checks import check_template, variables_of
from stepwell.content.including import Find
from stepwell.content.library import parse_template
from stepwell.content.models import Template
from stepwell.content.preparing import prepared, template_document
from stepwell.content.render import Renderer
from stepwell.contracts.workspace import GIT, Document
from stepwell.errors import Conflict, InvalidInput, ValidationFailed
from stepwell.publishing import pieces
from stepwell.publishing.git_messages import ensure_editable
from stepwell.publishing.listing import page as page_of
from stepwell.publishing.message_uses import users_of_messages
from stepwell.publishing.records import WorkflowRecord

from routes.replies import listed, plain
from routes.routing import Call, routed, this, topic

router = topic("Templates")


class TemplateIn(BaseModel):
    """A template's document."""

    model_config = ConfigDict(extra="forbid")

    template: dict[str, Any]


class TemplateUpdate(TemplateIn):
    """A changed template."""

    rev: int = Field(ge=1, description="The template's `rev` as you read it.")


@cache
def renderer() -> Renderer:
    """Return the process's renderer."""
    return Renderer()


def finder(call: Call) -> Find:
    """Return what finds the workspace's snippets, blocks and sources."""
    return pieces.finder(call.wired.parts.config, call.tenant)


def faults_of(call: Call, template: Template) -> list[dict[str, Any]]:
    """Return all that is wrong with a template, with the pieces that it names."""
    return check_template(renderer(), template, finder(call))


def checked(call: Call, document: dict[str, Any]) -> tuple[Template, list[dict[str, Any]]]:
    """Return a template that can be saved, its MJML compiled, with warnings.

    Raises:
        ValidationFailed: It has mistakes.
    """
    template = parse_template(document)
    found = faults_of(call, template)
    errors = [v for v in found if v["severity"] == "error"]
    if errors:
        raise ValidationFailed(f"The template has mistakes: {errors[0]['message']}", found)
    return prepared(template)[0], found


def keep(call: Call, template: Template, rev: int) -> Document:
    """Save a checked template over a revision, and keep what it is now for later.

    Raises:
        Conflict: Somebody else changed it first.
    """
    config, body = call.wired.parts.config, template_document(template)
    saved: Document = config.save_document(call.tenant, TEMPLATE, template.id, rev, body, call.actor)
    before, _ = config.revisions(call.tenant, TEMPLATE, template.id, 1)
    # A template that was deleted and made again begins with rev 1; what it was before keeps its numbers.
    number = max(saved.rev, before[0].number + 1 if before else 1)
    config.put_revision(call.tenant, TEMPLATE, template.id, number, body, call.actor)
    return saved


def users(records: list[WorkflowRecord]) -> list[TemplateUser]:
    """Return workflows as users of a message."""
    return [{"id": one.id, "name": one.name, "live": one.live > 0} for one in records]


def _head(document: Document) -> TemplateSummary:
    return {
        "id": document.id,
        "rev": document.rev,
        "name": document.body.get("name") or document.id,
        "description": document.body.get("description", ""),
        "channel": document.body.get("channel", "email"),
        "purpose": document.body.get("purpose", "marketing"),
        "subject": document.body.get("subject", ""),
        "format": document.body.get("format", "html"),
        "dialect": document.body.get("dialect", "jinja2"),
        "languages": sorted({document.body.get("language", "en"), *document.body.get("translations", {})}),
        "updated_at": plain(document.at),
        "updated_by": document.by,
        "managed_by": "git" if document.by == GIT else "",
    }


def _shown(document: Document) -> TemplateDraft:
    return {**_head(document), "template": plain(document.body)}


def _all(call: Call) -> list[Document]:
    found: list[Document] = []
    cursor: str | None = None
    while True:
        page, cursor = call.wired.parts.config.documents(call.tenant, TEMPLATE, 100, cursor)
        found += page
        if cursor is None:
            return found


@routed(router, "GET", "/templates", "viewer", "List message templates")
def list_templates(
    q: Annotated[str, Query()] = "",
    purpose: Annotated[Literal["", "marketing", "transactional"], Query()] = "",
    used: Annotated[Literal["", "true", "false"], Query()] = "",
    channel: Annotated[Literal["", "email", "sms", "push"], Query()] = "",
    format: Annotated[Literal["", "html", "mjml"], Query()] = "",  # noqa: A002 - the parameter's name
    sort: Annotated[Literal["id", "name", "subject", "updated_at"], Query()] = "updated_at",
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[UsedTemplate]:
    """List templates."""
    call = this()
    sent = users_of_messages(call.ports.workflows.all(call.tenant))
    items: list[UsedTemplate] = [
        {**_head(document), "used_by": users(sent.get(document.id, []))} for document in _all(call)
    ]
    wanted = q.casefold()
    page = page_of(
        [
            t
            for t in items
            if (not purpose or t["purpose"] == purpose)
            and (not channel or t["channel"] == channel)
            and (not used or bool(t["used_by"]) == (used == "true"))
            and (not format or t["format"] == format)
            and wanted in f"{t['id']}\n{t['name']}\n{t['description']}\n{t['subject']}".casefold()
        ],
        by=lambda t: str(t[sort]).casefold(),
        id_of=lambda t: str(t["id"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "POST", "/templates", "editor", "Create a message template", status=201)
def create_template(body: Annotated[TemplateIn, Body()]) -> SavedTemplate:
    """Create a template."""
    call = this()
    template, warnings = checked(call, {**body.template, "version": 1})
    try:
        saved = keep(call, template, 0)
    except Conflict:
        raise Conflict(f"There is a template `{template.id}` already.", code="template_exists") from None
    call.ports.note(call.tenant, call.actor, "template.created", f"template/{template.id}")
    return {**_shown(saved), "warnings": plain(warnings)}


@routed(router, "GET", "/templates/<template>", "viewer", "Read a message template")
def read_template(template: str) -> TemplateReply:
    """Read a template and what it reads."""
    call = this()
    found = call.wired.parts.config.document(call.tenant, TEMPLATE, template)
    sent = users_of_messages(call.ports.workflows.all(call.tenant))
    stored = parse_template(dict(found.body))
    return {
        **_shown(found),
        "reads": sorted(variables_of(renderer(), stored, finder(call))),
        "used_by": users(sent.get(template, [])),
    }


@routed(
    router, "PUT", "/templates/<template>", "editor", "Change a message template (409 if somebody else did)"
)
def update_template(template: str, body: Annotated[TemplateUpdate, Body()]) -> SavedTemplate:
    """Change a template."""
    call = this()
    changed, warnings = checked(call, {**body.template, "version": body.rev + 1})
    if changed.id != template:
        raise InvalidInput("A template's id cannot change: copy it under another id.", code="id_changed")
    ensure_editable(call.wired.parts.config.document(call.tenant, TEMPLATE, template))
    try:
        saved = keep(call, changed, body.rev)
    except Conflict:
        raise Conflict(
            f"`{template}` was changed since you read it: read it again.", code="stale_rev"
        ) from None
    call.ports.note(call.tenant, call.actor, "template.updated", f"template/{template}", rev=saved.rev)
    return {**_shown(saved), "warnings": plain(warnings)}


@routed(router, "DELETE", "/templates/<template>", "editor", "Delete a template that no live workflow uses")
def delete_template(template: str) -> Deleted:
    """Delete a template."""
    call = this()
    found = call.wired.parts.config.document(call.tenant, TEMPLATE, template)
    ensure_editable(found)
    users = [
        r.id for r in call.ports.workflows.all(call.tenant) if r.live and _uses(call, r.id, r.live, template)
    ]
    if users:
        raise Conflict(
            f"`{template}` is used by {', '.join(f'`{u}`' for u in users)}.",
            code="template_used",
            details={"workflows": users},
        )
    call.wired.parts.config.delete_document(call.tenant, TEMPLATE, template, found.rev)
    call.ports.note(call.tenant, call.actor, "template.deleted", f"template/{template}")
    return {"deleted": template}


def _uses(call: Call, workflow: str, version: int, template: str) -> bool:
    stored = call.ports.versions.get(call.tenant, workflow, version)
    return stored is not None and any(
        template in (node.get("config") or {}).values() for node in stored.graph.get("nodes", ())
    )
