"""Content that messages share: snippets, blocks, connected content."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.pieces import ContentPiece, LinkSettings, PieceSummary, TriedSource
from stepwell.adapters.items.config import TEMPLATE
from stepwell.content.pieces import BLOCK, SNIPPET
from stepwell.contracts.workspace import GIT, Document
from stepwell.publishing import links, pieces, trying_sources

from routes.replies import plain, reply, whole
from routes.routing import routed, this, topic
from routes.templates import renderer

router = topic("Templates")


class PieceIn(BaseModel):
    """A piece and the revision that it was read at."""

    model_config = ConfigDict(extra="forbid")

    piece: dict[str, Any] = Field(description="See the reference of message templates.")
    rev: int = Field(default=0, ge=0, description="0: there is none yet.")


class TryIn(BaseModel):
    """A source to ask, saved or not."""

    model_config = ConfigDict(extra="forbid")

    piece: dict[str, Any] = Field(description="The source; see the reference of message templates.")
    values: list[str] = Field(default_factory=list, max_length=10, description="Its values, in their order.")


class LinksIn(BaseModel):
    """How links of e-mails are treated, and the revision that it was read at."""

    model_config = ConfigDict(extra="forbid")

    settings: dict[str, Any] = Field(examples=[{"tracking": "provider", "utm": {"utm_source": "newsletter"}}])
    rev: int = Field(default=0, ge=0)


def _head(shelf: str, document: Document) -> dict[str, Any]:
    return {
        "kind": shelf,
        "id": document.id,
        "rev": document.rev,
        "name": document.body.get("name") or document.id,
        "description": document.body.get("description", ""),
        "dialect": document.body.get("dialect", ""),
        "updated_at": plain(document.at),
        "updated_by": document.by,
        "managed_by": GIT if document.by == GIT else "",
    }


def _shown(shelf: str, document: Document) -> ContentPiece:
    call = this()
    config, kind = call.wired.parts.config, pieces.kind_of(shelf)
    users = [
        {"kind": name, "id": one.id, "name": one.body.get("name") or one.id}
        for name, stored in (("templates", TEMPLATE), ("snippets", SNIPPET), ("blocks", BLOCK))
        for one in pieces.users_of(kind, document.id, pieces.every(config, call.tenant, stored))
    ]
    return reply(ContentPiece, {**_head(shelf, document), "piece": plain(document.body), "used_by": users})


@routed(router, "GET", "/content/<kind>", "viewer", "List snippets, blocks or sources of connected content")
def list_content(kind: str) -> Listed[PieceSummary]:
    """Return all of a kind."""
    call = this()
    found = pieces.every(call.wired.parts.config, call.tenant, pieces.kind_of(kind))
    return whole([reply(PieceSummary, _head(kind, document)) for document in found])


@routed(router, "GET", "/content/<kind>/<piece>", "viewer", "Read a snippet, block or source")
def read_content(kind: str, piece: str) -> ContentPiece:
    """Return one."""
    call = this()
    return _shown(kind, call.wired.parts.config.document(call.tenant, pieces.kind_of(kind), piece))


@routed(
    router,
    "PUT",
    "/content/<kind>/<piece>",
    "editor",
    "Save a snippet, block or source (409 if somebody else did)",
)
def save_content(kind: str, piece: str, body: Annotated[PieceIn, Body()]) -> ContentPiece:
    """Create or change one; messages have it within a minute."""
    call = this()
    pieces.renamed(piece, body.piece)
    config, stored = call.wired.parts.config, pieces.kind_of(kind)
    saved = pieces.save(config, renderer(), call.tenant, stored, body.piece, body.rev, call.actor)
    call.ports.note(call.tenant, call.actor, f"{kind[:-1]}.saved", f"{kind}/{piece}", rev=saved.rev)
    return _shown(kind, saved)


@routed(router, "POST", "/sources-of-content/try", "editor", "Ask a source of connected content now")
def try_connected_content(body: Annotated[TryIn, Body()]) -> TriedSource:
    """Fetch a source once, as a message would, but for its secrets: nothing is sent or kept."""
    call = this()
    hosts = call.ports.inventory.workspace(call.tenant).api_hosts
    return reply(TriedSource, trying_sources.tried(call.wired.parts.http, body.piece, body.values, hosts))


@routed(router, "DELETE", "/content/<kind>/<piece>", "editor", "Delete a snippet, block or source")
def delete_content(kind: str, piece: str) -> Deleted:
    """Delete one; templates that name it show nothing there, or cannot be rendered."""
    call = this()
    config, stored = call.wired.parts.config, pieces.kind_of(kind)
    found = config.document(call.tenant, stored, piece)
    pieces.ensure_editable(found)
    config.delete_document(call.tenant, stored, piece, found.rev)
    call.ports.note(call.tenant, call.actor, f"{kind[:-1]}.deleted", f"{kind}/{piece}")
    return {"deleted": piece}


@routed(router, "GET", "/workspace/links", "viewer", "Read how links of e-mails are tracked and tagged")
def read_link_settings() -> LinkSettings:
    """Return the choice; by default providers track and nothing is added."""
    call = this()
    return reply(LinkSettings, links.read(call.wired.parts.config, call.tenant))


@routed(router, "PUT", "/workspace/links", "admin", "Change how links of e-mails are tracked and tagged")
def save_link_settings(body: Annotated[LinksIn, Body()]) -> LinkSettings:
    """Save the choice; messages follow it within a minute."""
    call = this()
    saved = links.save(call.wired.parts.config, call.tenant, body.settings, body.rev, call.actor)
    call.ports.note(call.tenant, call.actor, "links.saved", "workspace/links", rev=saved["rev"])
    return reply(LinkSettings, saved)
