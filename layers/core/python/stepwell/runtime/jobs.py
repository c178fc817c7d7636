"""Progress of what takes longer than a request: broadcasts, moves of contacts in flight, retiring machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Job:
    """Progress of something that takes longer than a request: a broadcast or a move.

    Attributes:
        id: Job id.
        kind: `broadcast`, `migrate`, `eject` or `release`.
        workflow: Workflow id.
        state: `preparing`, `running`, `done` or `failed`.
        started_at: When.
        actor: Who asked for it.
        total: Contacts to treat, once known (-1: not known).
        parts: Cohorts to treat, once known.
        parts_done: Cohorts treated.
        counts: Contacts an outcome.
        details: Version, trigger, node map, why it failed.
    """

    id: str
    kind: str
    workflow: str
    state: str
    started_at: datetime
    actor: str = ""
    total: int = -1
    parts: int = 0
    parts_done: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)

    def evolve(self, **changes: Any) -> Job:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


class Jobs(Protocol):
    """Progress of broadcasts and moves."""

    def put(self, tenant: str, job: Job) -> bool:
        """Write a job unless it exists."""
        ...

    def get(self, tenant: str, job: str) -> Job | None:
        """Read one."""
        ...

    def update(self, tenant: str, job: str, state: str, **changes: Any) -> None:
        """Set the state and ``total``, ``parts`` or ``details`` of a job."""
        ...

    def add(self, tenant: str, job: str, part: str, counts: Mapping[str, int]) -> None:
        """Add a part's counts once; a repeated part changes nothing."""
        ...

    def of_workflow(self, tenant: str, workflow: str, limit: int) -> list[Job]:
        """Read a workflow's jobs, newest first."""
        ...
