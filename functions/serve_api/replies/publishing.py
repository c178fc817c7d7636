"""Publishing, versions, control, contacts in flight."""

from __future__ import annotations

from typing import Any, NotRequired

from replies.forms import Json, Reply, Time
from replies.workflows import InFlight, Violation, WorkflowSummary


class VersionHead(Reply):
    """What is said of a version wherever one is shown.

    Attributes:
        note: What its author said about it.
    """

    version: int
    published_at: Time
    published_by: str
    note: str


class VersionSummary(VersionHead):
    """A published version as lists show it.

    Attributes:
        live: Whether new contacts enter it.
        machine: Whether its state machine exists: contacts may be in it.
    """

    live: bool
    machine: bool


class Version(VersionHead):
    """A published version; it never changes.

    Attributes:
        workflow: The graph as drawn.
        graph: The graph as it runs: composites are expanded.
        origin: Node id as drawn, by node id of `graph`.
        source_map: Node id of `graph`, by state name of the machine.
        machine: ARN of its state machine.
        definition_sha: SHA-256 of the machine's definition.
        rolled_back_from: The version whose graph this one repeats; 0: none.
    """

    workflow: Json
    graph: Json
    origin: dict[str, str]
    source_map: dict[str, str]
    machine: str
    definition_sha: str
    rolled_back_from: int


class Moving(Reply):
    """What happens to contacts of older versions.

    Attributes:
        versions: Versions that may have contacts in flight.
        nodes: New node id by old node id.
        unmapped: By version, nodes without a counterpart: contacts there stay in their version.
        jobs: Ids of the jobs that were started.
    """

    choice: InFlight
    versions: list[int]
    nodes: dict[str, str]
    unmapped: dict[str, list[str]]
    jobs: list[str]


class Published(Reply):
    """What publishing did, or would do.

    Attributes:
        version: The version's number.
        machine: ARN of its state machine; empty in a dry run.
        schedules: Names of its schedules.
        dry_run: Whether nothing was done.
    """

    workflow: WorkflowSummary
    version: int
    machine: str
    warnings: list[Violation]
    schedules: list[str]
    moving: Moving
    dry_run: bool


class DiffNode(Reply):
    """A node that only one of the two has."""

    node: str
    type: str
    name: str


class FieldChange(Reply):
    """A value that differs.

    Attributes:
        field: Dotted path (`config.duration`, `settings.reentry.rule`).
        before: The old value; null where there was none.
        after: The new value; null where there is none.
    """

    field: str
    before: Any
    after: Any


class NodeChange(Reply):
    """A node that both have and that differs."""

    node: str
    fields: list[FieldChange]


class EdgeChange(Reply):
    """An outcome that leads elsewhere; null: nowhere."""

    source: str
    outcome: str
    before: str | None
    after: str | None


class WorkflowDiff(Reply):
    """What differs between two versions; 0 is the draft.

    Attributes:
        settings: Differences of the workflow itself.
        lines: One line a difference, for a terminal.
    """

    old: int
    new: int
    added: list[DiffNode]
    removed: list[DiffNode]
    changed: list[NodeChange]
    edges: list[EdgeChange]
    settings: list[FieldChange]
    lines: list[str]


class Stopped(WorkflowSummary):
    """A workflow that was stopped.

    Attributes:
        job: The job that ends whoever is in it.
    """

    job: str


class Migration(Reply):
    """Contacts that are moved to another version, or would be; a dry run counts them.

    Attributes:
        job: The job that moves them; null in a dry run.
        moved: Contacts by `old node -> new node`.
        unmapped: Contacts by a node without counterpart: they stay.
        busy: Contacts that something is being done with at this moment: a later page takes them.
        complete: Whether everybody was looked at.
    """

    dry_run: bool
    job: str | None
    old: NotRequired[int]
    new: NotRequired[int]
    moved: NotRequired[dict[str, int]]
    unmapped: NotRequired[dict[str, int]]
    busy: NotRequired[int]
    complete: NotRequired[bool]
