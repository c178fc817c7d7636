"""Tokens, runs and traces: where each enrollment stands, what carries it, and what happened to it.

The token is the only owner of the truth; everything else is an index or a log (engine rule 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class TokenState(StrEnum):
    """Where a token's life stands."""

    RUNNING = "RUNNING"
    PARKED = "PARKED"
    ENDED = "ENDED"


class EndReason(StrEnum):
    """Why an enrollment ended; each ends with exactly one."""

    COMPLETED = "completed"
    EXIT_NODE = "exit_node"
    EXIT_CRITERIA = "exit_criteria"
    UNSUBSCRIBED = "unsubscribed"
    GOAL = "goal"
    EJECTED = "ejected"
    STOPPED = "stopped"
    ERASED = "erased"
    ERROR = "error"
    MERGED = "merged"  # a branch token that arrived at its merge
    MERGE_TIMEOUT = "merge_timeout"
    DISCARDED = "discarded"  # came due while paused with policy "discard"


@dataclass(frozen=True, slots=True)
class Token:
    """One enrollment's (or branch's) place in a workflow.

    Attributes:
        id: Token id, see `stepwell.contracts.ids`.
        state: RUNNING (a run owns it), PARKED (index rows point at it) or ENDED.
        epoch: Grows by one at each change of owner; a cohort element carries it.
        run: The run that owns or last owned it.
        node: The node where it stands (parked) or entered its run.
        version: Workflow version it lives in.
        loop: Loop vector, index a loop node.
        entered_at: When the enrollment began.
        as_of: Event time up to which events are seen.
        due: When a parked token goes on, if it waits for time.
        resume: Node that it goes on at when due (None: the workflow's end, when parked without successor).
        wait_events: Event names (or ``*``) whose arrival may wake it.
        hold: ``paused`` while held by a pause, else empty.
        arrived: Branches that reached the merge (parent token of a parallel section).
        end_reason: Set when ENDED.
        runs: The runs it travelled in, oldest first.
        context: The triggering event's name, id and properties (≤ 2 KB), read by conditions as `enrollment`.
        facts: Small facts kept while it is parked, e.g. the outcome taken when due (``{"timeout": "timed_out"}``).
    """

    id: str
    state: TokenState
    epoch: int
    run: str
    node: str
    version: int
    entered_at: datetime
    as_of: datetime
    loop: Mapping[str, int] = field(default_factory=dict)
    due: datetime | None = None
    resume: str | None = None
    wait_events: tuple[str, ...] = ()
    hold: str = ""
    arrived: frozenset[str] = frozenset()
    end_reason: str = ""
    runs: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def evolve(self, **changes: Any) -> Token:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Move:
    """A compare-and-set on one token: applies only if state and epoch are still as expected.

    Attributes:
        before: The token as it was read; its state and epoch are the condition.
        after: The token as it shall be.
    """

    before: Token
    after: Token


@dataclass(frozen=True, slots=True)
class Via:
    """How a cohort came into a run: the node and outcome it left, or ``("", "enrolled")`` at entry.

    Attributes:
        node: The node.
        outcome: The outcome.
        loop: Loop vector of that visit as text; the run's own is that of its entry, maybe outside the loop.
    """

    node: str = ""
    outcome: str = "enrolled"
    loop: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A cohort's journey from one start to its end.

    Attributes:
        id: Run id; deterministic where a replay must find it.
        workflow: Workflow id.
        version: Version whose machine carries it.
        entry: Node id at which the machine is entered (``finish`` for none left).
        via: How the cohort came here.
        loop: Loop vector at entry.
        attempt: Grows when the reconciler starts it again; older attempts fence themselves off.
        open: False once its last Task closed it.
        started_at: When it was recorded.
        expected_by: When to look whether it is stuck.
        cohort: Token elements ``id:epoch`` in their fixed order; traces refer to positions in it.
    """

    id: str
    workflow: str
    version: int
    entry: str
    via: Via
    started_at: datetime
    expected_by: datetime
    cohort: tuple[str, ...]
    loop: Mapping[str, int] = field(default_factory=dict)
    attempt: int = 1
    open: bool = True

    @property
    def execution_name(self) -> str:
        """The Step Functions execution name (≤ 80 characters): run, entry, attempt."""
        tail = f"-{self.attempt}"
        return f"{self.id}-{self.entry}"[: 80 - len(tail)] + tail


@dataclass(frozen=True, slots=True)
class Trace:
    """What one step did to a cohort; also the acknowledgment of its effects.

    Attributes:
        run: Run id.
        node: Node id.
        loop: Loop vector as text.
        part: Which part of a deferred visit, from 0; negative: no step but a note on one (see `note`).
        attempt: The attempt that wrote it.
        at: When.
        outcomes: Tokens an outcome; a token is named once over all outcomes.
        reasons: Tokens a reason code (skip reasons, errors).
        later: Tokens that come back as the next part.
        due: When a delay is over, for Wait states.
    """

    run: str
    node: str
    loop: str
    part: int
    attempt: int
    at: datetime
    outcomes: Mapping[str, Sequence[str]]
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    later: Sequence[str] = ()
    due: datetime | None = None

    @property
    def note(self) -> bool:
        """Whether this is no step but what became known later of one contact's: `unknown_confirmed`."""
        return self.part < 0


def compact(positions: Sequence[int]) -> str:
    """Write sorted positions as ranges: ``[0,1,2,7]`` becomes ``0-2,7``."""
    parts: list[str] = []
    ordered = sorted(set(positions))
    start = 0
    for index, position in enumerate(ordered):
        last = index + 1 == len(ordered)
        if last or ordered[index + 1] != position + 1:
            first = ordered[start]
            parts.append(str(first) if first == position else f"{first}-{position}")
            start = index + 1
    return ",".join(parts)


def expand(text: str) -> list[int]:
    """Read ranges written by `compact`."""
    positions: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        positions.extend(range(int(first), int(last or first) + 1))
    return positions
