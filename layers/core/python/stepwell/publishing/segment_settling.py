"""Asks everybody whether they belong to a segment that is new or has changed.

Page by page over the hot profiles: whoever's membership is not what the condition says gets a `timer` event on the
stream, and the pass makes profile and member rows true, in order with all else that happens to the contact. So a
page may be repeated, and an event that arrives meanwhile is never overtaken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stepwell.conditions import compile_condition
from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.errors import Conflict
from stepwell.publishing.records import Move
from stepwell.publishing.segment_ports import SegmentPorts, SegmentRecord
from stepwell.publishing.segments import DRAIN, write_rules
from stepwell.runtime.ports import EventSink
from stepwell.workflows.facts import profile_facts

PAGE, PAGES = 500, 8
"""Profiles a page and pages a message: some seconds of work."""
REFRESH = "profile_due"
"""Name of the `timer` event that has the pass ask all rules of a contact (ADR 9)."""
_TRIES = 5


def settle(ports: SegmentPorts, events: EventSink, move: Move) -> Move | None:
    """Carry out one message of a segment's settling.

    Args:
        ports: Stores.
        events: The stream.
        move: The command; `new` is the revision that is settled.

    Returns:
        The command that was queued to go on; None: done, or a newer revision is settled instead.
    """
    publishing = ports.publishing
    segment = move.workflow.partition("/")[2]
    record = ports.store.get(move.tenant, segment)
    if record is None or record.ruled != move.new or record.segment.condition is None:
        publishing.jobs.update(move.tenant, move.job, "done", details={"why": "superseded"})
        return None
    test = compile_condition(record.segment.condition)
    zone = zone_named(publishing.inventory.workspace(move.tenant).time_zone) or UTC
    cursor = move.cursor
    asked = told = 0
    for _ in range(PAGES):
        page, cursor = publishing.profiles.page(move.tenant, PAGE, cursor)
        now = publishing.now()
        wrong = [p for p in page if test(profile_facts(p, zone, now=now), now) != (segment in p.segments)]
        asked += len(page)
        told += len(wrong)
        refresh(events, move.tenant, (profile.id for profile in wrong), f"{segment}:{move.new}", now)
        if cursor is None:
            break
    publishing.jobs.add(
        move.tenant, move.job, f"{move.round}:{move.cursor or ''}"[-100:], {"asked": asked, "told": told}
    )
    if cursor is not None:
        following = replace(move, cursor=cursor, round=move.round + 1)
        publishing.moves.send(following)
        return following
    _settled(ports, move.tenant, record)
    publishing.jobs.update(move.tenant, move.job, "done")
    return None


def refresh(events: EventSink, tenant: str, profiles: Iterable[str], why: str, now: datetime) -> None:
    """Have the pass ask all rules of contacts."""
    documents: list[Mapping[str, Any]] = [
        {
            "v": 1,
            "message_id": f"refresh-{short_hash(why, profile, iso(now))}",
            "kind": "timer",
            "name": REFRESH,
            "profile": profile,
            "occurred_at": iso(now),
            "received_at": iso(now),
            "source": "stepwell",
        }
        for profile in profiles
    ]
    if documents:
        events.emit(tenant, documents)


def _settled(ports: SegmentPorts, tenant: str, record: SegmentRecord) -> None:
    until = None if record.quiet_until is None else ports.publishing.now() + DRAIN
    for _ in range(_TRIES):
        if ports.store.save(tenant, replace(record, settled=True, quiet_until=until)):
            write_rules(ports, tenant)
            return
        newer = ports.store.get(tenant, record.segment.id)
        if newer is None or newer.ruled != record.ruled:
            return
        record = newer
    raise Conflict("The segment is being changed by others at this moment.", code="busy")
