"""Sequences ("A then B within an hour, without C") as people work on them: each save writes the pass's rules.

What contacts have half done of a sequence goes on where its steps stay as many; a new sequence counts from its
first save on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.errors import Conflict, LimitExceeded
from stepwell.publishing import versioned
from stepwell.publishing.listing import Page
from stepwell.publishing.rule_ports import RulePorts, RuleRecord
from stepwell.publishing.rules import rebuild
from stepwell.triggers.sequence_model import MAX_SEQUENCES, Sequence, read_sequence

WHAT = "sequence"
COMPLETED = "sequence_completed"


def body(sequence: Sequence) -> dict[str, Any]:
    """Return a sequence as it is kept."""
    return sequence.model_dump(mode="json", by_alias=True, exclude_none=True)


def read(ports: RulePorts, tenant: str, sequence: str) -> RuleRecord:
    """Return a sequence.

    Raises:
        NotFound: There is none of this id.
    """
    return versioned.known(ports.sequences, tenant, sequence, WHAT)


def search(
    ports: RulePorts,
    tenant: str,
    *,
    text: str = "",
    event: str = "",
    sort: str = "id",
    descending: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[RuleRecord]:
    """List sequences, those only that ask for an event if one is given.

    Raises:
        InvalidInput: Bad limit or cursor.
    """
    found = (one for one in ports.sequences.all(tenant) if not event or event in events_of(one.body))
    return versioned.search(found, text=text, sort=sort, descending=descending, limit=limit, cursor=cursor)


def events_of(document: Mapping[str, Any]) -> set[str]:
    """Return the names of the events that a sequence asks for."""
    return {
        str(pattern["event"])
        for part in ("steps", "without", "absent")
        for pattern in document.get(part) or ()
    }


def create(
    ports: RulePorts, tenant: str, document: Mapping[str, Any], actor: str, note: str = ""
) -> RuleRecord:
    """Create a sequence.

    Raises:
        ValidationFailed: It has faults.
        Conflict: The id is taken.
        LimitExceeded: There are as many as there may be.
    """
    sequence = read_sequence(dict(document))
    if len(ports.sequences.all(tenant)) >= MAX_SEQUENCES:
        raise LimitExceeded(f"A workspace has at most {MAX_SEQUENCES} sequences.", code="too_many_sequences")
    now = ports.publishing.now()
    record = versioned.add(
        ports.sequences, tenant, sequence.id, body(sequence), what=WHAT, now=now, actor=actor, note=note
    )
    write_rules(ports, tenant)
    ports.publishing.note(tenant, actor, "sequence.created", f"sequence/{sequence.id}")
    return record


def update(
    ports: RulePorts,
    tenant: str,
    sequence: str,
    document: Mapping[str, Any],
    rev: int,
    actor: str,
    note: str = "",
) -> RuleRecord:
    """Change a sequence that nobody changed since it was read.

    Raises:
        NotFound: There is none of this id.
        ValidationFailed: It has faults.
        Conflict: Somebody else changed it first, or it has another id.
    """
    stored = read(ports, tenant, sequence)
    versioned.ensure_editable(sequence, stored.updated_by, actor)
    changed = read_sequence(dict(document))
    if changed.id != sequence:
        raise Conflict("A sequence's id cannot change: copy it under another id.", code="id_changed")
    record = stored.evolve(body=body(changed), updated_at=ports.publishing.now(), updated_by=actor, note=note)
    saved = versioned.change(ports.sequences, tenant, stored, rev, record, WHAT)
    write_rules(ports, tenant)
    ports.publishing.note(tenant, actor, "sequence.updated", f"sequence/{sequence}", rev=saved.rev)
    return saved


def delete(ports: RulePorts, tenant: str, sequence: str, rev: int, actor: str) -> None:
    """Delete a sequence that no live workflow waits for; what is half done of it is forgotten.

    Raises:
        NotFound: There is none of this id.
        Conflict: A live workflow names it, or somebody changed it.
    """
    stored = read(ports, tenant, sequence)
    versioned.ensure_editable(sequence, stored.updated_by, actor)
    users = users_of(ports, tenant, stored)
    if users:
        raise Conflict(
            f"`{sequence}` is used by {', '.join(f'`{user}`' for user in users)}.",
            code="sequence_used",
            details={"used_by": users},
        )
    versioned.remove(ports.sequences, tenant, stored, rev, WHAT)
    write_rules(ports, tenant)
    ports.publishing.note(tenant, actor, "sequence.deleted", f"sequence/{sequence}")


def users_of(ports: RulePorts, tenant: str, record: RuleRecord) -> list[str]:
    """Return the live workflows (`workflow/x`) that name a sequence or wait for the event that it alone tells."""
    emit = str(record.body.get("emit") or COMPLETED)
    names = [f"'{record.id}'", f'"{record.id}"', f'\\"{record.id}\\"']
    if emit != COMPLETED and not any(
        other.body.get("emit") == emit for other in ports.sequences.all(tenant) if other.id != record.id
    ):
        names.append(f"'{emit}'")
    found = []
    for workflow in ports.publishing.workflows.all(tenant):
        stored = ports.publishing.versions.get(tenant, workflow.id, workflow.live) if workflow.live else None
        configs = (
            [] if stored is None else [str(node.get("config")) for node in stored.graph.get("nodes", ())]
        )
        if any(name in config for config in configs for name in names):
            found.append(f"workflow/{workflow.id}")
    return sorted(found)


def write_rules(ports: RulePorts, tenant: str) -> None:
    """Write all sequences into the pass's rules."""
    rebuild(
        ports.rules,
        tenant,
        sequences=lambda: {one.id: dict(one.body) for one in ports.sequences.all(tenant)} or None,
    )
