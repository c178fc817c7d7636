"""What a workflow would do with a contact, step by step."""

from __future__ import annotations

from typing_extensions import TypedDict

from replies.forms import Json, Reply, Time


class Found(Reply):
    """What a condition found.

    Attributes:
        op: Its kind: `and`, `or`, `not`, `compare`, …
        text: The condition as text.
        result: Whether it holds.
        observed: What was compared with what: `score is 35`.
        children: Of and, or, not.
    """

    op: str
    text: str
    result: bool
    observed: list[str]
    children: list[Found]


class Wait(Reply):
    """A wait on the way.

    Attributes:
        until: Until when at most; null: without end.
        why: What it waited for.
    """

    until: Time | None
    why: str


class Place(Reply):
    """A node.

    Attributes:
        node: Node id of the expanded graph.
        drawn_node: Node id as drawn: a composite's parts have its id.
        name: Display name.
        type: Node type.
    """

    node: str
    drawn_node: str
    name: str
    type: str


class TryStep(Place):
    """A node that the contact left.

    Attributes:
        at: When.
        arrived_at: When it came there.
        branch: Branch path inside parallel sections.
        loop: Which round of which loop.
        outcome: The way it left, or the end reason.
        reason: Why a message was skipped or failed, by the rules of real sends.
        explanation: Why it left so, in a sentence.
        conditions: What each condition found that was asked.
        wait: The wait that was here; null: none.
        bucket: Of 10,000, at a random split.
        message: Number of the message in `messages`; null: none was sent.
    """

    at: Time
    arrived_at: Time
    branch: str
    loop: str
    outcome: str
    reason: str
    explanation: str
    conditions: list[Found]
    wait: Wait | None
    bucket: int | None
    message: int | None


class TryStanding(Place):
    """Where the contact still waits when the watching ends."""

    branch: str
    since: Time
    until: Time | None
    why: str


class TryFault(Reply):
    """Why a message could not be rendered."""

    code: str
    message: str


# `from` is a word of Python's.
_Sender = TypedDict("_Sender", {"from": str})


class TryMessage(Place, _Sender):
    """A message that would be sent, rendered with the contact as it is by then.

    Attributes:
        counted: Whether frequency caps count it.
        missing: Fields that the template asks for and the contact lacks.
        fault: Why it has no parts; null: it has.
    """

    at: Time
    channel: str
    template: str
    branch: str
    loop: str
    tag: str
    counted: bool
    subject: str
    preheader: str
    html: str
    text: str
    missing: list[str]
    fault: TryFault | None


class TryGoal(Reply):
    """A goal that was reached."""

    event: str
    at: Time


class Tried(Reply):
    """A contact's way through a workflow in virtual time; nothing was written or sent.

    Attributes:
        trigger: The trigger node that it entered by.
        ended_at: When it ended; null: it is still under way when the watching ends.
        end_reason: Why; empty: still under way; `filtered`: the entry filter keeps it out.
        cut_off: Whether there were too many steps to go on.
        traits: The contact's fields at the end.
    """

    workflow: str
    trigger: str
    started_at: Time
    ended_at: Time | None
    end_reason: str
    cut_off: bool
    steps: list[TryStep]
    standing: list[TryStanding]
    messages: list[TryMessage]
    goals: list[TryGoal]
    traits: Json


class SentTest(Reply):
    """A test message that went out.

    Attributes:
        to: Where to.
        message_id: The provider's id.
        subject: As sent, marked.
        left: How many more this hour.
    """

    to: str
    message_id: str
    subject: str
    left: int
