"""Publishes a draft as a new version: the stages in their crash-safe order, then the choice for contacts in flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stepwell.contracts.ids import short_hash
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import Conflict
from stepwell.publishing import drafts, stages
from stepwell.publishing.approving import ensure_approved
from stepwell.publishing.moves import Moving, plan_moves, start_moves
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import InFlight, Version, WorkflowRecord
from stepwell.publishing.send_times import ask_for_prior
from stepwell.publishing.versions import read_version
from stepwell.workflows.documents import to_document

STAYS = (WorkflowStatus.PAUSED, WorkflowStatus.PAUSED_DISCARD)


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, or would do.

    Attributes:
        record: The workflow afterwards.
        version: The version's number.
        machine: ARN of its machine; empty in a dry run.
        warnings: What the checks found beyond errors.
        schedules: Names of its schedules.
        moving: What happens to contacts in flight.
        dry_run: Whether nothing was done.
    """

    record: WorkflowRecord
    version: int
    machine: str = ""
    warnings: tuple[Mapping[str, Any], ...] = ()
    schedules: tuple[str, ...] = ()
    moving: Moving = field(default_factory=Moving)
    dry_run: bool = False


def publish(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    actor: str,
    *,
    note: str = "",
    edited: int | None = None,
    in_flight: InFlight = "drain",
    nodes: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Published:
    """Publish the draft: contacts enter the new version from now on.

    Args:
        ports: Stores, machines, schedules.
        tenant: Tenant id.
        workflow: Workflow id.
        actor: Who.
        note: What the author says about it.
        edited: The draft's edit count as the caller saw it; None: whatever it is.
        in_flight: `drain` leaves contacts in their version, `migrate` moves them by the node map, `eject` ends them.
        nodes: New node id an old node id, for `migrate`; absent ids keep their name.
        dry_run: Check, compile and count only.

    Raises:
        NotFound: No such workflow.
        ValidationFailed: It breaks rules, or a channel it uses is not built; all violations at once.
        Conflict: The draft was changed or lacks an approval, somebody else publishes at this moment, or git manages
            the workflow.
    """
    record = drafts.editable(ports, tenant, workflow)
    if edited is not None and record.edited != edited:
        raise Conflict(
            f"`{workflow}` was changed since you read it: look at it again before you publish.",
            code="stale_rev",
            details={"rev": record.edited},
        )
    if not dry_run:
        ensure_approved(record, ports.inventory.workspace(tenant).approvals)
    checked = stages.check(ports, tenant, record.document, record.latest + 1)
    return _carry_out(ports, tenant, record, checked, actor, note, in_flight, nodes or {}, dry_run, 0)


def rollback(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    to: int,
    actor: str,
    *,
    in_flight: InFlight = "drain",
    nodes: Mapping[str, str] | None = None,
) -> Published:
    """Publish an old version's graph as a new version; history stays as it was, the draft becomes that graph.

    Raises:
        NotFound: No such workflow or version.
        ValidationFailed: The old graph breaks rules of today (a template is gone).
        Conflict: Somebody else publishes at this moment, or git manages the workflow.
    """
    record = drafts.editable(ports, tenant, workflow)
    old = read_version(ports, tenant, workflow, to)
    checked = stages.check(ports, tenant, old.drawn, record.latest + 1)
    record = drafts.change(
        ports,
        tenant,
        workflow,
        document=dict(old.drawn),
        edited=record.edited + (record.document != old.drawn),
        updated_at=ports.now(),
        updated_by=actor,
    )
    return _carry_out(
        ports, tenant, record, checked, actor, f"Back to version {to}", in_flight, nodes or {}, False, to
    )


def _carry_out(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    checked: stages.Checked,
    actor: str,
    note: str,
    in_flight: InFlight,
    nodes: Mapping[str, str],
    dry_run: bool,
    back_to: int,
) -> Published:
    olds = plan_moves(ports, tenant, record, checked.graph, in_flight, nodes)
    if dry_run:
        reserved = record.reserved == checked.digest
        return Published(
            record, record.latest + (not reserved), warnings=checked.warnings, moving=olds, dry_run=True
        )
    record, machine, sha, source_map = _deployed(ports, tenant, record, checked)
    version = record.latest
    stages.store(
        ports,
        tenant,
        Version(
            workflow=record.id,
            number=version,
            graph=to_document(checked.graph.workflow),
            drawn=to_document(checked.drawn),
            origin=dict(checked.origin),
            source_map=dict(source_map),
            machine=machine,
            definition_sha=sha,
            published_at=ports.now(),
            published_by=actor,
            note=note,
            rolled_back_from=back_to,
        ),
    )
    status = record.status if record.status in STAYS else WorkflowStatus.ACTIVE
    record = stages.make_live(
        ports,
        tenant,
        record,
        checked.graph,
        version,
        status,
        machines=tuple(sorted({*record.machines, version})),
        published_at=ports.now(),
        git={},
    )
    ask_for_prior(ports, tenant, checked.graph)
    job = short_hash(tenant, record.id, str(version), in_flight)
    moving = start_moves(ports, tenant, record, version, olds, actor, job)
    ports.note(
        tenant,
        actor,
        "workflow.rolled_back" if back_to else "workflow.published",
        f"workflow/{record.id}",
        version=version,
        in_flight=in_flight,
        **({"back_to": back_to} if back_to else {}),
    )
    return Published(record, version, machine, checked.warnings, record.schedules, moving)


def _deployed(
    ports: PublishingPorts, tenant: str, record: WorkflowRecord, checked: stages.Checked
) -> tuple[WorkflowRecord, str, str, Mapping[str, str]]:
    record = stages.number(ports, tenant, record, checked.digest)
    try:
        machine, sha, source_map = stages.deploy(ports, tenant, checked, record.latest)
    except Conflict:
        # An attempt with an older compiler died after it made this machine: nobody is in it, take the next number.
        record = stages.number(ports, tenant, record.evolve(reserved=""), checked.digest)
        machine, sha, source_map = stages.deploy(ports, tenant, checked, record.latest)
    return record, machine, sha, source_map
