"""The node catalogue: every module of this package but `base` is a node type; no list is kept.

A Lambda loads only the types it runs, by name, so that a cold start does not pay for the others.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from stepwell.errors import NotFound
from stepwell.workflows.nodes.base import NodeType

_NOT_TYPES = frozenset({"base"})


def node_type_names() -> list[str]:
    """Return the names of all node types, sorted, without importing them."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules(__path__)
        if module.name not in _NOT_TYPES and not module.name.startswith("_")
    )


@cache
def node_type(name: str) -> NodeType[Any]:
    """Load one node type.

    Raises:
        NotFound: No such type.
    """
    if name in _NOT_TYPES or not name.isidentifier() or name.startswith("_"):
        raise NotFound(f"There is no node type `{name}`.", code="unknown_node_type")
    if find_spec(f"{__name__}.{name}") is None:
        raise NotFound(f"There is no node type `{name}`.", code="unknown_node_type")
    node: NodeType[Any] = import_module(f"{__name__}.{name}").NODE
    return node


def catalogue() -> dict[str, NodeType[Any]]:
    """Load all node types."""
    return {name: node_type(name) for name in node_type_names()}
