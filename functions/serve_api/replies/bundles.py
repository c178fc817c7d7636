"""Workflows with all that they name, between environments."""

from __future__ import annotations

from typing import Literal

from replies.forms import Json, Reply


class Bundle(Reply):
    """A workflow with all that it names; the same twice."""

    bundle: Json
    yaml: str


class BundleDifference(Reply):
    """What taking a document over does, or did.

    Attributes:
        action: `conflict`: it cannot be replaced here.
        reason: Why not.
        fields: Dotted paths that differ.
        rev: The revision here that it was compared with; 0: there is none.
    """

    kind: Literal[
        "images", "sources", "snippets", "blocks", "templates", "segments", "sequences", "workflows"
    ]
    id: str
    name: str
    action: Literal["create", "update", "same", "conflict"]
    reason: str
    fields: list[str]
    rev: int
