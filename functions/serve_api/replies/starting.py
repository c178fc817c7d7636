"""Starts by hand, audiences, schedules, jobs."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

from replies.forms import Json, Reply, Time

JobState: TypeAlias = Literal[
    "preparing", "running", "done", "failed", "uploading", "planning", "working", "cancelled"
]
"""The last four and `done` and `failed` of imports and exports, the first four of all others."""
JobKind: TypeAlias = Literal[
    "broadcast",
    "migrate",
    "eject",
    "release",
    "retire",
    "segment",
    "rescore",
    "erase",
    "catalog",
    "mail",
    "timing",
    "snapshot",
    "events",
    "import",
    "dry_run",
    "export",
]


class Started(Reply):
    """A start by hand.

    Attributes:
        job: Ask `/jobs/{job}` how far it is.
        counts: Contacts an outcome; absent while a large audience is being prepared.
        unknown: Contacts that were named and that nobody knows; absent like `counts`.
    """

    job: str
    state: JobState
    counts: NotRequired[dict[str, int]]
    unknown: NotRequired[int]


class AudienceMember(Reply):
    """Somebody who would enter."""

    profile: str
    email: str
    name: str


class AudiencePreview(Reply):
    """Who would enter if everybody were tried now.

    Attributes:
        trigger: The trigger node that was looked at.
        looked_at: Contacts looked at.
        complete: Whether these were all.
        refused: Contacts a reason: `audience`, `filter`, `reentry_never`, `reentry_active`, `reentry_interval`,
            `reentry_cap`, `no_address`.
        note: What the answer cannot know, in a sentence; may be empty.
    """

    trigger: str
    looked_at: int
    complete: bool
    would_enter: int
    refused: dict[str, int]
    sample: list[AudienceMember]
    note: str


class Schedule(Reply):
    """A schedule of a time trigger.

    Attributes:
        trigger: The trigger node.
        expression: `at(…)`, `rate(…)` or `cron(…)`.
        active: Whether it fires; not while the workflow is paused or stopped.
        next: The next firings.
    """

    trigger: str
    name: str
    expression: str
    time_zone: str
    active: bool
    next: list[Time]


class Job(Reply):
    """Progress of something that takes longer than a request.

    Attributes:
        workflow: Workflow id; of a segment `segment/<id>`, of a scoring model `scoring/<id>`.
        total: Contacts to treat; -1: not known yet.
        parts: Cohorts to treat; 0: not known yet.
        parts_done: Cohorts treated.
        counts: Contacts an outcome.
        details: Version, trigger, node map, why it failed.
    """

    id: str
    kind: JobKind
    workflow: str
    state: JobState
    started_at: Time
    actor: str
    total: int
    parts: int
    parts_done: int
    counts: dict[str, int]
    details: Json
