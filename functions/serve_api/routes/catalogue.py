"""The node catalogue, the graph's JSON Schema, the library of workflow templates, and who I am."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.catalogue import LibraryCard, LibraryTemplate, NodeType
from replies.forms import Json, Listed
from replies.workflows import WorkflowDraft
from stepwell.publishing import drafts
from stepwell.publishing.listing import page as page_of
from stepwell.workflows.documents import dump_yaml, to_document
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes import node_type
from stepwell.workflows.schema import export, node_document
from stepwell.workflows.templates import load_library, load_template

from routes.library import folder
from routes.replies import listed, reply
from routes.routing import routed, this, topic
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


def _card(workflow: Workflow) -> LibraryCard:
    return {
        "id": workflow.id,
        "name": workflow.name or workflow.id,
        "description": workflow.description,
        "category": workflow.category,
        "duration": workflow.duration,
        "nodes": len(workflow.nodes),
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
    wanted = q.casefold()
    page = page_of(
        [
            card
            for card in map(_card, load_library(folder()).values())
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


@routed(router, "GET", "/library/<template>", "viewer", "Read a workflow template")
def read_library(template: str) -> LibraryTemplate:
    """Read a workflow template."""
    found = load_template(folder(), template)
    return {**_card(found), "workflow": to_document(found), "yaml": dump_yaml(found)}


@routed(router, "POST", "/library/<template>", "editor", "Create a workflow from a template", status=201)
def create_from_library(template: str, body: Annotated[FromTemplate, Body()]) -> WorkflowDraft:
    """Copy a template into the workspace."""
    call = this()
    found = load_template(folder(), template)
    changes = {"id": body.id or found.id, "name": body.name or found.name}
    document = to_document(found) | changes
    return shown(drafts.create(call.ports, call.tenant, document, call.actor))
