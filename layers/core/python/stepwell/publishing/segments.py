"""Segments as people work on them: create, read, list, check, change with optimistic concurrency, delete.

Each save writes the pass's rules and, where the condition is new, has the contacts asked who belong already
(`segment_settling`). Until that is done their entries are marked `backfill`, and workflows that wait for
`segment_entered` leave them alone, unless the segment says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from stepwell.conditions import Condition, FieldType, referenced
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.errors import Conflict, NotFound, ValidationFailed
from stepwell.publishing.listing import Page, page
from stepwell.publishing.moves import queue
from stepwell.publishing.records import Move
from stepwell.publishing.rules import rebuild
from stepwell.publishing.segment_ports import SegmentPorts, SegmentRecord
from stepwell.publishing.versioned import ensure_editable
from stepwell.segments.checks import SegmentProblem, check_segment, field_schema
from stepwell.segments.model import Segment, compiled_form, parse_segment
from stepwell.segments.ordering import in_order

SORTS = ("name", "id", "kind", "updated_at", "size")
QUIET = timedelta(days=7)
"""How long entries are marked at most, should nobody ever tell that a segment has settled."""
_TRIES = 5
DRAIN = timedelta(minutes=15)
"""What was put on the stream last is processed by then."""


def create(ports: SegmentPorts, tenant: str, document: Mapping[str, Any], actor: str) -> SegmentRecord:
    """Create a segment.

    Raises:
        ValidationFailed: It is malformed or breaks a rule.
        Conflict: The id is taken.
    """
    segment = parse_segment(document)
    now = ports.publishing.now()
    _demand(ports, tenant, segment)
    new = SegmentRecord(segment, now, now, updated_by=actor)
    record = _unsettled(new, now) if segment.condition is not None else new
    if not ports.store.save(tenant, record):
        raise Conflict(f"There is a segment `{segment.id}` already.", code="segment_exists")
    stored = replace(record, rev=1)
    ports.publishing.note(tenant, actor, "segment.created", f"segment/{segment.id}")
    _announce(ports, tenant, stored, actor)
    return stored


def read(ports: SegmentPorts, tenant: str, segment: str) -> SegmentRecord:
    """Return a segment.

    Raises:
        NotFound: There is none of this id.
    """
    record = ports.store.get(tenant, segment)
    if record is None:
        raise NotFound(f"There is no segment `{segment}`.", code="no_segment")
    return record


def update(
    ports: SegmentPorts, tenant: str, segment: str, document: Mapping[str, Any], edited: int, actor: str
) -> SegmentRecord:
    """Change a segment that nobody changed since it was read.

    Raises:
        NotFound: There is none of this id.
        ValidationFailed: It is malformed or breaks a rule.
        Conflict: Somebody else changed it first, or the change is none that a segment can make.
    """
    changed = parse_segment(document)
    known = read(ports, tenant, segment)
    ensure_editable(segment, known.updated_by, actor)
    before = known.segment
    if changed.id != segment:
        raise Conflict("A segment's id cannot change: copy it under another id.", code="id_changed")
    if (changed.kind == "static") != (before.kind == "static"):
        raise Conflict("A list cannot become a rule, nor a rule a list: make another.", code="kind_changed")
    _demand(ports, tenant, changed)
    for _ in range(_TRIES):
        stored = read(ports, tenant, segment)
        _unchanged(stored, edited)
        now = ports.publishing.now()
        record = replace(stored, segment=changed, edited=edited + 1, updated_at=now, updated_by=actor)
        anew = changed.condition != stored.segment.condition
        if anew:
            record = _unsettled(record, now)
        # What settles in between changes the record, not the segment: try again.
        if ports.store.save(tenant, record):
            saved = replace(record, rev=record.rev + 1)
            ports.publishing.note(tenant, actor, "segment.updated", f"segment/{segment}", rev=saved.edited)
            if anew:
                _announce(ports, tenant, saved, actor)
            return saved
    raise Conflict(f"`{segment}` is being changed by others at this moment: try again.", code="busy")


def _unchanged(record: SegmentRecord, edited: int) -> None:
    if record.edited != edited:
        raise Conflict(
            f"`{record.segment.id}` was changed since you read it: read it again.",
            code="stale_rev",
            details={"rev": record.edited},
        )


def delete(ports: SegmentPorts, tenant: str, segment: str, edited: int, actor: str) -> None:
    """Delete a segment that no other one refers to; its members leave without a word.

    Raises:
        NotFound: There is none of this id.
        Conflict: Others refer to it, or somebody changed it.
    """
    record = read(ports, tenant, segment)
    ensure_editable(segment, record.updated_by, actor)
    _unchanged(record, edited)
    users = users_of(ports, tenant, segment)
    if users:
        raise Conflict(
            f"`{segment}` is used by {', '.join(f'`{user}`' for user in users)}.",
            code="segment_used",
            details={"used_by": users},
        )
    if not ports.store.delete(tenant, segment, record.rev):
        raise Conflict(f"`{segment}` is being changed by others at this moment: try again.", code="busy")
    write_rules(ports, tenant)
    ports.members.clear(tenant, segment)
    ports.publishing.note(tenant, actor, "segment.deleted", f"segment/{segment}")


def users_of(ports: SegmentPorts, tenant: str, segment: str) -> list[str]:
    """Return the segments (`segment/x`) and live workflows (`workflow/x`) that name a segment."""
    return users(ports, tenant, [segment])[segment]


def users(ports: SegmentPorts, tenant: str, segments: Sequence[str]) -> dict[str, list[str]]:
    """Return what names each of some segments, as `users_of` does; everything is read once."""
    found: dict[str, list[str]] = {segment: [] for segment in segments}
    if not segments:
        return found
    for record in ports.store.all(tenant):
        named = referenced(record.segment.condition).segments if record.segment.condition is not None else ()
        for segment in found.keys() & set(named) - {record.segment.id}:
            found[segment].append(f"segment/{record.segment.id}")
    for workflow in ports.publishing.workflows.all(tenant):
        stored = ports.publishing.versions.get(tenant, workflow.id, workflow.live) if workflow.live else None
        text = str(stored.graph) if stored is not None else ""
        for segment in segments:
            quoted = (f'in segment "{segment}"', f"in segment '{segment}'", f'in segment \\"{segment}\\"')
            if any(name in text for name in quoted):
                found[segment].append(f"workflow/{workflow.id}")
    return {segment: sorted(names) for segment, names in found.items()}


def asked(ports: SegmentPorts, tenant: str, record: SegmentRecord) -> int | None:
    """Return how many contacts were asked so far whether they belong; None: nobody is being asked."""
    if record.settled:
        return None
    newest = next(iter(ports.publishing.jobs.of_workflow(tenant, job_owner(record.segment.id), 1)), None)
    return newest.counts.get("asked", 0) if newest is not None else 0


def search(
    ports: SegmentPorts,
    tenant: str,
    *,
    text: str = "",
    kind: str = "",
    tag: str = "",
    use_case: str = "",
    sort: str = "name",
    descending: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[Page[SegmentRecord], dict[str, int]]:
    """List segments with their sizes.

    Raises:
        InvalidInput: Bad limit or cursor.
    """
    wanted = text.casefold()
    found = [
        record
        for record in ports.store.all(tenant)
        if (not kind or record.segment.kind == kind)
        and (not tag or tag in record.segment.tags)
        and (not use_case or record.segment.use_case == use_case)
        and wanted in f"{record.segment.id}\n{record.segment.name}\n{record.segment.description}".casefold()
    ]
    sizes = ports.members.sizes(tenant, [record.segment.id for record in found])
    by: dict[str, Any] = {
        "size": lambda r: sizes[r.segment.id],
        "updated_at": lambda r: r.updated_at.timestamp(),
        "kind": lambda r: r.segment.kind,
        "id": lambda r: r.segment.id,
        "name": lambda r: (r.segment.name or r.segment.id).casefold(),
    }
    shown = page(
        found, by=by[sort], id_of=lambda r: r.segment.id, descending=descending, limit=limit, cursor=cursor
    )
    return shown, {record.segment.id: sizes[record.segment.id] for record in shown.items}


def problems(ports: SegmentPorts, tenant: str, segment: Segment) -> list[SegmentProblem]:
    """Return what is wrong with a segment among the others of its workspace."""
    records = {record.segment.id: record.segment for record in ports.store.all(tenant)}
    conditions: dict[str, Condition | None] = {id_: known.condition for id_, known in records.items()}
    of_workspace = ports.publishing.inventory.known(tenant)
    fields = of_workspace.fields
    known = None if fields is None else {name: FieldType(kind) for name, kind in fields.items()}
    schema = field_schema(known, frozenset(records))
    return check_segment(segment, conditions, schema, open_fields=of_workspace.open_fields)


def _demand(ports: SegmentPorts, tenant: str, segment: Segment) -> None:
    errors = [p for p in problems(ports, tenant, segment) if p.severity == "error"]
    if errors:
        raise ValidationFailed(
            f"`{segment.id}` cannot be saved: {errors[0].message}", [p.document() for p in errors]
        )


def _unsettled(record: SegmentRecord, now: datetime) -> SegmentRecord:
    quiet = None if record.segment.trigger_existing else now + QUIET
    return replace(record, settled=False, quiet_until=quiet, ruled=record.edited)


def _announce(ports: SegmentPorts, tenant: str, record: SegmentRecord, actor: str) -> None:
    write_rules(ports, tenant)
    if not record.settled:
        start_settling(ports, tenant, record, actor)


def start_settling(ports: SegmentPorts, tenant: str, record: SegmentRecord, actor: str) -> str:
    """Have everybody asked whether they belong; return the job's id."""
    segment = record.segment.id
    job = short_hash(tenant, "segment", segment, str(record.edited), iso(ports.publishing.now()), length=20)
    owner = job_owner(segment)
    move = Move(kind="segment", tenant=tenant, workflow=owner, new=record.ruled, job=job, actor=actor)
    return queue(ports.publishing, move)


def job_owner(segment: str) -> str:
    """Return under which name the jobs of a segment are listed."""
    return f"segment/{segment}"


def write_rules(ports: SegmentPorts, tenant: str) -> None:
    """Write all segments into the pass's rules."""
    rebuild(ports.rules, tenant, segments={form["id"]: form for form in forms(ports.store.all(tenant))})


def forms(records: Sequence[SegmentRecord]) -> list[dict[str, Any]]:
    """Return what the pass needs of segments, in the order of their ids.

    Who moves because a segment that is referred to settles has not done anything either: quiet is handed on.
    """
    by_id = {record.segment.id: record for record in records}
    references = {
        segment: referenced(record.segment.condition).segments if record.segment.condition else frozenset()
        for segment, record in by_id.items()
    }
    quiet: dict[str, int] = {}
    for segment in in_order(references)[0]:
        until = by_id[segment].quiet_until
        own = 0 if until is None else int(until.timestamp())
        quiet[segment] = max([own, *(quiet.get(named, 0) for named in references[segment])])
    return [
        compiled_form(record.segment, record.segment.condition, quiet.get(segment, 0))
        for segment, record in sorted(by_id.items())
    ]
