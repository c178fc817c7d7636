"""What goes into a simulation and what comes out: contact, events, steps, messages, journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from stepwell.conditions import Explanation


@dataclass(frozen=True, slots=True)
class SimulatedEvent:
    """Something that the contact does, or that happens to it.

    Attributes:
        at: When (aware).
        name: Event name.
        properties: Event properties.
        traits: Profile fields that it sets (an identify call).
        machine: Made by a scanner or privacy proxy: it counts for nothing.
    """

    at: datetime
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the contact does about a message, some time after it was sent.

    Attributes:
        after: How long after.
        name: Event name; its properties name workflow and node, as those of provider events do.
        properties: Further event properties.
    """

    after: timedelta
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SimulatedContact:
    """Who walks.

    Attributes:
        profile: Profile id; random splits hash it.
        traits: Profile fields at the start.
        consent: ``{"email:marketing": "granted"|"denied"}``; absent: never asked.
        suppressed: Reason why the address is suppressed, or empty.
        events: What will happen, in any order; what lies before the start is the contact's past.
        faults: Outcomes forced on a node's visits in order, e.g. ``{"call": ["failed"]}`` for api_call.
        trigger: Name of the event that starts the journey.
        trigger_properties: Its properties.
        reactions: What it does about the messages of a node, by node id; ``*``: of each node that is not named.
        sent: Messages that it got before, which caps count.
        blocked: Reason for which no message can reach it (`not_allowlisted`, …), or empty.
    """

    profile: str
    traits: Mapping[str, Any] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)
    suppressed: str = ""
    events: Sequence[SimulatedEvent] = ()
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)
    trigger: str = ""
    trigger_properties: Mapping[str, Any] = field(default_factory=dict)
    reactions: Mapping[str, Sequence[Reaction]] = field(default_factory=dict)
    sent: Sequence[Message] = ()
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that would be sent.

    Attributes:
        at: When.
        node: The sending node.
        channel: `email`, `sms` or `push`.
        template: Template id; empty where the node says it itself.
        branch: Branch path, empty outside parallel sections.
        loop: Loop vector as text.
        tag: Tag that frequency caps may go by.
        counted: Whether it counts towards caps.
        fields: The contact's fields at that moment, to render it with.
        event: The event that rendering can read.
    """

    at: datetime
    node: str
    channel: str
    template: str
    branch: str = ""
    loop: str = ""
    tag: str = ""
    counted: bool = True
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    event: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One node left (or the end reached at it).

    Attributes:
        at: When the contact left it.
        node: Node id.
        outcome: The way it left, or the end reason at an end.
        explanation: Why, a sentence or a few.
        reason: Typed reason of a skip or failure, or empty.
        message: The message sent, if any.
        branch: Branch path, ``<parallel>.<outcome>`` a level, joined by ``/``.
        loop: Loop vector as text.
        since: When the contact came to stand there.
        due: Until when it would have waited at most; None: there was no wait.
        waited: Why it waited.
        conditions: What each condition found that was asked on the way out.
        bucket: Of 10,000, at a random split.
    """

    at: datetime
    node: str
    outcome: str
    explanation: str
    reason: str = ""
    message: Message | None = None
    branch: str = ""
    loop: str = ""
    since: datetime | None = field(default=None, compare=False)
    due: datetime | None = field(default=None, compare=False)
    waited: str = field(default="", compare=False)
    conditions: tuple[Explanation, ...] = field(default=(), compare=False)
    bucket: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the contact still waits when the watching ends.

    Attributes:
        node: Node id.
        since: Since when.
        due: Until when at most.
        why: What it waits for.
        branch: Branch path.
    """

    node: str
    since: datetime
    due: datetime | None
    why: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """What became of the contact.

    Attributes:
        steps: In order of time; within one instant, branches in drawn order.
        messages: All messages sent.
        end_reason: See `EndReason`; empty while still under way after `max_days`, ``filtered`` if never enrolled.
        ended_at: When it ended.
        goals: Events of goals reached, with their times.
        traits: Profile fields at the end.
        standing: Where it still waits.
        cut_off: Whether watching ended because there were too many steps.
    """

    steps: tuple[Step, ...]
    messages: tuple[Message, ...]
    end_reason: str
    ended_at: datetime | None
    goals: tuple[tuple[str, datetime], ...] = ()
    traits: Mapping[str, Any] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()
    cut_off: bool = False
