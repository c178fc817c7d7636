"""What managing scoring models and sequences keeps and needs from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rules import RulesStore
from stepwell.publishing.segment_ports import ProfileSample


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A scoring model or a sequence as it is kept.

    Attributes:
        id: Its id.
        body: The document as JSON.
        version: Number of this version; grows with each save, never used twice.
        created_at: When the first version was saved.
        updated_at: When this one was.
        updated_by: By whom.
        note: What the author said about it.
        rolled_back_from: The version whose document this one repeats; 0: none.
        before: What the versions before it weighed, see `stepwell.scoring.compiled`; empty for sequences.
        rev: Grows at each write; every write is conditional on it. 0: not stored yet.
    """

    id: str
    body: Mapping[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str = ""
    note: str = ""
    rolled_back_from: int = 0
    before: Mapping[str, Any] = field(default_factory=dict)
    rev: int = 0

    def evolve(self, **changes: Any) -> RuleRecord:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version that was saved; it never changes.

    Attributes:
        number: Version number.
        at: When it was saved.
        by: By whom.
        note: What the author said about it.
    """

    number: int
    at: datetime
    by: str
    note: str


class RuleStore(Protocol):
    """Documents of one kind with all their versions."""

    def get(self, tenant: str, rule: str) -> RuleRecord | None:
        """Read one."""
        ...

    def all(self, tenant: str) -> list[RuleRecord]:
        """Read all of a tenant, by id."""
        ...

    def save(self, tenant: str, record: RuleRecord) -> bool:
        """Write one and its version if the stored rev is ``record.rev`` (0: not stored); it is one more then."""
        ...

    def delete(self, tenant: str, rule: str, rev: int) -> bool:
        """Delete one if its rev still is ``rev``; its versions stay, so that no number is used twice."""
        ...

    def versions(self, tenant: str, rule: str) -> list[RuleVersion]:
        """Return all versions that were ever saved under an id, newest first."""
        ...

    def version(self, tenant: str, rule: str, number: int) -> Mapping[str, Any] | None:
        """Return a version's document, None: there is none of this number."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePorts:
    """Everything that managing scoring models and sequences may reach."""

    models: RuleStore
    sequences: RuleStore
    rules: RulesStore
    sample: ProfileSample
    publishing: PublishingPorts
