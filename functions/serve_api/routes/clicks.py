"""Clicks by link of a workflow's messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.clicks import ClickedMessage
from replies.forms import Listed
from stepwell.adapters.items.config import TEMPLATE
from stepwell.content.checks import preview
from stepwell.content.faults import TemplateFault
from stepwell.content.library import parse_template
from stepwell.errors import NotFound, ValidationFailed
from stepwell.publishing import drafts
from stepwell.publishing.click_map import click_map

from routes.replies import reply, whole
from routes.routing import Call, routed, this, topic
from routes.templates import finder, renderer

router = topic("Figures")


@routed(router, "GET", "/workflows/<workflow>/clicks", "viewer", "Clicks by link, message by message")
def list_clicks(
    workflow: str, version: Annotated[int, Query(ge=0, description="0: the live one.")] = 0
) -> Listed[ClickedMessage]:
    """Return how often people clicked each link; machines that follow links are not counted."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    number = version or record.live
    stored = call.ports.versions.get(call.tenant, workflow, number) if number else None
    graph = stored.graph if stored is not None else {}
    html = {
        node["id"]: _shown(call, template)
        for node in graph.get("nodes", ())
        if (template := _template(node.get("config") or {}))
    }
    found = click_map(call.wired.parts.counters, call.tenant, workflow, number, html) if number else []
    return whole([reply(ClickedMessage, one) for one in found])


def _template(config: Mapping[str, Any]) -> str:
    return str(config.get("template_id") or config.get("template") or "")


def _shown(call: Call, name: str) -> str:
    try:
        template = parse_template(dict(call.wired.parts.config.document(call.tenant, TEMPLATE, name).body))
        return preview(renderer(), template, find=finder(call)).html
    except (NotFound, ValidationFailed, TemplateFault):
        # Its clicks are shown all the same, without addresses.
        return ""
