"""Workflows that are kept in git: what a deployment asks for, in the order in which it asks.

```
reserve → (CloudFormation makes the machine of that number) → register        a new or changed file
register with the old number                                                  the deployment is rolled back
withdraw → give_back                                                          the file is gone
```
The machine's name ends in the version's number, so the number is given out before the machine is made and the version
becomes live after it. Each call may be repeated. A deployment that is rolled back names the content it goes back to;
a later deployment of old content is a new version: its machine's name must be one that was never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any, Protocol

from stepwell.contracts.ids import WORKFLOW_ID, short_hash
from stepwell.contracts.names import machine_name
from stepwell.contracts.workspace import GIT, WorkflowStatus
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.publishing import drafts, stages
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.publish import STAYS
from stepwell.publishing.records import Version, WorkflowRecord
from stepwell.publishing.versions import read_version
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.documents import from_document, to_document
from stepwell.workflows.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a deployment asks for one document.

    Attributes:
        tenant: Tenant id.
        id: Id of the workflow or message.
        document: The file's content.
        digest: Digest of the content and of what is made of it.
        previous: The digest before, in the same workspace; empty: the document is new there.
        request: Id of the request; the same when it is delivered once more.
        rolling_back: Whether CloudFormation goes back to what was before.
        number: Version number that was reserved; 0: none yet.
    """

    tenant: str
    id: str
    document: Mapping[str, Any]
    digest: str = ""
    previous: str = ""
    request: str = ""
    rolling_back: bool = False
    number: int = 0


class Workspaces(Protocol):
    """Which workspaces there are."""

    def exists(self, tenant: str) -> bool:
        """Tell whether a workspace was founded."""
        ...


def ensure_workspace(workspaces: Workspaces, tenant: str) -> None:
    """Refuse a deployment into a workspace that nobody founded.

    Raises:
        NotFound: There is none.
    """
    if not workspaces.exists(tenant):
        raise NotFound(
            f"There is no workspace `{tenant}`: found it with `stepwell workspace create {tenant}`, or name another "
            "with `-c tenant=…`, then deploy again.",
            code="no_workspace",
        )


def reserve(ports: PublishingPorts, asked: Asked) -> dict[str, str]:
    """Check a workflow and reserve its number; return `Version` and `Name` (of the machine).

    Raises:
        ValidationFailed: The workflow breaks rules; all violations at once.
        Conflict: Somebody's unpublished draft of the same id is in the way.
    """
    number = _number_before(ports, asked) if asked.rolling_back else _next_number(ports, asked)
    return {
        "Version": str(number),
        "Name": machine_name(ports.machines.prefix, asked.tenant, asked.id, number),
    }


def _next_number(ports: PublishingPorts, asked: Asked) -> int:
    record = _record(ports, asked)
    if record.live and asked.previous == asked.digest:
        live = ports.versions.get(asked.tenant, asked.id, record.live)
        if live is not None and live.source == asked.digest:
            return record.live
    stages.check(ports, asked.tenant, asked.document, record.latest + 1)
    record = record.evolve(managed_by=GIT)
    record = stages.number(ports, asked.tenant, record, short_hash("git", asked.digest, asked.request))
    # From here on the machine may exist: retiring finds it by its number, also when nobody ever enters it.
    machines = tuple(sorted({*record.machines, record.latest}))
    drafts.change(ports, asked.tenant, asked.id, machines=machines, managed_by=GIT)
    return record.latest


def _record(ports: PublishingPorts, asked: Asked) -> WorkflowRecord:
    record = ports.workflows.get(asked.tenant, asked.id)
    if record is None:
        drawn = from_document(dict(asked.document))
        if drawn.id != asked.id or not WORKFLOW_ID.match(drawn.id):
            raise InvalidInput(f"`{drawn.id}` is no workflow id: up to 32 of a-z, 0-9 and _.")
        now = ports.now()
        return WorkflowRecord(
            id=asked.id, document=to_document(drawn), created_at=now, updated_at=now, updated_by=GIT
        )
    if not record.managed_by and record.updated_by != GIT and _unpublished(ports, asked.tenant, record):
        raise Conflict(
            f"`{record.id}` has a draft of {record.updated_by or 'somebody'} that is not published, and deploying "
            "would lose it: publish or delete it, or give the workflow in git another id.",
            code="draft_in_the_way",
        )
    return record


def _unpublished(ports: PublishingPorts, tenant: str, record: WorkflowRecord) -> bool:
    live = ports.versions.get(tenant, record.id, record.live) if record.live else None
    return live is None or live.drawn != record.document


def _number_before(ports: PublishingPorts, asked: Asked) -> int:
    record = drafts.change(ports, asked.tenant, asked.id, reserved="")
    likely = (record.live, int(record.git.get("live", 0)))
    for number in chain(likely, range(record.latest, 0, -1)):
        stored = ports.versions.get(asked.tenant, asked.id, number) if number else None
        if stored is not None and stored.source == asked.digest:
            return number
    raise Conflict(
        f"No version of `{asked.id}` was made from what the deployment goes back to.", code="no_way_back"
    )


def register(ports: PublishingPorts, asked: Asked) -> dict[str, str]:
    """Make the version whose machine exists now the one that contacts enter; contacts in others stay there.

    Raises:
        NotFound: The machine does not exist.
        ValidationFailed: The workflow breaks rules.
        Conflict: The number holds another graph.
    """
    record = drafts.read(ports, asked.tenant, asked.id)
    if asked.rolling_back:
        _go_back(ports, asked, record)
    else:
        _go_on(ports, asked, record)
    return {"Version": str(asked.number)}


def _go_on(ports: PublishingPorts, asked: Asked, record: WorkflowRecord) -> None:
    tenant, number = asked.tenant, asked.number
    machine, definition = ports.machines.find(tenant, asked.id, number)
    checked = stages.check(ports, tenant, asked.document, number)
    targets = CompileTargets(
        tenant=tenant,
        version=number,
        functions=ports.machines.functions,
        partition=ports.machines.partition,
    )
    drawn = to_document(checked.drawn)
    stages.store(
        ports,
        tenant,
        Version(
            workflow=asked.id,
            number=number,
            graph=to_document(checked.graph.workflow),
            drawn=drawn,
            origin=dict(checked.origin),
            source_map=dict(compile_workflow(checked.graph, targets).source_map),
            machine=machine,
            definition_sha=sha256(definition.encode()).hexdigest(),
            published_at=ports.now(),
            published_by=GIT,
            note="Deployed from git",
            source=asked.digest,
        ),
    )
    again = record.live == number
    status = record.status if record.status in STAYS or again else WorkflowStatus.ACTIVE
    # `live` 0 and `ours` False: a deployment that is taken back leaves what people had published.
    before = {"live": record.live, "status": str(record.status), "ours": bool(record.git)}
    now = ports.now()
    stages.make_live(
        ports,
        tenant,
        record,
        checked.graph,
        number,
        status,
        published_at=record.published_at if again else now,
        managed_by=GIT,
        git=record.git if again else before,
        **_drawn(record, drawn, now),
    )
    if not again:
        ports.note(tenant, GIT, "workflow.deployed", f"workflow/{asked.id}", version=number)


def _drawn(record: WorkflowRecord, drawn: Mapping[str, Any], now: Any) -> dict[str, Any]:
    if record.document == drawn:
        return {}
    return {"document": dict(drawn), "edited": record.edited + 1, "updated_at": now, "updated_by": GIT}


def _go_back(ports: PublishingPorts, asked: Asked, record: WorkflowRecord) -> None:
    if record.live == asked.number:
        return
    _restore(ports, asked.tenant, record, asked.number, GIT)


def _restore(
    ports: PublishingPorts, tenant: str, record: WorkflowRecord, number: int, managed_by: str
) -> None:
    """Make an earlier version live again, as it was: whoever entered the other one stays in it."""
    version = read_version(ports, tenant, record.id, number)
    known = int(record.git.get("live", 0)) == number
    was = WorkflowStatus(record.git["status"]) if known else WorkflowStatus.ACTIVE
    status = record.status if record.status in (*STAYS, WorkflowStatus.STOPPED) else was
    stages.make_live(
        ports,
        tenant,
        record,
        Graph(from_document(dict(version.graph))),
        number,
        status,
        managed_by=managed_by,
        git={"live": 0, "status": str(status), "ours": True} if managed_by else {},
        **_drawn(record, version.drawn, ports.now()),
    )
    ports.note(tenant, GIT, "workflow.deployment_rolled_back", f"workflow/{record.id}", version=number)


def withdraw(ports: PublishingPorts, asked: Asked) -> None:
    """Let nobody enter a workflow whose file is gone; whoever is in it goes on, then its machines are deleted.

    The record stays and belongs to people again: they may publish or delete it, or git takes it back. A first
    deployment that is rolled back leaves what people had published before it.
    """
    record = ports.workflows.get(asked.tenant, asked.id)
    if record is None or not record.managed_by or not record.git:
        return
    before = int(record.git.get("live", 0))
    if asked.rolling_back and not record.git["ours"] and before:
        _restore(ports, asked.tenant, record, before, "")
        return
    status = WorkflowStatus.DRAINING if record.status is WorkflowStatus.ACTIVE else record.status
    version = read_version(ports, asked.tenant, asked.id, record.live)
    graph = Graph(from_document(dict(version.graph)))
    ports.switches.set_status(asked.tenant, asked.id, status)
    stages.trigger(ports, asked.tenant, asked.id, graph, record.live, status)
    schedules = stages.schedule(ports, asked.tenant, record, None)
    drafts.change(
        ports,
        asked.tenant,
        asked.id,
        status=status,
        schedules=schedules,
        reserved="",
        managed_by="",
        git={"removed": True},
    )
    ports.note(asked.tenant, GIT, "workflow.withdrawn", f"workflow/{asked.id}", version=record.live)


def give_back(ports: PublishingPorts, asked: Asked) -> None:
    """Forget a reservation whose version never became live, and leave the workflow to people."""
    record = ports.workflows.get(asked.tenant, asked.id)
    if record is not None and record.managed_by:
        drafts.change(ports, asked.tenant, asked.id, reserved="", managed_by="")
