"""Static lists: contacts are put on them and taken off through the stream, and somebody looks at them at times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.errors import Conflict
from stepwell.publishing.contacts import find_many
from stepwell.publishing.segment_ports import SegmentPorts, SegmentRecord
from stepwell.publishing.segments import read
from stepwell.runtime.ports import EventSink, ProfileStore
from stepwell.segments.model import LIST_ADDED, LIST_REMOVED, Review

_TRIES = 5


@dataclass(frozen=True, slots=True)
class ListChange:
    """What was asked of a list.

    Attributes:
        asked: Contacts that were found, for whom an event is on the stream.
        unknown: References that name nobody.
    """

    asked: int
    unknown: Sequence[str]


def change_list(
    ports: SegmentPorts,
    profiles: ProfileStore,
    events: EventSink,
    tenant: str,
    segment: str,
    references: Sequence[str],
    *,
    adding: bool,
    actor: str,
) -> ListChange:
    """Put contacts on a list, or take them off.

    Raises:
        NotFound: There is no such segment.
        Conflict: It is a rule: who belongs follows from its condition.
    """
    _list(ports, tenant, segment)
    found = find_many(profiles, tenant, references)
    ids = list(dict.fromkeys(profile.id for profile in found.values()))
    now = ports.publishing.now()
    name = LIST_ADDED if adding else LIST_REMOVED
    documents: list[Mapping[str, Any]] = [
        {
            "v": 1,
            "message_id": f"{name}-{short_hash(segment, profile, iso(now), length=24)}",
            "kind": "engagement",
            "name": name,
            "profile": profile,
            "properties": {"segment": segment},
            "occurred_at": iso(now),
            "received_at": iso(now),
            "source": "stepwell",
        }
        for profile in ids
    ]
    if documents:
        events.emit(tenant, documents)
    action = "segment.added" if adding else "segment.removed"
    ports.publishing.note(tenant, actor, action, f"segment/{segment}", contacts=len(ids))
    return ListChange(len(ids), [reference for reference in references if reference not in found])


def reviewed(ports: SegmentPorts, tenant: str, segment: str, actor: str) -> SegmentRecord:
    """Note that somebody looked at a list now.

    Raises:
        NotFound: There is no such segment.
        Conflict: It is a rule, or others keep changing it.
    """
    for _ in range(_TRIES):
        record = _list(ports, tenant, segment)
        now = ports.publishing.now()
        review = (record.segment.review or Review()).model_copy(update={"last_reviewed_at": now})
        changed = record.segment.model_copy(update={"review": review})
        after = replace(record, segment=changed, edited=record.edited + 1, updated_at=now, updated_by=actor)
        if ports.store.save(tenant, after):
            ports.publishing.note(tenant, actor, "segment.reviewed", f"segment/{segment}")
            return after
    raise Conflict(f"`{segment}` is being changed by others at this moment: try again.", code="busy")


def _list(ports: SegmentPorts, tenant: str, segment: str) -> SegmentRecord:
    record = read(ports, tenant, segment)
    if record.segment.kind != "static":
        raise Conflict(f"`{segment}` is a rule: who belongs follows from its condition.", code="not_a_list")
    return record
