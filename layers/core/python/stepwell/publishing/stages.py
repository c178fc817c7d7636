"""The stages of publishing, each a function; only `deploy` reaches AWS, and each may be repeated after a crash.

```
checked → compiled → numbered → deployed → stored → triggered → scheduled → live
```
A crash at any point leaves the live version as it was: new contacts enter the new version only once the trigger
index names it, and by then its machine and its document exist.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.contracts.ids import short_hash
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import Conflict
from stepwell.publishing import drafts
from stepwell.publishing.checking import violations
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import Schedule, Version, WorkflowRecord
from stepwell.triggers.index import with_workflow, workflow_entry
from stepwell.workflows.checks import ensure_valid
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.documents import from_document, to_document
from stepwell.workflows.expansion import expand_with_origin
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes.time_based_trigger import Config as TimeTrigger

TRIES = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that passed the checks.

    Attributes:
        drawn: As drawn.
        graph: Expanded.
        origin: Drawn node id a plain node id.
        warnings: What the checks found beyond errors.
    """

    drawn: Workflow
    graph: Graph
    origin: Mapping[str, str]
    warnings: tuple[Mapping[str, Any], ...]

    @property
    def digest(self) -> str:
        """Hash of the drawn graph: the same draft finds the number that a crashed attempt reserved."""
        text = json.dumps(to_document(self.drawn), sort_keys=True, ensure_ascii=False)
        return short_hash("draft", text, length=26)


def check(ports: PublishingPorts, tenant: str, document: Mapping[str, Any], version: int) -> Checked:
    """Check a drawn graph against all rules, also that every channel it uses is built.

    Args:
        ports: Stores.
        tenant: Tenant id.
        document: As drawn.
        version: The number that it would get.

    Raises:
        ValidationFailed: All errors at once.
    """
    drawn = from_document(dict(document))
    found = violations(ports, tenant, drawn, version)
    ensure_valid(found, publishing=True)
    expanded = expand_with_origin(drawn)
    return Checked(drawn, Graph(expanded.workflow), expanded.origin, tuple(v.document() for v in found))


def number(ports: PublishingPorts, tenant: str, record: WorkflowRecord, digest: str) -> WorkflowRecord:
    """Reserve a version number for this draft, or find the one that an interrupted attempt reserved.

    Raises:
        Conflict: Somebody else publishes at this moment.
    """
    if record.reserved == digest:
        return record
    reserved = record.evolve(latest=record.latest + 1, reserved=digest)
    if not ports.workflows.save(tenant, reserved):
        raise Conflict(f"`{record.id}` was changed at this moment: try again.", code="busy")
    return reserved.evolve(rev=record.rev + 1)


def deploy(
    ports: PublishingPorts, tenant: str, checked: Checked, version: int
) -> tuple[str, str, Mapping[str, str]]:
    """Compile and create the machine; return (ARN, SHA-256 of the definition, source map).

    Raises:
        Conflict: The machine's name is taken by another definition.
        LimitExceeded: The definition is too large for Step Functions.
    """
    compiled = compile_workflow(
        checked.graph,
        CompileTargets(
            tenant=tenant,
            version=version,
            functions=ports.machines.functions,
            partition=ports.machines.partition,
        ),
    )
    text = compiled.text()
    machine = ports.machines.deploy(tenant, checked.drawn.id, version, text)
    return machine, hashlib.sha256(text.encode()).hexdigest(), compiled.source_map


def store(ports: PublishingPorts, tenant: str, version: Version) -> None:
    """Write the immutable version document; the same document again is no error.

    Raises:
        Conflict: The number holds another graph.
    """
    if ports.versions.put(tenant, version):
        return
    stored = ports.versions.get(tenant, version.workflow, version.number)
    if stored is None or stored.graph != version.graph:
        raise Conflict(
            f"Version {version.number} of `{version.workflow}` exists with another graph: publish again.",
            code="version_taken",
        )


def trigger(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    graph: Graph | None,
    version: int,
    status: WorkflowStatus,
) -> None:
    """Put a workflow into the tenant's trigger index (graph None: take it out).

    Raises:
        Conflict: Too many others change the index at this moment.
    """
    entry = workflow_entry(graph, version, status) if graph is not None else None
    for _ in range(TRIES):
        document, rev = ports.triggers.read(tenant)
        changed = with_workflow(document, workflow, entry)
        if changed == document or ports.triggers.write(tenant, changed, rev):
            return
    raise Conflict("Other workflows are being published at this moment: try again.", code="busy")


def schedules_of(ports: PublishingPorts, tenant: str, graph: Graph) -> list[Schedule]:
    """Return the schedules of a graph's time triggers, in the trigger's, the workflow's or the workspace's zone."""
    found = []
    settings = graph.workflow.settings
    for node in graph.triggers:
        config = graph[node].config
        if isinstance(config, TimeTrigger):
            own = settings.time_zone if "time_zone" in settings.model_fields_set else ""
            zone = config.time_zone or own or ports.inventory.workspace(tenant).time_zone
            found.append(
                Schedule(
                    name=schedule_name(graph.workflow.id, node),
                    expression=config.expression,
                    time_zone=zone,
                    tenant=tenant,
                    workflow=graph.workflow.id,
                    node=node,
                )
            )
    return found


def schedule_name(workflow: str, node: str) -> str:
    """Name a trigger's schedule within its tenant; the same trigger keeps its name from version to version."""
    return f"{workflow}.{node}"


def schedule(
    ports: PublishingPorts, tenant: str, record: WorkflowRecord, graph: Graph | None
) -> tuple[str, ...]:
    """Create the graph's schedules and delete those it no longer has; return the names that exist now."""
    wanted = schedules_of(ports, tenant, graph) if graph is not None else []
    for one in wanted:
        ports.scheduler.put(one)
    names = tuple(sorted(one.name for one in wanted))
    for gone in set(record.schedules) - set(names):
        ports.scheduler.delete(tenant, gone)
    return names


def make_live(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    graph: Graph,
    version: int,
    status: WorkflowStatus,
    **changes: Any,
) -> WorkflowRecord:
    """Let contacts enter a version whose machine and document exist; return the record afterwards.

    Args:
        ports: Stores.
        tenant: Tenant id.
        record: The workflow before.
        graph: The version's expanded graph.
        version: Its number.
        status: What the workflow does with contacts from now on.
        changes: Further changes of the record.
    """
    # A workflow that was stopped starts anew: its switch must be open before anybody enters.
    ports.switches.set_status(tenant, record.id, status)
    trigger(ports, tenant, record.id, graph, version, status)
    schedules = schedule(ports, tenant, record, None if status is WorkflowStatus.STOPPED else graph)
    return drafts.change(
        ports, tenant, record.id, live=version, status=status, reserved="", schedules=schedules, **changes
    )
