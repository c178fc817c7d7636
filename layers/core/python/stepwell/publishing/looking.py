"""Lists of what happened: a workflow's enrollments and messages, a contact's; from tokens, runs and traces only.

A token is found through the run that owns it, or owned it last, so each is named once. Pages follow runs, newest
first; a cursor names a page of runs and how many of its rows were shown.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from stepwell.contracts.ids import TokenId, split_member
from stepwell.contracts.tokens import Run, Token, TokenState, Trace
from stepwell.errors import InvalidInput, NotFound
from stepwell.publishing.listing import MAX_PAGE, Page
from stepwell.runtime.effects import Ports
from stepwell.runtime.lost_answers import confirmed, reason_now
from stepwell.runtime.migration import machine_waits
from stepwell.runtime.published import published

T = TypeVar("T")
OPEN = "OPEN"
"""Asks for enrollments that have not ended."""
_RUNS = 10
_MOST_PAGES = 40


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """An enrollment in a list.

    Attributes:
        workflow: Workflow id.
        enrollment: Enrollment id.
        profile: Profile id.
        version: Version it is in, or ended in.
        state: RUNNING, PARKED or ENDED.
        node: Where it stands, stood at its end, or entered its run.
        hold: ``paused`` while held.
        entered_at: When it began.
        due: When it goes on, if it waits for a time.
        end_reason: Why it ended.
    """

    workflow: str
    enrollment: str
    profile: str
    version: int
    state: str
    node: str
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


def row_of(workflow: str, token: Token, waits: tuple[str, datetime] | None = None) -> EnrollmentRow:
    """Return a primary token as a row.

    Args:
        workflow: Workflow id.
        token: The token.
        waits: Where and until when it waits inside a machine, if it does.
    """
    return EnrollmentRow(
        workflow=workflow,
        enrollment=token.id,
        profile=TokenId.parse(token.id).profile,
        version=token.version,
        state=str(token.state),
        node=waits[0] if waits else token.node,
        hold=token.hold,
        entered_at=token.entered_at,
        due=waits[1] if waits else token.due,
        end_reason=token.end_reason,
    )


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
            row = row_of(workflow, token, waits.get(token.id))
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
        row_of(workflow, token)
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
    try:
        graph = published(ports.versions, tenant, run.workflow, run.version).graph
    except NotFound:
        return
    this = graph.nodes.get(trace.node)
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


def pages_of_runs(
    tenant: str,
    workflow: str,
    ports: Ports,
    rows: Callable[[Run], Iterator[T]],
    limit: int,
    cursor: str | None,
) -> Page[T]:
    """Page through what a workflow's runs have, newest first.

    Raises:
        InvalidInput: The limit is out of range, or the cursor is none of ours.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"`limit` takes 1 to {MAX_PAGE}.", code="bad_limit")
    at, skip = _read(cursor)
    found: list[T] = []
    for _ in range(_MOST_PAGES):
        runs, following = ports.runs.of_workflow(tenant, workflow, _RUNS, at)
        page = [row for run in runs for row in rows(run)]
        room = limit - len(found)
        shown = page[skip : skip + room]
        found += shown
        if skip + len(shown) < len(page):
            return Page(found, _write(at, skip + len(shown)), -1)
        at, skip = following, 0
        if at is None:
            return Page(found, None, -1)
        if len(found) >= limit:
            break
    return Page(found, _write(at, 0), -1)


def _write(at: str | None, skip: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, skip]).encode()).decode().rstrip("=")


def _read(cursor: str | None) -> tuple[str | None, int]:
    if not cursor:
        return None, 0
    try:
        at, skip = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (None if at is None else str(at)), int(skip)
    except (ValueError, TypeError):
        raise InvalidInput("The cursor is not one that a page returned.", code="bad_cursor") from None
