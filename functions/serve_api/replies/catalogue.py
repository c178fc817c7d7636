"""Node types, the graph's schema, the library, who calls."""

from __future__ import annotations

from typing import Literal, TypeAlias

from replies.forms import Json, Reply

Role: TypeAlias = Literal["viewer", "editor", "publisher", "admin"]
Category: TypeAlias = Literal["trigger", "action", "logic", "integration", "content"]


class NodeType(Reply):
    """A node type with its form.

    Attributes:
        kind: How the compiler treats it.
        icon: Name of its icon (Tabler).
        summary: A line for the canvas, with `{field}` of the config.
        widgets: Name of a widget by field of the config, where a plain form is not enough.
        outcomes: Ways out, the primary one first; empty where the config decides.
        falls_through: Outcomes that follow the primary one when they are not wired.
        sends: The channel of its messages; empty: it sends none.
        available: Whether this release carries it out.
        missing: What is missing if it is not available.
        example: A valid config.
        config: JSON Schema of its config.
    """

    type: str
    category: Category
    kind: Literal["trigger", "action", "split", "wait", "parallel", "merge", "loop", "end", "composite"]
    label: str
    icon: str
    description: str
    summary: str
    widgets: dict[str, str]
    outcomes: list[str]
    falls_through: list[str]
    sends: str
    available: bool
    missing: str
    example: Json
    config: Json


class LibraryNeed(Reply):
    """Something that a workflow template names.

    Attributes:
        kind: An `account` is named by its network, a `post` is a draft under Social.
        met: Whether the workspace has it.
        comes: Whether it is made together with the workflow.
    """

    kind: Literal["message", "attribute", "segment", "account", "post"]
    name: str
    met: bool
    comes: bool


class LibraryNode(Reply):
    """A node, for a picture."""

    id: str
    type: str
    name: str


class LibraryEdge(Reply):
    """A way between two nodes, for a picture."""

    source: str
    outcome: str
    target: str


class LibraryShape(Reply):
    """A graph, for a picture."""

    nodes: list[LibraryNode]
    edges: list[LibraryEdge]


class LibraryMessage(Reply):
    """A message of the library, to begin one's own with.

    Attributes:
        template: Its document.
        present: Whether the workspace has a message of this id.
    """

    id: str
    name: str
    description: str
    purpose: Literal["marketing", "transactional"]
    subject: str
    present: bool
    template: Json


class LibraryCard(Reply):
    """A workflow template of the library.

    Attributes:
        duration: How long a contact is in it, as text; may be empty.
        nodes: How many nodes it has.
        shape: Its graph, for a picture.
        needs: What it names.
    """

    id: str
    name: str
    description: str
    category: str
    duration: str
    nodes: int
    shape: LibraryShape
    needs: list[LibraryNeed]


class LibraryTemplate(LibraryCard):
    """A workflow template with its graph.

    Attributes:
        workflow: The graph; its form is `/schema`'s.
        yaml: The same as YAML.
    """

    workflow: Json
    yaml: str
