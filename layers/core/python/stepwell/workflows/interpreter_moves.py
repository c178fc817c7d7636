"""What a visit can lead to, what it is told, and who the contact is at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from stepwell.conditions import ENGAGEMENT_EVENTS, Engagement, Explanation, Facts, explain, from_json
from stepwell.contracts.opting_out import ended_channels
from stepwell.workflows.interpreter_model import Message, SimulatedContact, SimulatedEvent
from stepwell.workflows.model import Workflow


@dataclass
class Person:
    """What is known of the contact at a moment of the walk."""

    traits: dict[str, Any]
    consent: dict[str, str] = field(default_factory=dict)
    suppressed: str = ""
    past: list[tuple[str, datetime, Mapping[str, Any]]] = field(default_factory=list)
    engagement: Engagement = field(default_factory=Engagement)

    def see(self, event: SimulatedEvent) -> None:
        """Let an event happen."""
        for name, value in event.traits.items():
            self.traits.pop(name, None)
            if value is not None:
                self.traits[name] = value
        kind = ENGAGEMENT_EVENTS.get(event.name)
        if event.machine and kind != "delivered":
            return
        self.past.append((event.name, event.at, event.properties))
        if kind is not None:
            self.engagement = self.engagement.with_event(kind, event.at)
        if event.name == "email_complained":
            self.suppressed = "complaint"
        elif event.name == "email_bounced":
            self.suppressed = "hard_bounce"
        else:
            gone = ended_channels(event.name, event.properties)
            self.consent |= {f"{channel}:marketing": "denied" for channel in gone}


@dataclass(frozen=True, slots=True)
class Leave:
    """Go on by an outcome; with `template`, a message of it was sent; `bucket` is that of a random split."""

    outcome: str
    why: str
    reason: str = ""
    template: str = ""
    told: tuple[Explanation, ...] = ()
    bucket: int | None = None


Wake: TypeAlias = Callable[[str, Facts, datetime], Leave | None]
"""Asked at each event (name, facts with it at hand, time): how the wait ends by it, if it does."""


def _nothing(_name: str, _facts: Facts, _now: datetime) -> Leave | None:
    return None


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay until `due` (then leave by `timeout`, or with `again` visit the node anew) or until `wake` says so."""

    due: datetime | None
    why: str
    timeout: str = "next"
    wake: Wake = _nothing
    again: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """The journey ends here."""

    reason: str
    why: str


Move: TypeAlias = Leave | Hold | Stop


@dataclass(frozen=True, slots=True)
class Here:
    """The circumstances of a visit.

    Attributes:
        node: Node id.
        now: Time.
        entered_at: When the journey began.
        facts: The contact; the event at hand is the trigger's.
        person: Traits, which actions change.
        contact: Consent and faults.
        workflow: Its settings.
        sent: Messages sent so far.
        fault: Outcome forced on this visit, or empty.
        rounds: Rounds done, at a loop node.
        tenant: Tenant id, which random splits hash.
        opt_in: Whether marketing needs a granted consent.
        primary: The node's first outcome.
        told: What conditions found that were asked in this visit.
    """

    node: str
    now: datetime
    entered_at: datetime
    facts: Facts
    person: Person
    contact: SimulatedContact
    workflow: Workflow
    sent: Sequence[Message]
    fault: str
    rounds: int
    tenant: str
    opt_in: bool
    primary: str
    told: list[Explanation] = field(default_factory=list)

    def asks(self, condition: str) -> tuple[bool, str]:
        """Evaluate a condition; return the result and a sentence that says what was found."""
        told = explain(from_json(condition), self.facts, self.now)
        self.told.append(told)
        return told.result, told.sentence
