"""The workspace: settings, allowlist, profile fields, the stop-everything switch, write keys, audit log."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.workspace import (
    Allowlist,
    AuditEntry,
    FieldKind,
    NewWriteKey,
    ProfileFields,
    StopSwitch,
    WorkspaceSettings,
    WriteKey,
)
from replies.workspace import Workspace as WorkspaceReply
from stepwell.adapters.publishing_store import FIELDS, REGISTRY
from stepwell.conditions import FieldType
from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import from_iso
from stepwell.contracts.workspace import Approvals, KeyRecord, Workspace
from stepwell.errors import InvalidInput, NotFound
from stepwell.publishing import control
from stepwell.publishing.listing import page as page_of
from stepwell.triggers.wire import key_digest

from routes.replies import listed, plain, reply, stored
from routes.routing import routed, this, topic

router = topic("Workspace")
_AUDIT_PAGES = 20
"""Pages that are read at most until one has something that was looked for."""


class ApprovalsIn(BaseModel):
    """Whether somebody must look at a workflow before it is published."""

    model_config = ConfigDict(extra="forbid")

    required: bool
    by: Literal["publisher", "admin"] = "publisher"
    self_approval: bool = False


class WorkspaceIn(BaseModel):
    """Settings to change; absent ones stay."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=120)
    time_zone: str | None = None
    sender: str | None = Field(default=None, max_length=320, examples=["Shop <hello@example.com>"])
    reply_to: str | None = Field(default=None, max_length=320)
    postal_address: str | None = Field(default=None, max_length=500)
    send_rate: int | None = Field(default=None, ge=0, le=100_000)
    teams: dict[str, list[str]] | None = None
    api_hosts: list[str] | None = None
    marketing_opt_in: bool | None = None
    test_addresses: (
        list[Annotated[str, Field(max_length=320, pattern=r"^([^@\s]+@[^@\s]+|\+[1-9][0-9]{6,14})$")]] | None
    ) = Field(
        default=None,
        max_length=50,
        description="Addresses and phone numbers (`+4915123456789`) that tests may go to, besides their senders' own.",
    )
    approvals: ApprovalsIn | None = None


class AllowlistIn(BaseModel):
    """Who may be mailed."""

    model_config = ConfigDict(extra="forbid")

    allowlist: list[str] | None = Field(
        description="Addresses (`a@b.c`) and domains (`@b.c`); null: everybody; empty: nobody.",
        max_length=1_000,
    )


class StopIn(BaseModel):
    """The switch."""

    model_config = ConfigDict(extra="forbid")

    stopped: bool


class FieldsIn(BaseModel):
    """Profile fields by type."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, FieldType] = Field(max_length=500)


class KeyIn(BaseModel):
    """A write key to make."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["website"])
    name: str = Field(default="", max_length=120)


def _settings(workspace: Workspace) -> WorkspaceSettings:
    return reply(WorkspaceSettings, workspace)


@routed(router, "GET", "/workspace", "viewer", "Read the workspace's settings and switches")
def read_workspace() -> WorkspaceReply:
    """Read settings and switches."""
    call = this()
    switches = call.ports.switches.control(call.tenant)
    return {**_settings(call.ports.inventory.workspace(call.tenant)), "stopped": switches.stopped}


@routed(router, "PUT", "/workspace", "admin", "Change the workspace's settings")
def update_workspace(body: Annotated[WorkspaceIn, Body()]) -> WorkspaceSettings:
    """Change settings; they hold within a minute."""
    call = this()
    given: dict[str, Any] = {k: v for k, v in body.model_dump().items() if v is not None}
    if given.get("time_zone") and zone_named(given["time_zone"]) is None:
        raise InvalidInput(f"There is no time zone `{given['time_zone']}`.", details={"place": "time_zone"})
    if "teams" in given:
        given["teams"] = {team: tuple(members) for team, members in given["teams"].items()}
    if "api_hosts" in given:
        given["api_hosts"] = tuple(given["api_hosts"])
    if "test_addresses" in given:
        given["test_addresses"] = tuple(sorted({a.lower() for a in given["test_addresses"]}))
    if "approvals" in given:
        given["approvals"] = Approvals(**given["approvals"])
    changed = replace(call.ports.inventory.workspace(call.tenant), **given)
    call.wired.parts.config.save_workspace(changed, call.actor)
    call.ports.note(call.tenant, call.actor, "workspace.updated", "workspace", fields=sorted(given))
    return _settings(changed)


@routed(router, "PUT", "/workspace/allowlist", "admin", "Say who may be mailed from this workspace")
def set_allowlist(body: Annotated[AllowlistIn, Body()]) -> Allowlist:
    """Set the send allowlist."""
    call = this()
    wrong = [entry for entry in body.allowlist or () if "@" not in entry or len(entry) < 3]
    if wrong:
        raise InvalidInput(
            "An entry is an address (`a@b.c`) or a domain (`@b.c`).", details={"place": "allowlist"}
        )
    allowlist = None if body.allowlist is None else tuple(sorted({e.strip().lower() for e in body.allowlist}))
    changed = replace(call.ports.inventory.workspace(call.tenant), allowlist=allowlist)
    call.wired.parts.config.save_workspace(changed, call.actor)
    size = None if allowlist is None else len(allowlist)
    call.ports.note(call.tenant, call.actor, "workspace.allowlist", "workspace", entries=size)
    return {"allowlist": plain(allowlist)}


@routed(router, "PUT", "/workspace/stop", "admin", "The stop-everything switch: holds within a second")
def stop_everything(body: Annotated[StopIn, Body()]) -> StopSwitch:
    """Stop everything, or lift the stop: who was held goes on."""
    call = this()
    control.stop_everything(call.ports, call.tenant, call.actor, stopped=body.stopped)
    return {"stopped": body.stopped}


@routed(router, "GET", "/workspace/fields", "viewer", "Profile fields that the checks know")
def read_fields() -> ProfileFields:
    """Return registered fields; none registered: any field is accepted."""
    call = this()
    return {"fields": plain(call.wired.inventory.fields(call.tenant) or {})}


@routed(
    router, "PUT", "/workspace/fields", "editor", "Register profile fields: unknown ones then fail the checks"
)
def set_fields(body: Annotated[FieldsIn, Body()]) -> ProfileFields:
    """Register profile fields by type."""
    call = this()
    store = call.wired.parts.config
    try:
        rev = store.document(call.tenant, REGISTRY, FIELDS).rev
    except NotFound:
        rev = 0
    fields: dict[str, FieldKind] = {name: kind.value for name, kind in sorted(body.fields.items())}
    store.save_document(call.tenant, REGISTRY, FIELDS, rev, fields, call.actor)
    call.ports.note(call.tenant, call.actor, "workspace.fields", "workspace", fields=len(fields))
    return {"fields": fields}


def _key(record: KeyRecord) -> WriteKey:
    return {
        "id": record.digest[:16],
        "source": record.source,
        "name": record.name,
        "created_at": plain(record.at),
        "revoked": record.revoked,
    }


@routed(router, "GET", "/write-keys", "editor", "List write keys (never their text)")
def list_write_keys(
    source: Annotated[str, Query()] = "",
    sort: Annotated[Literal["created_at", "source", "name"], Query()] = "created_at",
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[WriteKey]:
    """List write keys."""
    call = this()
    items = [_key(record) for record in call.wired.parts.keys.of_tenant(call.tenant)]
    page = page_of(
        [item for item in items if not source or item["source"] == source],
        by=lambda item: str(item[sort]),
        id_of=lambda item: str(item["id"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "POST", "/write-keys", "admin", "Make a write key; its text is shown this once", status=201)
def create_write_key(body: Annotated[KeyIn, Body()]) -> NewWriteKey:
    """Make a write key."""
    call = this()
    text = f"swk_{secrets.token_urlsafe(24)}"
    record = KeyRecord(key_digest(text), call.tenant, body.source, body.name, call.ports.now())
    call.wired.parts.keys.add(record)
    shown = _key(record)
    call.ports.note(
        call.tenant, call.actor, "write_key.created", f"write-key/{shown['id']}", source=body.source
    )
    return {**shown, "write_key": text}


@routed(router, "DELETE", "/write-keys/<key>", "admin", "Revoke a write key; refused within a minute")
def revoke_write_key(key: str) -> WriteKey:
    """Revoke a write key by its id."""
    call = this()
    found = [r for r in call.wired.parts.keys.of_tenant(call.tenant) if r.digest[:16] == key]
    if not found:
        raise NotFound("There is no such write key.", code="no_write_key")
    call.wired.parts.keys.revoke(call.tenant, found[0].digest)
    call.ports.note(call.tenant, call.actor, "write_key.revoked", f"write-key/{key}")
    return {**_key(found[0]), "revoked": True}


@routed(router, "GET", "/audit", "admin", "Who did what, newest first")
def list_audit(
    actor: Annotated[str, Query()] = "",
    action: Annotated[str, Query(description="An action or its beginning, e.g. `workflow.`.")] = "",
    target: Annotated[str, Query(description="What it was done to, or its beginning.")] = "",
    since: Annotated[str, Query(description="ISO 8601: not before.")] = "",
    until: Annotated[str, Query(description="ISO 8601: before.")] = "",
    order: Annotated[Literal["asc", "desc"], Query(description="Within the page.")] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[AuditEntry]:
    """Return audit entries; a page may have fewer than asked for although others follow."""
    call = this()
    first, last = _moment(since, "since"), _moment(until, "until")
    after: str | None = cursor or None
    for _ in range(_AUDIT_PAGES):
        entries, after = call.wired.parts.logs.audit_entries(
            call.tenant, limit, after, since=first, until=last
        )
        items = [
            e
            for e in entries
            if (not actor or e.actor == actor) and e.action.startswith(action) and e.target.startswith(target)
        ]
        if items or after is None:
            break
    return stored(items if order == "desc" else items[::-1], after)


def _moment(text: str, place: str) -> datetime | None:
    try:
        found = from_iso(text) if text else None
    except ValueError as error:
        raise InvalidInput(
            "This is no time (ISO 8601).", code="bad_time", details={"place": place}
        ) from error
    return found
