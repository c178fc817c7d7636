"""The graph as people draw it and git keeps it: workflow, node, edge, settings.

Published graphs are stored for ever: a field is added with a default, never renamed; a breaking change raises
`schema_version` and adds an upgrade in `stepwell.workflows.documents`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from stepwell.contracts.ids import NODE_ID, WORKFLOW_ID

NodeId = Annotated[str, StringConstraints(pattern=NODE_ID.pattern)]
WorkflowId = Annotated[str, StringConstraints(pattern=WORKFLOW_ID.pattern)]
OutcomeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]


class Document(BaseModel):
    """Base of all graph models: frozen, and an unknown field is an error, so that typos surface.

    Schemas are built at first use: a cold start needs only those of the graph that it reads.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class RetryPolicy(Document):
    """`retry_logic` of a node: how often a contact's failed call is tried again before `failed`.

    Attributes:
        max_attempts: Attempts in all, 1 to 10.
        interval_seconds: Wait before the second attempt.
        backoff_rate: Factor on the wait from attempt to attempt.
    """

    max_attempts: int = Field(default=3, ge=1, le=10)
    interval_seconds: int = Field(default=30, ge=1, le=3600)
    backoff_rate: float = Field(default=2.0, ge=1.0, le=10.0)

    def wait_s(self, failed_attempts: int) -> int:
        """Return the seconds to wait after that many failed attempts (≥ 1)."""
        return min(int(self.interval_seconds * self.backoff_rate ** (failed_attempts - 1)), 86_400)


class Position(Document):
    """Where the canvas shows a node, in pixels."""

    x: float
    y: float


class Node(Document):
    """One step of a workflow. `config` is checked against the type's own model (`workflows.nodes`)."""

    id: NodeId
    type: str
    name: str = ""
    config: dict[str, Any] = Field(default_factory=dict)
    retry: RetryPolicy | None = None
    ui: Position | None = None


class Edge(Document):
    """Leads from an outcome of a node to the next node."""

    source: NodeId
    outcome: OutcomeName = "next"
    target: NodeId


class Reentry(Document):
    """Whether a contact may enter again, across versions.

    Attributes:
        rule: `never`, `any_time` (also side by side), or `after_exit`.
        interval_minutes: Least time between two entries under one entry key.
        max_entries: Cap over all time; None: no cap.
    """

    rule: Literal["never", "any_time", "after_exit"] = "never"
    interval_minutes: int = Field(default=5, ge=0, le=525_600)
    max_entries: int | None = Field(default=None, ge=1)


class ExitCriterion(Document):
    """An event (or a condition checked at any event, with event `*`) that ends the enrollment at once."""

    event: str
    where: str = ""
    emit: str = ""


class Goal(Document):
    """A conversion: an event, optionally within a time from entry, that may end the enrollment."""

    event: str
    where: str = ""
    within: str = ""
    ends: bool = False


class QuietHours(Document):
    """Hours in which no message of this workflow goes out, in the contact's zone (`HH:MM`, may pass midnight)."""

    start: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    otherwise: Literal["next_open_time", "skip"] = "next_open_time"
    closed_days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        (), max_length=6
    )


class FrequencyCap(Document):
    """At most `limit` messages of a channel (`all`: of all together) and tag a day, week or month of the contact."""

    channel: str = "email"
    tag: str = ""
    limit: int = Field(ge=1, le=100)
    per: Literal["day", "week", "month"] = "day"


class Settings(Document):
    """How contacts come in and go out."""

    reentry: Reentry = Reentry.model_construct()
    entry_key: str = ""
    filter: str = ""
    exit_criteria: tuple[ExitCriterion, ...] = ()
    exit_on_unsubscribe: bool = True
    goals: tuple[Goal, ...] = ()
    time_zone: str = "UTC"
    quiet_hours: QuietHours | None = None
    frequency_caps: tuple[FrequencyCap, ...] = ()


class Workflow(Document):
    """A named graph.

    Attributes:
        schema_version: Version of this form.
        id: Stable id, part of keys and machine names.
        purpose: Consent purpose of its messages; None where no node sends (a check insists otherwise).
        duration: How long the journey takes as its author says (`14_days`), for the gallery.
    """

    schema_version: Literal[1] = 1
    id: WorkflowId
    name: str = ""
    description: str = ""
    purpose: Literal["marketing", "transactional"] | None = None
    category: str = ""
    duration: str = ""
    settings: Settings = Settings.model_construct()
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def parse_duration(text: str) -> timedelta:
    """Read `14_days`, `0_hours`, `2 weeks`, `30 minutes`.

    Raises:
        ValueError: Not a duration.
    """
    number, _, unit = text.strip().replace("_", " ").partition(" ")
    seconds = _UNITS.get(unit.strip().rstrip("s"))
    if seconds is None or not number.isdigit():
        raise ValueError(f"not a duration: {text!r}; write e.g. `2_days` or `12 hours`")
    return timedelta(seconds=int(number) * seconds)
