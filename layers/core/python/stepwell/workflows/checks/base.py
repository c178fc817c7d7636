"""What checks see and say: the drawn workflow in a tolerant form, and violations.

Checks must work on half-broken drawings, so that one report names everything: they walk drawn edges and use
configs where these could be read. The expanded workflow is there when the drawing is sound enough to have one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import ValidationError

from stepwell.conditions import ConditionError, FieldSchema
from stepwell.errors import InvalidInput, NotFound
from stepwell.workflows.expansion import Expanded, expand_with_origin
from stepwell.workflows.model import Edge, Node, Workflow
from stepwell.workflows.nodes import node_type
from stepwell.workflows.nodes.base import NodeConfig, NodeType


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule.

    Attributes:
        code: Stable name of the rule.
        message: What is wrong and how to mend it.
        node: Drawn node id; empty for the workflow itself.
        place: Dotted path into the node's config (``config.url``) or the workflow (``settings.filter``).
        severity: An `error` forbids publishing.
        publish_only: An error that saving and simulating may ignore.
        position: 0-based offset into the text of a condition.
    """

    code: str
    message: str
    node: str = ""
    place: str = ""
    severity: Literal["error", "warning"] = "error"
    publish_only: bool = False
    position: int | None = None

    def document(self) -> dict[str, Any]:
        """Return the plain form, without what says nothing."""
        return {
            key: value
            for key, value in asdict(self).items()
            if value is not None and value is not False and value != ""
        }


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of AWS and of good sense.

    Attributes:
        nodes: Plain nodes a workflow.
        definition_bytes: Size of a state machine's definition.
        machine_name: Characters of a state machine's name.
        outcomes: Ways out of one node.
    """

    nodes: int = 500
    definition_bytes: int = 1_000_000
    machine_name: int = 80
    outcomes: int = 31


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What the workspace has; None means unknown, and then nothing of that kind is checked.

    Attributes:
        templates: Ids of message templates.
        channels: What sends each of them; one that is not here is not looked at.
        fields: Known fields, events and segments.
        open_fields: Whether contacts may have other fields, too: a condition over one gets a warning.
        teams: Names of teams.
        models: Ids of scoring models.
        limits: Bounds.
        machine_prefix: Start of state machine names.
        tenant: Tenant id.
        version: Version that would be published.
        now: Time of the check, for dates that have passed.
    """

    templates: frozenset[str] | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    fields: FieldSchema = field(default_factory=FieldSchema)
    open_fields: bool = False
    teams: frozenset[str] | None = None
    models: frozenset[str] | None = None
    limits: Limits = Limits()
    machine_prefix: str = "stepwell"
    tenant: str = ""
    version: int = 1
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A node whose type and config could be read.

    Attributes:
        node: As drawn, or a part of a composite.
        type: Its type.
        config: Parsed config.
    """

    node: Node
    type: NodeType[Any]
    config: NodeConfig


class Drawing:
    """A workflow as checks walk it.

    Args:
        workflow: As drawn.
        context: What the workspace has.
    """

    def __init__(self, workflow: Workflow, context: CheckContext) -> None:
        self.workflow = workflow
        self.context = context
        self.nodes: dict[str, Node] = {}
        self.types: dict[str, NodeType[Any]] = {}
        self.known: dict[str, Known] = {}
        self.faults: dict[str, ValidationError] = {}
        for node in workflow.nodes:
            self.nodes.setdefault(node.id, node)
        for node in self.nodes.values():
            try:
                kind = node_type(node.type)
            except NotFound:
                continue
            self.types[node.id] = kind
            try:
                self.known[node.id] = Known(node, kind, kind.config.model_validate(node.config))
            except ValidationError as error:
                self.faults[node.id] = error

    def kind(self, node: str) -> str:
        """Return the kind of a node; empty for an unknown type. A composite trigger counts as trigger."""
        found = self.types.get(node)
        if found is None:
            return ""
        return "trigger" if found.category == "trigger" else found.kind

    def of_kind(self, kind: str) -> list[str]:
        """Return the nodes of a kind in drawn order."""
        return [node for node in self.nodes if self.kind(node) == kind]

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Edges between nodes that exist."""
        return tuple(e for e in self.workflow.edges if e.source in self.nodes and e.target in self.nodes)

    @cached_property
    def following(self) -> Mapping[str, tuple[str, ...]]:
        """Distinct successors a node."""
        found: dict[str, dict[str, None]] = {node: {} for node in self.nodes}
        for edge in self.edges:
            found[edge.source][edge.target] = None
        return {node: tuple(targets) for node, targets in found.items()}

    @cached_property
    def preceding(self) -> Mapping[str, tuple[str, ...]]:
        """Distinct predecessors a node."""
        found: dict[str, dict[str, None]] = {node: {} for node in self.nodes}
        for edge in self.edges:
            found[edge.target][edge.source] = None
        return {node: tuple(sources) for node, sources in found.items()}

    def target(self, node: str, outcome: str) -> str | None:
        """Return where an edge leads, None when it is not drawn."""
        return next((e.target for e in self.edges if (e.source, e.outcome) == (node, outcome)), None)

    def outcomes(self, node: str) -> tuple[str, ...]:
        """Return a node's outcomes; with an unreadable config those that are drawn."""
        found = self.known.get(node)
        if found is not None:
            return tuple(found.type.outcomes(found.config))
        return tuple(dict.fromkeys(e.outcome for e in self.workflow.edges if e.source == node))

    def ends(self, node: str) -> bool:
        """Tell whether the journey may end at this node."""
        found = self.known.get(node)
        wired = {e.outcome for e in self.edges if e.source == node}
        if found is None:
            return not wired
        outcomes = self.outcomes(node)
        falls = set(found.type.falls_through) if outcomes and outcomes[0] in wired else set()
        return not outcomes or bool(set(outcomes) - wired - falls)

    def reach(self, start: list[str], *, backward: bool = False, blocked: Collection[str] = ()) -> set[str]:
        """Return all nodes reachable from some, themselves included; blocked nodes are not entered."""
        steps = self.preceding if backward else self.following
        seen: set[str] = set()
        todo = [node for node in start if node not in blocked]
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            todo.extend(n for n in steps[node] if n not in blocked)
        return seen

    def loop_body(self, loop: str) -> set[str]:
        """Return the nodes on a way from a loop's `body` back to it."""
        start = self.target(loop, "body")
        if start is None:
            return set()
        forward = self.reach([start], blocked=(loop,))
        return forward & self.reach(list(self.preceding[loop]), backward=True, blocked=(loop,))

    @cached_property
    def expanded(self) -> Expanded | None:
        """The workflow without composites; None when the drawing has none yet."""
        try:
            return expand_with_origin(self.workflow)
        except (InvalidInput, NotFound, ConditionError, ValidationError):
            return None

    @cached_property
    def parts(self) -> list[tuple[str, Known]]:
        """(drawn node id, plain node) of all nodes that could be read, composites expanded."""
        if self.expanded is None:
            return list(self.known.items())
        found = []
        for node in self.expanded.workflow.nodes:
            kind = node_type(node.type)
            try:
                config = kind.config.model_validate(node.config)
            except ValidationError:
                continue
            found.append((self.expanded.origin[node.id], Known(node, kind, config)))
        return found

    def trigger_events(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield (drawn trigger, event names that enroll by it)."""
        for origin, part in self.parts:
            if part.type.events is not None:
                yield origin, tuple(part.type.events(part.config))
