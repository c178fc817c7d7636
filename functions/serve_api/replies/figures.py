"""Workflows as they run, figures over time, the calendar, what publishing would mean."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from replies.forms import Day, Reply, Time
from replies.publishing import WorkflowDiff
from replies.reviewing import Review
from replies.workflows import InFlight, Validation


class LiveNode(Reply):
    """A node as it runs.

    Attributes:
        node: Node id of the expanded graph.
        drawn_node: Node id as drawn.
        arrived: Contacts that came here.
        waiting: Contacts that stand here now.
        passed: Contacts that went on by one of its outcomes.
        sent: Messages that it sent.
        failed: Contacts that failed here, those set aside included.
        ended: Contacts that ended here.
        outcomes: Contacts an outcome.
        reasons: Contacts a reason for which they were skipped or failed.
        mail: What became of its messages: `delivered`, `opened`, `opened_machine`, …
        reach_rate: Part of all enrolled contacts that came here; null: nobody is enrolled.
        dropped: Contacts that came and neither went on nor stand here.
    """

    node: str
    drawn_node: str
    name: str
    type: str
    arrived: int
    waiting: int
    passed: int
    sent: int
    skipped: int
    failed: int
    ended: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    mail: dict[str, int]
    reach_rate: float | None
    dropped: int


class LiveGoal(Reply):
    """A goal of the workflow."""

    event: str
    reached: int


class Live(Reply):
    """A version as it runs.

    Attributes:
        version: 0: never published.
        in_flight: Contacts in this version now.
        in_flight_complete: Whether all were looked at; else `waiting` is of the newest runs, or reckoned.
        conversion_rate: Conversions a contact; null: nobody is enrolled.
    """

    workflow: str
    version: int
    enrolled: int
    in_flight: int
    in_flight_complete: bool
    conversions: int
    conversion_rate: float | None
    goals: list[LiveGoal]
    nodes: list[LiveNode]


class Passage(Reply):
    """A contact that left a node.

    Attributes:
        outcome: The way it left, or `set_aside`, `ended`.
        reason: Why, where a reason is kept.
    """

    profile: str
    enrollment: str
    version: int
    node: str
    name: str
    outcome: str
    reason: str
    at: Time
    run: str


class Sums(Reply):
    """Figures of some time; opens and clicks are people's.

    Attributes:
        sent: Messages sent.
        skipped: Messages not sent for a rule's sake.
        conversions: Goals reached.
        usd: What the messages cost at list price.
    """

    enrolled: int
    sent: int
    skipped: int
    failed: int
    delivered: int
    opened: int
    clicked: int
    conversions: int
    unsubscribed: int
    bounced: int
    complained: int
    usd: float


class Point(Sums):
    """Figures of an hour or a day that begins `at`."""

    at: Time


class DayPoint(Sums):
    """Figures of a day."""

    day: Day


class TopWorkflow(Sums):
    """Figures of a workflow."""

    workflow: str
    name: str


class Summary(Reply):
    """Figures of all workflows, day by day.

    Attributes:
        workflows: Those that sent most.
        usd_per_message: List price of a message, the platform's part included.
    """

    first: Day
    last: Day
    time_zone: Literal["UTC"]
    totals: Sums
    days: list[DayPoint]
    workflows: list[TopWorkflow]
    usd_per_message: float


class CalendarEntry(Reply):
    """Something that goes out.

    Attributes:
        kind: A `schedule` that will fire, or a `broadcast` that did.
        channels: On which its contacts may hear from it: `email`, `sms`, …
        state: `paused`: it fires, but nobody can enter.
        contacts: How many; null: not known.
        basis: Where that is from: `counted`, or `last_run`: as many as the last time.
        job: Of a broadcast.
        more: Whether the schedule fires more often in this time than is shown.
    """

    kind: Literal["schedule", "broadcast"]
    workflow: str
    name: str
    trigger: str
    channels: list[str]
    at: Time
    state: Literal["planned", "paused", "running", "done", "failed"]
    contacts: int | None
    basis: Literal["counted", "last_run"] | None
    job: str | None
    more: bool


class QuietHours(Reply):
    """Hours in which a workflow sends nothing, in each contact's zone.

    Attributes:
        time_zone: Of contacts without one.
    """

    workflow: str
    name: str
    start: str
    end: str
    otherwise: Literal["next_open_time", "skip"]
    time_zone: str


# `from` is a word of Python's.
_From = TypedDict("_From", {"from": Time})


class Calendar(Reply, _From):
    """What goes out when."""

    to: Time
    entries: list[CalendarEntry]
    quiet_hours: list[QuietHours]


class ExpectedEntry(Reply):
    """Who would come in by a trigger.

    Attributes:
        basis: `audience`: counted among stored contacts; `past`: who came in lately, for triggers by events.
        contacts: How many; null: nothing is known yet.
        sample: How many contacts were looked at.
        complete: Whether these were all.
        days: Of `past`: in how many days.
        refused: Contacts a reason for which they would not enter.
    """

    trigger: str
    type: str
    events: list[str]
    basis: Literal["audience", "past"]
    contacts: int | None
    sample: int
    complete: bool
    days: int | None
    refused: dict[str, int]


class ExpectedCost(Reply):
    """What it would cost at list price, and what that takes for granted."""

    contacts: int
    messages_each: int
    messages: int
    usd_per_message: float
    usd: float
    assumption: str


class InFlightNode(Reply):
    """Contacts at a node of an older version.

    Attributes:
        target: The node of the draft that they would go to; null: it has none for them.
        does: What the choice does with them.
    """

    version: int
    node: str
    contacts: int
    target: str | None
    does: Literal["stay", "move", "end"]


class InFlightPreview(Reply):
    """Contacts in flight, and what the choice does with them.

    Attributes:
        complete: Whether all were looked at.
        targets: Nodes of the draft that contacts can be moved to.
    """

    choice: InFlight
    contacts: int
    complete: bool
    stay: int
    move: int
    end: int
    nodes: list[InFlightNode]
    targets: list[str]


class PublishPreview(Reply):
    """What publishing the draft would mean.

    Attributes:
        entries: Empty while the checks find what cannot be read.
        diff: From the live version to the draft; null: nothing is live.
    """

    workflow: str
    name: str
    rev: int
    live_version: int
    checks: Validation
    review: Review
    entries: list[ExpectedEntry]
    cost: ExpectedCost
    in_flight: InFlightPreview
    diff: WorkflowDiff | None
