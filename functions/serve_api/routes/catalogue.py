"""The node catalogue, the graph's JSON Schema, the library of workflow templates, and who I am."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.catalogue import LibraryCard, LibraryMessage, LibraryTemplate, NodeType
from replies.forms import Json, Listed
from replies.workflows import WorkflowDraft
from stepwell.content.models import Template
from stepwell.content.preparing import template_document
from stepwell.errors import Conflict
from stepwell.publishing import drafts
from stepwell.publishing.library_needs import Connected, needs
from stepwell.publishing.listing import page as page_of
from stepwell.publishing.message_uses import messages_of
from stepwell.publishing.ports import Known
from stepwell.workflows.documents import dump_yaml, to_document
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes import node_type
from stepwell.workflows.schema import export, node_document
from stepwell.workflows.templates import load_library, load_template

from routes.library import folder, messages
from routes.replies import listed, plain, reply, whole
from routes.routing import Call, routed, this, topic
from routes.templates import keep
from routes.workflows import shown

router = topic("Catalogue")


class FromTemplate(BaseModel):
    """How the copy shall be called."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(default="", description="Id of the new workflow; empty: the template's.")
    name: str = ""


@cache
def _exported() -> dict[str, Any]:
    return export()


@routed(router, "GET", "/nodes", "viewer", "All node types with their forms")
def list_nodes(
    category: Annotated[str, Query()] = "",
    q: Annotated[str, Query()] = "",
    available: Annotated[Literal["", "true", "false"], Query()] = "",
    sort: Annotated[Literal["type", "label", "category"], Query()] = "type",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Annotated[str, Query()] = "",
) -> Listed[NodeType]:
    """List node types."""
    wanted = q.casefold()
    page = page_of(
        [
            node
            for node in _exported()["nodes"]
            if (not category or node["category"] == category)
            and (not available or node["available"] == (available == "true"))
            and wanted in f"{node['type']}\n{node['label']}\n{node['description']}".casefold()
        ],
        by=lambda node: str(node[sort]),
        id_of=lambda node: str(node["type"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "GET", "/nodes/<name>", "viewer", "One node type with its form")
def read_node(name: str) -> NodeType:
    """Read a node type."""
    return reply(NodeType, node_document(node_type(name)))


@routed(router, "GET", "/schema", "viewer", "The JSON Schema of workflows")
def read_schema() -> Json:
    """Return the JSON Schema of the graph."""
    return dict(_exported()["workflow"])


@cache
def _library() -> dict[str, Workflow]:
    return load_library(folder())


def _social(call: Call) -> Connected:
    return Connected(call.ports.posting, call.tenant, call.ports.now())


def _card(workflow: Workflow, known: Known, social: Connected) -> LibraryCard:
    return {
        "id": workflow.id,
        "name": workflow.name or workflow.id,
        "description": workflow.description,
        "category": workflow.category,
        "duration": workflow.duration,
        "nodes": len(workflow.nodes),
        "shape": {
            "nodes": [{"id": n.id, "type": n.type, "name": n.name or ""} for n in workflow.nodes],
            "edges": [{"source": e.source, "outcome": e.outcome, "target": e.target} for e in workflow.edges],
        },
        "needs": plain(needs(workflow, known, messages(), social)),
    }


@routed(router, "GET", "/library", "viewer", "The library of workflow templates")
def list_library(
    category: Annotated[str, Query()] = "",
    q: Annotated[str, Query()] = "",
    sort: Annotated[Literal["id", "name", "category"], Query()] = "name",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[LibraryCard]:
    """List workflow templates."""
    call = this()
    known, social = call.ports.inventory.known(call.tenant), _social(call)
    wanted = q.casefold()
    page = page_of(
        [
            card
            for card in (_card(one, known, social) for one in _library().values())
            if (not category or card["category"] == category)
            and wanted in f"{card['id']}\n{card['name']}\n{card['description']}".casefold()
        ],
        by=lambda card: str(card[sort]).casefold(),
        id_of=lambda card: str(card["id"]),
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "GET", "/library-messages", "viewer", "The library of messages")
def list_library_messages() -> Listed[LibraryMessage]:
    """List messages to begin one's own with."""
    call = this()
    present = call.ports.inventory.known(call.tenant).templates or frozenset()
    found: list[LibraryMessage] = [
        {
            "id": one.id,
            "name": one.name or one.id,
            "description": one.description,
            "purpose": one.purpose,
            "subject": one.subject,
            "present": one.id in present,
            "template": template_document(one),
        }
        for one in messages().values()
    ]
    return whole(found)


@routed(router, "GET", "/library/<template>", "viewer", "Read a workflow template")
def read_library(template: str) -> LibraryTemplate:
    """Read a workflow template."""
    call = this()
    found = load_template(folder(), template)
    card = _card(found, call.ports.inventory.known(call.tenant), _social(call))
    return {**card, "workflow": to_document(found), "yaml": dump_yaml(found)}


@routed(router, "POST", "/library/<template>", "editor", "Create a workflow from a template", status=201)
def create_from_library(template: str, body: Annotated[FromTemplate, Body()]) -> WorkflowDraft:
    """Copy a template into the workspace, with those of its messages that the workspace lacks."""
    call = this()
    found = load_template(folder(), template)
    changes = {"id": body.id or _free(call, found.id), "name": body.name or found.name}
    record = drafts.create(call.ports, call.tenant, to_document(found) | changes, call.actor)
    known = call.ports.inventory.known(call.tenant).templates or frozenset()
    for message in sorted(messages_of(found) - known):
        if message in messages():
            _take(call, messages()[message])
    return shown(record)


def _free(call: Call, wanted: str) -> str:
    """Return an id that no workflow has: the wanted one, or with a number behind it."""
    taken = {record.id for record in call.ports.workflows.all(call.tenant)}
    numbers = (f"{wanted[:28]}_{number}" for number in range(2, 1_000))
    return next(one for one in (wanted, *numbers) if one not in taken)


def _take(call: Call, message: Template) -> None:
    try:
        keep(call, message, 0)
    except Conflict:
        return  # somebody made it just now: theirs is as good
    call.ports.note(call.tenant, call.actor, "template.created", f"template/{message.id}")
