"""Who left a node by which outcome: the contacts behind the numbers of the live view.

A trace tells who left the node that a run visited; who was woken at a wait is told by the `via` of the run he left
in, for the machine does not visit the wait again. What both tell is listed once, by the rule that counters count by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from stepwell.contracts.ids import TokenId, split_member
from stepwell.contracts.tokens import Run
from stepwell.errors import NotFound
from stepwell.publishing.listing import Page
from stepwell.publishing.run_pages import pages_of_runs
from stepwell.runtime.effects import Ports
from stepwell.runtime.published import Published, published
from stepwell.triggers.outcomes import run_tells, trace_tells

FAULTS = ("failed", "set_aside")
"""Outcomes that a fault is."""
_BESIDES = frozenset({"parked"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A contact that left a node.

    Attributes:
        profile: Profile id.
        enrollment: Enrollment id.
        version: Version.
        node: Node id.
        name: Its display name.
        outcome: The way it left.
        reason: Why, where a reason is kept.
        at: When.
        run: The run that carried it, or into which it left.
    """

    profile: str
    enrollment: str
    version: int
    node: str
    name: str
    outcome: str
    reason: str
    at: datetime
    run: str


def passages(
    tenant: str,
    workflow: str,
    runtime: Ports,
    *,
    node: str = "",
    outcomes: Sequence[str] = (),
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Passage]:
    """List who left nodes by which outcome, those of the newest runs first.

    Raises:
        InvalidInput: The limit is out of range, or the cursor is none of ours.
    """

    def rows(run: Run) -> Iterator[Passage]:
        version = _published(tenant, run, runtime)
        for passage in (*_in(tenant, run, version, runtime, node), *_into(run, version)):
            if (not node or passage.node == node) and (not outcomes or passage.outcome in outcomes):
                yield passage

    return pages_of_runs(tenant, workflow, runtime, rows, limit, cursor)


def _in(tenant: str, run: Run, version: Published | None, runtime: Ports, node: str) -> Iterator[Passage]:
    """Yield who left the nodes that a run visited, the newest first."""
    traces = runtime.runs.traces(tenant, run.id)
    for trace in sorted(traces, key=lambda t: t.at, reverse=True):
        if node and trace.node != node:
            continue
        why = {token: reason for reason, tokens in trace.reasons.items() for token in tokens}
        told = trace_tells(version, trace.node, {o: len(tokens) for o, tokens in trace.outcomes.items()})
        for outcome, tokens in trace.outcomes.items():
            if outcome in told - _BESIDES:
                for token in tokens:
                    yield _passage(run, version, trace.node, outcome, token, trace.at, why.get(token, ""))


def _into(run: Run, version: Published | None) -> Iterator[Passage]:
    """Yield who left a wait, a trigger or a merge's time limit by this run."""
    if run_tells(version, run.via.node, run.via.outcome):
        for element in run.cohort:
            token = split_member(element)[0]
            yield _passage(run, version, run.via.node, run.via.outcome, token, run.started_at, "")


def _passage(
    run: Run, version: Published | None, node: str, outcome: str, token: str, at: datetime, reason: str
) -> Passage:
    parsed = TokenId.parse(token)
    drawn = version.graph.nodes.get(node) if version is not None else None
    name = drawn.node.name or node if drawn is not None else node
    return Passage(parsed.profile, parsed.enrollment, run.version, node, name, outcome, reason, at, run.id)


def _published(tenant: str, run: Run, runtime: Ports) -> Published | None:
    try:
        return published(runtime.versions, tenant, run.workflow, run.version)
    except NotFound:
        return None
