"""What publishing needs from outside, as small Protocols: reads are strongly consistent, writes may be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import AuditEntry, Control, WorkflowStatus, Workspace
from stepwell.publishing.post_checks import Posting
from stepwell.publishing.records import Move, Schedule, Version, WorkflowRecord
from stepwell.runtime.jobs import Jobs
from stepwell.triggers.ports import SegmentMembers


class WorkflowStore(Protocol):
    """Workflows as they are worked on."""

    def get(self, tenant: str, workflow: str) -> WorkflowRecord | None:
        """Read one."""
        ...

    def save(self, tenant: str, record: WorkflowRecord) -> bool:
        """Write one if the stored rev still is ``record.rev`` (0: not stored); the stored rev is one more."""
        ...

    def delete(self, tenant: str, workflow: str, rev: int) -> bool:
        """Delete one if its rev still is ``rev``."""
        ...

    def all(self, tenant: str) -> list[WorkflowRecord]:
        """Read all of a tenant."""
        ...


class VersionLibrary(Protocol):
    """Published versions; a number is written once."""

    def put(self, tenant: str, version: Version) -> bool:
        """Write a version unless its number is taken."""
        ...

    def get(self, tenant: str, workflow: str, number: int) -> Version | None:
        """Read one."""
        ...

    def all(self, tenant: str, workflow: str) -> list[Version]:
        """Read all of a workflow, newest first, without their graphs."""
        ...


class TriggerDocuments(Protocol):
    """The trigger index of a tenant, see `stepwell.triggers.index`."""

    def read(self, tenant: str) -> tuple[Mapping[str, Any], int]:
        """Return the document and its rev (0: none yet)."""
        ...

    def write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        """Write it if the stored rev still is ``rev``."""
        ...


class Switches(Protocol):
    """The switches that the runtime obeys within a second."""

    def control(self, tenant: str) -> Control:
        """Read them."""
        ...

    def set_status(self, tenant: str, workflow: str, status: WorkflowStatus) -> None:
        """Set what a workflow may do."""
        ...

    def set_stopped(self, tenant: str, stopped: bool) -> None:
        """Throw the stop-everything switch."""
        ...

    def set_marketing_paused(self, tenant: str, paused: bool) -> None:
        """Have marketing mail wait, or let it go on."""
        ...


class MachineDeployer(Protocol):
    """State machines of workflow versions; the only part of publishing that reaches AWS."""

    @property
    def prefix(self) -> str:
        """The deployment's prefix, start of machine names."""
        ...

    @property
    def functions(self) -> Mapping[str, str]:
        """ARN a node function."""
        ...

    @property
    def partition(self) -> str:
        """AWS partition."""
        ...

    def deploy(self, tenant: str, workflow: str, version: int, definition: str) -> str:
        """Create the machine and return its ARN; an equal one that exists is no error.

        Raises:
            Conflict: Another machine has this name.
        """
        ...

    def find(self, tenant: str, workflow: str, version: int) -> tuple[str, str]:
        """Return ARN and definition of a machine that exists.

        Raises:
            NotFound: There is none, or it is being deleted.
        """
        ...

    def delete(self, tenant: str, workflow: str, version: int) -> None:
        """Delete the machine; a missing one is no error."""
        ...


class Scheduler(Protocol):
    """Schedules that start broadcasts."""

    def put(self, schedule: Schedule) -> None:
        """Create or replace a schedule."""
        ...

    def delete(self, tenant: str, name: str) -> None:
        """Delete a schedule; a missing one is no error."""
        ...


class AuditLog(Protocol):
    """What people did."""

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        """Keep an entry."""
        ...


class MoveQueue(Protocol):
    """Commands for contacts in flight."""

    def send(self, move: Move, delay_s: int = 0) -> None:
        """Queue a command."""
        ...


class ProfilePages(Protocol):
    """All profiles of a tenant, page by page: a table scan, for audiences that no segment lists."""

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[Sequence[Profile], str | None]:
        """Read a page; not strongly consistent."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What a workspace has, for the checks.

    Attributes:
        templates: Template ids.
        channels: What sends each template.
        segments: Segment names.
        fields: Type name a profile field; None: not known, any is accepted.
        open_fields: Whether contacts may have other fields, too: naming one is worth a warning, not an error.
        models: Ids of scoring models.
    """

    templates: frozenset[str] | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    segments: frozenset[str] | None = None
    fields: Mapping[str, str] | None = None
    open_fields: bool = False
    models: frozenset[str] | None = None


class Inventory(Protocol):
    """What a workspace has."""

    def known(self, tenant: str) -> Known:
        """Return what the checks compare with."""
        ...

    def workspace(self, tenant: str) -> Workspace:
        """Return the tenant's settings."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingPorts:
    """Everything that publishing may reach; `bootstrap` fills it, tests fill it with fakes."""

    clock: Clock
    workflows: WorkflowStore
    versions: VersionLibrary
    triggers: TriggerDocuments
    switches: Switches
    machines: MachineDeployer
    scheduler: Scheduler
    audit: AuditLog
    moves: MoveQueue
    jobs: Jobs
    inventory: Inventory
    profiles: ProfilePages
    members: SegmentMembers
    posting: Posting | None = None

    def note(self, tenant: str, actor: str, action: str, subject: str, **details: Any) -> None:
        """Add an audit entry."""
        self.audit.audit(tenant, AuditEntry(self.now(), actor, action, subject, details))

    def now(self) -> datetime:
        """Return the current time."""
        return self.clock.now()
