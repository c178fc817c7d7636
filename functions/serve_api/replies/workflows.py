"""Workflows, their checks, versions, publishing, contacts in flight."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from replies.forms import Json, Reply, Time

Status: TypeAlias = Literal["draft", "active", "paused", "paused_discard", "stopped", "draining"]
Purpose: TypeAlias = Literal["marketing", "transactional"]
InFlight: TypeAlias = Literal["drain", "migrate", "eject"]


class WorkflowSummary(Reply):
    """A workflow as lists show it.

    Attributes:
        purpose: What its mail is for: consent and the footer depend on it.
        managed_by: `git`: deployments register it and nobody edits it here; empty: people do.
        rev: Grows with each change of the draft; send it back with the next change.
        live_version: The version that new contacts enter; 0: never published.
        latest_version: The highest version number given out.
        nodes: How many nodes the draft has.
        updated_at: When the draft last changed.
        updated_by: Who changed it.
    """

    id: str
    name: str
    description: str
    category: str
    purpose: Purpose | None
    status: Status
    managed_by: Literal["", "git"]
    rev: int
    live_version: int
    latest_version: int
    nodes: int
    created_at: Time
    updated_at: Time
    updated_by: str
    published_at: Time | None


class WorkflowDraft(WorkflowSummary):
    """A workflow with its draft.

    Attributes:
        machines: Versions whose state machines exist: contacts may be in them.
        schedules: Names of its schedules.
        workflow: The draft as drawn; its form is `/schema`'s, but a draft need not be complete.
        yaml: The same as YAML, if it was asked for.
    """

    machines: list[int]
    schedules: list[str]
    workflow: Json
    yaml: NotRequired[str]


class Violation(Reply):
    """A broken rule of the graph; what says nothing is left out.

    Attributes:
        code: Stable name of the rule.
        message: What is wrong and how to mend it.
        node: Id of the node as drawn; absent: the workflow itself.
        place: Dotted path into the node's config (`config.url`) or the workflow (`settings.filter`).
        severity: An `error` forbids publishing.
        publish_only: An error that saving and trying may ignore; absent: false.
        position: 0-based offset into the text of a condition.
    """

    code: str
    message: str
    node: NotRequired[str]
    place: NotRequired[str]
    severity: Literal["error", "warning"]
    publish_only: NotRequired[bool]
    position: NotRequired[int]


class Validation(Reply):
    """What the checks say of a graph.

    Attributes:
        valid: Whether it can be saved and tried.
        publishable: Whether it can go live.
    """

    valid: bool
    publishable: bool
    violations: list[Violation]


class WorkflowStanding(Reply):
    """How a workflow does, as lists show it.

    Attributes:
        in_flight: Contacts in it now, all versions.
        in_flight_complete: Whether they were counted; else they are reckoned, and who left by an exit is among them.
        enrolled: Contacts that entered the live version.
        conversions: Goals reached in the live version.
        conversion_rate: Conversions a contact; null: nobody is enrolled.
        has_goals: Whether the live version has goals.
        sent_7_days: Messages sent in the last seven days (UTC), all versions.
    """

    workflow: str
    in_flight: int
    in_flight_complete: bool
    enrolled: int
    conversions: int
    conversion_rate: float | None
    has_goals: bool
    sent_7_days: int
