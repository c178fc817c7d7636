"""What publishing keeps of a workflow, as plain frozen models; adapters decide how they lie in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from stepwell.contracts.workspace import WorkflowStatus

InFlight = Literal["drain", "migrate", "eject"]


@dataclass(frozen=True, slots=True)
class WorkflowRecord:
    """A workflow as it is worked on, and what is live of it.

    Attributes:
        id: Workflow id.
        document: The draft as drawn (see `workflows.documents.to_document`).
        rev: Grows at each write; every write is conditional on it. 0: not stored yet.
        edited: Grows when the draft changes; what an editor's optimistic lock compares.
        status: What it does with contacts.
        live: The version that new contacts enter; 0: never published.
        latest: Highest version number given out.
        reserved: Digest of the draft that `latest` is reserved for while publishing it, else empty.
        machines: Versions whose machines exist.
        schedules: Names of its schedules.
        created_at: When it was created.
        updated_at: When the draft last changed.
        updated_by: Who changed it.
        published_at: When `live` was published.
        managed_by: ``git`` when deployments register it: people cannot edit or publish it; empty: people do.
        git: What deployments remember of it, see `publishing.git`.
        review: Who looks at which edit before it is published, see `publishing.approving`.
    """

    id: str
    document: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    rev: int = 0
    edited: int = 1
    status: WorkflowStatus = WorkflowStatus.DRAFT
    live: int = 0
    latest: int = 0
    reserved: str = ""
    machines: tuple[int, ...] = ()
    schedules: tuple[str, ...] = ()
    updated_by: str = ""
    published_at: datetime | None = None
    managed_by: str = ""
    git: Mapping[str, Any] = field(default_factory=dict)
    review: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Display name."""
        return str(self.document.get("name") or self.id)

    def evolve(self, **changes: Any) -> WorkflowRecord:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version; it never changes.

    Attributes:
        workflow: Workflow id.
        number: Version number, from 1.
        graph: The expanded graph that the runtime walks.
        drawn: The graph as it was drawn.
        origin: Drawn node id a plain node id.
        source_map: Node id a state name.
        machine: ARN of its state machine.
        definition_sha: SHA-256 of the machine's definition.
        published_at: When.
        published_by: Who.
        note: What the author said about it.
        rolled_back_from: The version whose graph this one repeats; 0: none.
        source: Digest of the file in git that it was registered from; empty: published by somebody.
    """

    workflow: str
    number: int
    graph: Mapping[str, Any]
    drawn: Mapping[str, Any]
    published_at: datetime
    origin: Mapping[str, str] = field(default_factory=dict)
    source_map: Mapping[str, str] = field(default_factory=dict)
    machine: str = ""
    definition_sha: str = ""
    published_by: str = ""
    note: str = ""
    rolled_back_from: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of a time trigger.

    Attributes:
        name: Unique in the deployment.
        expression: `at(…)`, `rate(…)` or `cron(…)`.
        time_zone: IANA zone of the expression.
        tenant: Tenant id.
        workflow: Workflow id.
        node: The trigger node.
    """

    name: str
    expression: str
    time_zone: str
    tenant: str
    workflow: str
    node: str


@dataclass(frozen=True, slots=True)
class Move:
    """A command for contacts in flight, carried out page by page.

    Attributes:
        kind: `migrate`, `eject`, `release` (let go on what a pause held), `segment` (ask everybody whether they
            belong, see `segment_settling`), `rescore` (bring everybody's score up to date, see `rescoring`) or
            `erase` (see `erasing`), `mail` (look how mail fares, see `mail_health`)
            or `timing` (estimate when contacts are active, see `send_times`).
        tenant: Tenant id.
        workflow: Workflow id; of a segment `segment/<id>`, of a scoring model `scoring/<id>`, of an erasure
            `erasure/<id>`.
        old: Version that the contacts are in; 0: all versions.
        new: Version that they go to; of a segment the edition that is settled.
        nodes: New node id an old node id.
        reason: End reason of `eject`.
        cursor: Where to go on.
        round: How often the pages were gone through: contacts that were being worked on are left for the next.
        job: Id that progress is kept under.
        actor: Who asked for it.
        items: Of `catalog`, which tells those concerned of news (see `catalog_telling`): items of `catalog/<id>` with
            the revision whose news are told; 0: look what is to be told.
    """

    kind: Literal["migrate", "eject", "release", "segment", "rescore", "erase", "catalog", "mail", "timing"]
    tenant: str
    workflow: str
    old: int = 0
    new: int = 0
    nodes: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    cursor: str | None = None
    round: int = 1
    job: str = ""
    actor: str = ""
    items: tuple[tuple[str, int], ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return {
            "v": 1,
            "kind": self.kind,
            "tenant": self.tenant,
            "workflow": self.workflow,
            "old": self.old,
            "new": self.new,
            "nodes": dict(self.nodes),
            "reason": self.reason,
            "cursor": self.cursor,
            "round": self.round,
            "job": self.job,
            "actor": self.actor,
            **({"items": [list(one) for one in self.items]} if self.items else {}),
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Move:
        """Read the form that `document` wrote.

        Raises:
            KeyError: A required field is missing.
        """
        return cls(
            kind=document["kind"],
            tenant=document["tenant"],
            workflow=document["workflow"],
            old=int(document.get("old", 0)),
            new=int(document.get("new", 0)),
            nodes=dict(document.get("nodes") or {}),
            reason=str(document.get("reason", "")),
            cursor=document.get("cursor"),
            round=int(document.get("round", 1)),
            job=str(document.get("job", "")),
            actor=str(document.get("actor", "")),
            items=tuple((str(item), int(rev)) for item, rev in document.get("items") or ()),
        )
