"""Lists of what happened: a workflow's enrollments and messages, a contact's; from tokens, runs and traces only.

A token is found through the run that owns it, or owned it last, so each is named once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from stepwell.contracts.ids import TokenId, split_member
from stepwell.contracts.tokens import Run, Token, TokenState, Trace
from stepwell.errors import NotFound
from stepwell.publishing.listing import Page
from stepwell.publishing.run_pages import pages_of_runs
from stepwell.runtime.effects import Ports
from stepwell.runtime.lost_answers import confirmed, reason_now
from stepwell.runtime.migration import machine_waits
from stepwell.runtime.published import published
from stepwell.workflows.graph import Graph

OPEN = "OPEN"
"""Asks for enrollments that have not ended."""


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """An enrollment in a list.

    Attributes:
        workflow: Workflow id.
        workflow_name: The name that its version has.
        enrollment: Enrollment id.
        profile: Profile id.
        version: Version it is in, or ended in.
        state: RUNNING, PARKED or ENDED.
        node: Where it stands, stood at its end, or entered its run.
        node_name: That node's display name; empty: it has none.
        hold: ``paused`` while held.
        entered_at: When it began.
        due: When it goes on, if it waits for a time.
        end_reason: Why it ended.
    """

    workflow: str
    workflow_name: str
    enrollment: str
    profile: str
    version: int
    state: str
    node: str
    node_name: str
    hold: str
    entered_at: datetime
    due: datetime | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message that was sent, skipped or failed.

    Attributes:
        workflow: Workflow id.
        version: Version.
        node: The sending node.
        name: Its display name.
        channel: ``email``, …
        profile: Profile id.
        enrollment: Enrollment id.
        outcome: ``sent``, ``skipped`` or ``failed``.
        reason: Why it was skipped or failed.
        at: When.
        run: The run that carried it.
    """

    workflow: str
    version: int
    node: str
    name: str
    channel: str
    profile: str
    enrollment: str
    outcome: str
    reason: str
    at: datetime
    run: str


def row_of(
    tenant: str, workflow: str, token: Token, ports: Ports, waits: tuple[str, datetime] | None = None
) -> EnrollmentRow:
    """Return a primary token as a row.

    Args:
        tenant: Tenant id.
        workflow: Workflow id.
        token: The token.
        ports: Where the names are found.
        waits: Where and until when it waits inside a machine, if it does.
    """
    graph = _graph(tenant, workflow, token.version, ports)
    node = waits[0] if waits else token.node
    return EnrollmentRow(
        workflow=workflow,
        workflow_name=(graph.workflow.name if graph is not None else "") or workflow,
        enrollment=token.id,
        profile=TokenId.parse(token.id).profile,
        version=token.version,
        state=str(token.state),
        node=node,
        node_name=graph[node].node.name or "" if graph is not None and node in graph.nodes else "",
        hold=token.hold,
        entered_at=token.entered_at,
        due=waits[1] if waits else token.due,
        end_reason=token.end_reason,
    )


def _graph(tenant: str, workflow: str, version: int, ports: Ports) -> Graph | None:
    try:
        return published(ports.versions, tenant, workflow, version).graph
    except NotFound:
        return None


def enrollments(
    tenant: str,
    workflow: str,
    ports: Ports,
    *,
    state: str = "",
    node: str = "",
    version: int = 0,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[EnrollmentRow]:
    """List a workflow's enrollments, those of the newest runs first; `state` may be `OPEN`: all but ended ones.

    Raises:
        InvalidInput: The limit is out of range, or the cursor is none of ours.
    """

    def rows(run: Run) -> Iterator[EnrollmentRow]:
        tokens = ports.tokens.get(tenant, workflow, [split_member(e)[0] for e in run.cohort])
        own = {i: t for i, t in tokens.items() if t.run == run.id and not TokenId.parse(i).branches}
        waits = machine_waits(tenant, ports, own)
        for token in own.values():
            row = row_of(tenant, workflow, token, ports, waits.get(token.id))
            fits = (
                (not state or row.state == state or (state == OPEN and row.state != TokenState.ENDED))
                and (not node or row.node == node)
                and (not version or row.version == version)
            )
            if fits:
                yield row

    return pages_of_runs(tenant, workflow, ports, rows, limit, cursor)


def enrollments_of(
    tenant: str, workflows: Sequence[str], profile: str, ports: Ports, *, aliases: Sequence[str] = ()
) -> list[EnrollmentRow]:
    """List a contact's enrollments in some workflows, newest first; also those of contacts merged into it."""
    found = [
        row_of(tenant, workflow, token, ports)
        for workflow in workflows
        for one in (profile, *aliases)
        for token in ports.tokens.of_profile(tenant, workflow, one)
        if not TokenId.parse(token.id).branches
    ]
    return sorted(found, key=lambda row: (row.entered_at, row.enrollment), reverse=True)


def messages(
    tenant: str,
    workflow: str,
    ports: Ports,
    *,
    node: str = "",
    outcome: str = "",
    reason: str = "",
    limit: int = 50,
    cursor: str | None = None,
) -> Page[MessageRow]:
    """List a workflow's messages from its traces, those of the newest runs first.

    Raises:
        InvalidInput: The limit is out of range, or the cursor is none of ours.
    """

    def rows(run: Run) -> Iterator[MessageRow]:
        traces = ports.runs.traces(tenant, run.id)
        known = confirmed(traces)
        for trace in traces:
            if node and trace.node != node:
                continue
            for row in messages_of(tenant, run, trace, known, ports):
                if (not outcome or row.outcome == outcome) and (not reason or row.reason == reason):
                    yield row

    return pages_of_runs(tenant, workflow, ports, rows, limit, cursor)


def messages_of(
    tenant: str, run: Run, trace: Trace, known: frozenset[tuple[str, str, str]], ports: Ports
) -> Iterator[MessageRow]:
    """Yield the messages of one step, lost answers as they are `known` by now; nothing when its node sends none."""
    graph = _graph(tenant, run.workflow, run.version, ports)
    this = graph.nodes.get(trace.node) if graph is not None else None
    if this is None or not this.type.sends:
        return
    why = {token: reason for reason, tokens in trace.reasons.items() for token in tokens}
    for outcome in ("sent", "skipped", "failed"):
        for token in trace.outcomes.get(outcome, ()):
            parsed = TokenId.parse(token)
            yield MessageRow(
                workflow=run.workflow,
                version=run.version,
                node=trace.node,
                name=this.node.name or trace.node,
                channel=this.type.sends,
                profile=parsed.profile,
                enrollment=parsed.enrollment,
                outcome=outcome,
                reason=reason_now(why.get(token, ""), trace, token, known, ports.clock.now()),
                at=trace.at,
                run=run.id,
            )


def messages_to(
    tenant: str, workflows: Sequence[str], profile: str, ports: Ports, *, aliases: Sequence[str] = ()
) -> list[MessageRow]:
    """List a contact's messages of some workflows, newest first; also those of contacts merged into it."""
    found: list[MessageRow] = []
    ids = (profile, *aliases)
    for workflow in workflows:
        runs = dict.fromkeys(
            run
            for one in ids
            for token in ports.tokens.of_profile(tenant, workflow, one)
            for run in token.runs
        )
        for run_id in runs:
            run = ports.runs.get(tenant, run_id)
            traces = ports.runs.traces(tenant, run_id) if run is not None else []
            known = confirmed(traces)
            for trace in traces:
                if run is not None:
                    rows = messages_of(tenant, run, trace, known, ports)
                    found += [row for row in rows if row.profile in ids]
    return sorted(found, key=lambda row: row.at, reverse=True)
