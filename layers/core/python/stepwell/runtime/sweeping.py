"""Walks the due index and lets parked tokens go on in full cohorts, whichever runs they came from.

Time limits of event waits fire through the stream: a `timer` event of the contact, so that everything that
arrived before the limit is seen first (ADR 4).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import TokenId, loop_text, short_hash
from stepwell.contracts.names import CATALOG_WORKFLOW, PROFILE_WORKFLOW, SOCIAL_WORKFLOW
from stepwell.contracts.refreshing import refreshing
from stepwell.contracts.tokens import Token, TokenState, Via
from stepwell.runtime.effects import Ports
from stepwell.runtime.joining import close_branches
from stepwell.runtime.ports import DueRow
from stepwell.runtime.published import published
from stepwell.runtime.waking import Waker

BUCKET = "%Y%m%d%H%M"
KEEP_MARKER = timedelta(minutes=15)
ASK_AGAIN = timedelta(minutes=5)
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep did.

    Attributes:
        woken: Tokens that go on.
        timers: Time limits put on the stream.
        stale: Rows that pointed at nothing any more.
    """

    woken: int = 0
    timers: int = 0
    stale: int = 0


def sweep(tenant: str, ports: Ports) -> Sweep:
    """Let everything go on that is due now.

    Args:
        tenant: Tenant id.
        ports: Stores and machines.

    Returns:
        Counts. Repeating it at once finds nothing left; overlapping sweeps cost failed checks only.
    """
    now = ports.clock.now()
    counts: Counter[str] = Counter()
    gathered: list[DueRow] = []

    def wake_gathered() -> None:
        if gathered:
            counts.update(_sweep_rows(tenant, ports, gathered, now))
            gathered.clear()

    for bucket, shards in ports.parking.due_buckets(tenant, now):
        rows_left = False
        for shard in shards:
            while True:
                rows = ports.parking.due_rows(tenant, bucket, shard, _ROWS_AT_ONCE)
                due = [r for r in rows if r.due <= now]
                rows_left = rows_left or len(due) < len(rows)
                # Over all shards: one shard's rows alone would leave in cohorts of a few.
                gathered += due
                again = len(rows) == _ROWS_AT_ONCE and bool(due)
                if again or len(gathered) >= _ROWS_AT_ONCE:
                    wake_gathered()
                if not again:
                    break
        begins = datetime.strptime(bucket, BUCKET).replace(tzinfo=UTC)
        if not rows_left and begins + KEEP_MARKER < now:
            # A writer may still be between marker and row: the marker stays until that cannot be.
            wake_gathered()
            ports.parking.drop_bucket(tenant, bucket)
    wake_gathered()
    return Sweep(counts["woken"], counts["timers"], counts["stale"])


def _sweep_rows(tenant: str, ports: Ports, rows: Sequence[DueRow], now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    by_workflow: dict[str, list[DueRow]] = defaultdict(list)
    for row in rows:
        by_workflow[row.workflow].append(row)
    contacts = by_workflow.pop(PROFILE_WORKFLOW, [])
    if contacts:
        _ask_contacts(tenant, ports, contacts, now)
        counts["timers"] += len(contacts)
    items = by_workflow.pop(CATALOG_WORKFLOW, [])
    if items and ports.publications is not None:
        ports.publications.due(tenant, [row.token for row in items])
        ports.parking.delete_due(tenant, items)
        counts["timers"] += len(items)
    social = by_workflow.pop(SOCIAL_WORKFLOW, [])
    if social and ports.social is not None:
        ports.social.due(tenant, [row.token for row in social])
        ports.parking.delete_due(tenant, social)
        counts["timers"] += len(social)
    for workflow, its_rows in sorted(by_workflow.items()):
        tokens = ports.tokens.get(tenant, workflow, sorted({r.token for r in its_rows}))
        groups: dict[tuple[int, str, str, str, str], list[Token]] = defaultdict(list)
        finished: list[DueRow] = []
        timers: list[tuple[DueRow, Token]] = []
        for row in its_rows:
            token = tokens.get(row.token)
            if token is None or not _is_due(token, row, now):
                if token is None or token.epoch >= row.epoch:
                    finished.append(row)
                    counts["stale"] += 1
                continue
            if token.wait_events:
                timers.append((row, token))
                continue
            timeout = str(token.facts.get("timeout", "next"))
            key = (token.version, token.node, token.resume or "", timeout, loop_text(dict(token.loop)))
            groups[key].append(token)
            finished.append(row)
        for (version, node, resume, timeout, _loop), group in sorted(groups.items()):
            woken = Waker(ports).resume(tenant, workflow, version, group, resume or None, Via(node, timeout))
            counts["woken"] += len(woken)
            # Nobody needs to have arrived yet: what is still under way must end all the same.
            graph = published(ports.versions, tenant, workflow, version).graph
            joins = [t for t in group if t.id in woken] if graph[node].type.kind == "merge" else []
            if timeout == "timed_out" and joins:
                close_branches(ports, tenant, workflow, joins)
        if timers:
            _emit_timers(tenant, ports, workflow, timers, now)
            finished += [row for row, _ in timers]
            counts["timers"] += len(timers)
        if finished:
            ports.parking.delete_due(tenant, finished)
    return counts


def _ask_contacts(tenant: str, ports: Ports, rows: Sequence[DueRow], now: datetime) -> None:
    """Have the pass ask all rules of contacts for whom something may have changed by time alone (ADR 9).

    The row goes once the stream has its event: the pass puts another one if there is a next time. A pass that finds
    a due time long past knows that its event was lost.
    """
    events = [event for row in rows for event in refreshing([row.token], row.due.isoformat(), now)]
    ports.events.emit(tenant, events)
    ports.parking.delete_due(tenant, rows)


def _is_due(token: Token, row: DueRow, now: datetime) -> bool:
    return (
        token.state is TokenState.PARKED
        and token.epoch == row.epoch
        and token.due is not None
        and token.due <= now
    )


def _emit_timers(
    tenant: str, ports: Ports, workflow: str, timers: Sequence[tuple[DueRow, Token]], now: datetime
) -> None:
    """Put time limits on the stream, and look again in five minutes whether they were acted upon."""
    ports.parking.put_due(
        tenant, [DueRow(row.workflow, row.token, row.epoch, now + ASK_AGAIN) for row, _ in timers]
    )
    ports.events.emit(
        tenant,
        [
            {
                "message_id": f"timer-{short_hash(workflow, row.token, str(row.epoch), row.due.isoformat())}",
                "kind": "timer",
                "name": "timer",
                "profile": TokenId.parse(token.id).profile,
                "properties": {
                    "workflow": workflow,
                    "token": token.id,
                    "epoch": token.epoch,
                    "node": token.node,
                    "version": token.version,
                },
                "occurred_at": iso(token.due or now),
                "received_at": iso(now),
                "source": "stepwell",
            }
            for row, token in timers
        ],
    )
