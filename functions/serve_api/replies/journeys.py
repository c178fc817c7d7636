"""What happens to contacts: enrollments, explain, messages, counters a node."""

from __future__ import annotations

from typing import Literal, TypeAlias

from replies.forms import Reply, Time

EnrollmentState: TypeAlias = Literal["RUNNING", "PARKED", "ENDED"]
EndReason: TypeAlias = str
"""Why an enrollment ended; `exit` nodes name reasons of their own, so the set is open."""
MessageOutcome: TypeAlias = Literal["sent", "skipped", "failed"]


class Enrollment(Reply):
    """A contact's way through a workflow.

    Attributes:
        profile: Profile id.
        version: The version it is in, or ended in.
        state: RUNNING: a step is being done; PARKED: it waits; ENDED.
        node: Where it stands, stood at its end, or entered its run.
        node_name: That node's name; empty: it has none.
        hold: `paused` while held.
        due: When it goes on; null: it does not wait for a time.
        end_reason: Why it ended; empty: it did not.
    """

    workflow: str
    workflow_name: str
    enrollment: str
    profile: str
    version: int
    state: EnrollmentState
    node: str
    node_name: str
    hold: str
    entered_at: Time
    due: Time | None
    end_reason: EndReason


class ExplanationStep(Reply):
    """What happened to a contact at one node.

    Attributes:
        node: Node id; empty for what happened outside of nodes.
        type: The node's type.
        outcome: The way it left by; `parked`, `ended` and `later` for those that did not leave.
        reason: Reason code, may be empty.
        sentence: What happened, for a person.
        due: Until when it waited, if it did.
        loop: Iteration inside loops, else empty.
        branch: Parallel branch inside parallel sections, else empty.
        run: The run that carried it.
        entered: Whether this is how it came into a run; else what happened at the node.
    """

    node: str
    name: str
    type: str
    at: Time
    outcome: str
    sentence: str
    reason: str
    due: Time | None
    version: int
    loop: str
    branch: str
    run: str
    entered: bool


Standing: TypeAlias = Literal[
    "ended", "held_stopped", "held_paused", "running", "joining", "waits_events", "waits_until", "waits"
]


class ExplanationJourney(Reply):
    """One enrollment.

    Attributes:
        sentence: Its state now, for a person.
        standing: The same as a code.
        place: Display name of where it stands.
        waits_for: Events that may wake it.
        steps: What happened, oldest first.
    """

    enrollment: str
    version: int
    entered_at: Time
    state: EnrollmentState
    node: str
    sentence: str
    standing: Standing
    place: str
    due: Time | None
    waits_for: list[str]
    end_reason: EndReason
    steps: list[ExplanationStep]


class WhyNot(Reply):
    """Something that stands between a contact and a workflow.

    Attributes:
        code: What it is: `never_published`, `not_active`, `never_did`, `did_before`, `filter_fails`,
            `audience_fails`, or the re-entry rule that refuses.
        sentence: The same, for a person.
        params: What the sentence names.
    """

    code: str
    sentence: str
    params: dict[str, str]


class Explanation(Reply):
    """All journeys of a contact through a workflow.

    Attributes:
        profile: Profile id.
        sentence: The answer in short.
        journeys: Enrollments, newest first.
        why_not: Why the contact is not in it (any more), as of now.
    """

    workflow: str
    profile: str
    sentence: str
    journeys: list[ExplanationJourney]
    why_not: list[WhyNot]


class Exited(Reply):
    """Enrollments that were ended.

    Attributes:
        ended: Their ids.
    """

    ended: list[str]


class Message(Reply):
    """A message that was sent, skipped or failed.

    Attributes:
        node: The sending node.
        name: Its display name.
        channel: `email`, ….
        profile: Profile id.
        reason: Why it was skipped or failed; may be empty.
        run: The run that carried it.
    """

    workflow: str
    version: int
    node: str
    name: str
    channel: str
    profile: str
    enrollment: str
    outcome: MessageOutcome
    reason: str
    at: Time
    run: str


class NodeCounters(Reply):
    """Contacts that passed a node.

    Attributes:
        outcomes: Contacts an outcome.
        reasons: Contacts a reason for which they were skipped or failed.
    """

    outcomes: dict[str, int]
    reasons: dict[str, int]


class Counters(Reply):
    """Contacts a node of one version, since it was published.

    Attributes:
        version: 0: never published.
        enrolled: Contacts that entered.
        nodes: By node id; nodes that nobody passed are absent.
    """

    workflow: str
    version: int
    enrolled: int
    nodes: dict[str, NodeCounters]
