"""Settles sends whose answer was lost (engine rule 3), at no cost for those whose answer came.

A step whose trace says `unknown` leaves a row among the contact's waiters, which the pass reads anyway. The first
event of that very message then writes `unknown_confirmed` beside the trace, for good. What no event confirms within
24 hours counts as not received: that is told from the times when it is read, and nothing is written for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from stepwell.contracts.ids import TokenId, split_member, visit_id
from stepwell.contracts.messages import ClaimState
from stepwell.contracts.tokens import Trace
from stepwell.runtime.effects import Ports
from stepwell.runtime.ports import WaitRow

if TYPE_CHECKING:
    from stepwell.contracts.events import Event
    from stepwell.runtime.stepping import Step

UNKNOWN, CONFIRMED, CLOSED = "unknown", "unknown_confirmed", "unknown_closed"
CLOSED_AFTER = timedelta(hours=24)
"""When a send that no event confirmed counts as not received."""

_ROW = "lost_answer"
# Any word of a provider about a message shows that it took it.
_CHANNELS = ("email_", "sms_", "push_")
_CLOCKS_DIFFER_S = 300


def watch(step: Step, trace: Trace) -> None:
    """Let the provider's events find the messages of this step whose answer was lost; repeatable."""
    lost = trace.reasons.get(UNKNOWN, ())
    if not lost:
        return
    task, ports = step.task, step.ports
    rows = []
    for token in lost:
        visit = visit_id(task.tenant, task.workflow, token, task.node, dict(task.loop))
        told = "/".join((_ROW, visit, trace.run, trace.loop))
        rows.append(WaitRow(told, task.workflow, token, step.epochs[token], task.version, task.node))
    ports.parking.put_waiters(task.tenant, rows)
    # The event may have come before the row: the pass writes the profile, then reads rows; one sees the other.
    profiles = ports.profiles.get(task.tenant, sorted({TokenId.parse(row.token).profile for row in rows}))
    for row in rows:
        profile = profiles.get(TokenId.parse(row.token).profile)
        if profile is not None and _told(profile.recent, row, trace.at):
            confirm(task.tenant, row, ports)


def is_row(row: WaitRow) -> bool:
    """Tell whether a waiter row stands for a lost answer and not for a wait."""
    return row.event.startswith(f"{_ROW}/")


def confirms(event: Event, row: WaitRow) -> bool:
    """Tell whether a row stands for a lost answer, and an event is the provider's word on that very message."""
    return is_row(row) and event.kind == "engagement" and _on(event.name, event.properties, _visit(row))


def confirm(tenant: str, row: WaitRow, ports: Ports) -> None:
    """Note that the provider had the message; repeatable.

    The note is a trace of its own that names no outcome, so that counters count it once and nothing is rewritten.
    """
    _, visit, run_id, loop = row.event.split("/", 3)
    ports.messaging.settle(tenant, TokenId.parse(row.token).profile, visit, ClaimState.SENT.value)
    run = ports.runs.get(tenant, run_id)
    cohort = [split_member(element)[0] for element in run.cohort] if run is not None else []
    if run is not None and row.token in cohort:
        note = Trace(
            run=run_id,
            node=row.node,
            loop=loop,
            part=-1 - cohort.index(row.token),
            attempt=run.attempt,
            at=ports.clock.now(),
            outcomes={},
            reasons={CONFIRMED: (row.token,)},
        )
        ports.runs.put_trace(tenant, note, cohort)
    ports.parking.delete_waiters(tenant, [row])


def confirmed(traces: Iterable[Trace]) -> frozenset[tuple[str, str, str]]:
    """Return node, loop and token of the lost answers of a run that events confirmed."""
    return frozenset((t.node, t.loop, token) for t in traces for token in t.reasons.get(CONFIRMED, ()))


def reason_now(
    reason: str, trace: Trace, token: str, known: frozenset[tuple[str, str, str]], now: datetime
) -> str:
    """Return a step's reason as it is by now: what was unknown may be confirmed, or closed."""
    if reason != UNKNOWN:
        return reason
    if (trace.node, trace.loop, token) in known:
        return CONFIRMED
    return CLOSED if now - trace.at >= CLOSED_AFTER else UNKNOWN


def _visit(row: WaitRow) -> str:
    return row.event.split("/", 3)[1]


def _on(name: str, properties: Mapping[str, Any], visit: str) -> bool:
    return name.startswith(_CHANNELS) and properties.get("visit") == visit


def _told(recent: Sequence[tuple[str, float, Mapping[str, Any]]], row: WaitRow, at: datetime) -> bool:
    """Tell whether an event that came already was of this message; long names leave no room for the visit."""
    return any(
        _on(name, told, _visit(row))
        or (
            name.startswith(_CHANNELS)
            and "visit" not in told
            and (told.get("workflow"), told.get("node")) == (row.workflow, row.node)
            and when >= at.timestamp() - _CLOCKS_DIFFER_S
        )
        for name, when, told in recent
    )
