"""Short words for drawing workflows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any


def node(id_: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "config": config}


def mail(id_: str, template: str = "", **config: Any) -> dict[str, Any]:
    return node(id_, "email_send", template_id=template or id_, **config)


def delay(id_: str, duration: str) -> dict[str, Any]:
    return node(id_, "delay_action", duration=duration)


def edge(source: str, target: str, outcome: str = "next") -> dict[str, str]:
    return {"source": source, "outcome": outcome, "target": target}


def workflow(
    id_: str, nodes: list[dict[str, Any]], edges: list[dict[str, str]], **settings: Any
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "id": id_,
        "name": id_.replace("_", " "),
        "purpose": "marketing",
        "nodes": nodes,
        "edges": edges,
        "settings": settings,
    }


def chain(id_: str, *nodes: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """A workflow of one line: each node leads to the next by its first outcome."""
    edges = [
        edge(a["id"], b["id"], "sent" if a["type"] == "email_send" else "next") for a, b in pairwise(nodes)
    ]
    return workflow(id_, list(nodes), edges, **settings)
