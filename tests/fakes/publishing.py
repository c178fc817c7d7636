"""Publishing's ports in memory, over one world: what is published there really runs in its `Cloud`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import AuditEntry, Control, WorkflowStatus, Workspace
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.ports import Known, PublishingPorts
from stepwell.publishing.records import Move, Schedule, Version, WorkflowRecord
from stepwell.runtime.jobs import Job

from tests.fakes.segments import MemorySegmentMembers
from tests.fakes.table import MemoryTable
from tests.fakes.world import World

TENANT = "acme"


class MemoryWorkflows:
    def __init__(self, world: World) -> None:
        self._world = world
        self.records: dict[tuple[str, str], WorkflowRecord] = {}

    def get(self, tenant: str, workflow: str) -> WorkflowRecord | None:
        return self.records.get((tenant, workflow))

    def save(self, tenant: str, record: WorkflowRecord) -> bool:
        return self._world.write(f"workflows.save:{record.id}", lambda: self._save(tenant, record))

    def _save(self, tenant: str, record: WorkflowRecord) -> bool:
        stored = self.records.get((tenant, record.id))
        if (stored.rev if stored else 0) != record.rev:
            return False
        self.records[tenant, record.id] = record.evolve(rev=record.rev + 1)
        return True

    def delete(self, tenant: str, workflow: str, rev: int) -> bool:
        stored = self.records.get((tenant, workflow))
        if stored is None or stored.rev != rev:
            return False
        del self.records[tenant, workflow]
        return True

    def all(self, tenant: str) -> list[WorkflowRecord]:
        return [record for (owner, _), record in sorted(self.records.items()) if owner == tenant]


class MemoryVersionLibrary:
    def __init__(self, world: World) -> None:
        self._world = world
        self.versions: dict[tuple[str, str, int], Version] = {}

    def put(self, tenant: str, version: Version) -> bool:
        return self._world.write(
            f"versions.put:{version.workflow}:{version.number}", lambda: self._put(tenant, version)
        )

    def _put(self, tenant: str, version: Version) -> bool:
        key = (tenant, version.workflow, version.number)
        if key in self.versions:
            return False
        self.versions[key] = version
        self._world.publish(*key, version.graph)
        return True

    def get(self, tenant: str, workflow: str, number: int) -> Version | None:
        return self.versions.get((tenant, workflow, number))

    def all(self, tenant: str, workflow: str) -> list[Version]:
        found = [v for (t, w, _), v in self.versions.items() if (t, w) == (tenant, workflow)]
        return sorted(found, key=lambda v: v.number, reverse=True)


class MemoryTriggers:
    def __init__(self, world: World) -> None:
        self._world = world
        self.documents: dict[str, tuple[Mapping[str, Any], int]] = {}

    def read(self, tenant: str) -> tuple[Mapping[str, Any], int]:
        return self.documents.get(tenant, ({}, 0))

    def write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        return self._world.write("triggers.write", lambda: self._write(tenant, document, rev))

    def _write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        if self.read(tenant)[1] != rev:
            return False
        self.documents[tenant] = (document, rev + 1)
        return True

    def triggers(self, tenant: str) -> Mapping[str, Any]:
        return self.read(tenant)[0]


class MemorySwitches:
    def __init__(self, world: World) -> None:
        self._world = world

    def control(self, tenant: str) -> Control:
        return self._world.workspaces.control(tenant)

    def set_status(self, tenant: str, workflow: str, status: WorkflowStatus) -> None:
        before = self.control(tenant)
        after = replace(before, workflows={**before.workflows, workflow: status})
        self._world.write(
            f"switches.status:{workflow}", lambda: self._world.workspaces.controls.update({tenant: after})
        )

    def set_stopped(self, tenant: str, stopped: bool) -> None:
        after = replace(self.control(tenant), stopped=stopped)
        self._world.write("switches.stopped", lambda: self._world.workspaces.controls.update({tenant: after}))

    def set_marketing_paused(self, tenant: str, paused: bool) -> None:
        after = replace(self.control(tenant), marketing_paused=paused)
        self._world.write(
            "switches.marketing", lambda: self._world.workspaces.controls.update({tenant: after})
        )


class MemoryDeployer:
    prefix = "stepwell"
    partition = "aws"
    functions: Mapping[str, str] = {name: name for name in NODE_FUNCTIONS}

    def __init__(self, world: World) -> None:
        self._world = world
        self.definitions: dict[tuple[str, str, int], str] = {}
        self.deleted: list[tuple[str, int]] = []

    def deploy(self, tenant: str, workflow: str, version: int, definition: str) -> str:
        def apply() -> str:
            known = self.definitions.setdefault((tenant, workflow, version), definition)
            if known != definition:
                raise Conflict("There is another state machine.", code="machine_exists")
            return f"arn:machine:{tenant}-{workflow}-v{version}"

        return self._world.write(f"machines.deploy:{workflow}:{version}", apply)

    def find(self, tenant: str, workflow: str, version: int) -> tuple[str, str]:
        if (tenant, workflow, version) not in self.definitions:
            raise NotFound("There is no such state machine.", code="no_machine")
        return f"arn:machine:{tenant}-{workflow}-v{version}", self.definitions[tenant, workflow, version]

    def delete(self, tenant: str, workflow: str, version: int) -> None:
        self.definitions.pop((tenant, workflow, version), None)
        self.deleted.append((workflow, version))


class MemoryScheduler:
    def __init__(self, world: World) -> None:
        self._world = world
        self.schedules: dict[str, Schedule] = {}

    def put(self, schedule: Schedule) -> None:
        self._world.write(
            f"scheduler.put:{schedule.name}", lambda: self.schedules.update({schedule.name: schedule})
        )

    def delete(self, tenant: str, name: str) -> None:
        self._world.write(f"scheduler.delete:{name}", lambda: self.schedules.pop(name, None))


class MemoryAudit:
    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        self.entries.append(entry)


class MemoryMoves:
    def __init__(self, world: World) -> None:
        self._world = world
        self.queue: list[tuple[Move, int]] = []

    def send(self, move: Move, delay_s: int = 0) -> None:
        # As it would come out of a queue.
        again = Move.parse(move.document())
        self._world.write(f"moves.send:{move.kind}", lambda: self.queue.append((again, delay_s)))


class MemoryJobs:
    def __init__(self) -> None:
        self.jobs: dict[tuple[str, str], Job] = {}
        self.done: dict[tuple[str, str], dict[str, Mapping[str, int]]] = {}

    def put(self, tenant: str, job: Job) -> bool:
        return self.jobs.setdefault((tenant, job.id), job) is job

    def get(self, tenant: str, job: str) -> Job | None:
        stored = self.jobs.get((tenant, job))
        if stored is None:
            return None
        counts: Counter[str] = Counter()
        parts = self.done.get((tenant, job), {})
        for part in parts.values():
            counts.update(part)
        done = bool(stored.parts) and len(parts) >= stored.parts and stored.state == "running"
        state = "done" if done else stored.state
        return stored.evolve(counts=dict(counts), parts_done=len(parts), state=state)

    def update(self, tenant: str, job: str, state: str, **changes: Any) -> None:
        if (tenant, job) in self.jobs:
            self.jobs[tenant, job] = self.jobs[tenant, job].evolve(state=state, **changes)

    def add(self, tenant: str, job: str, part: str, counts: Mapping[str, int]) -> None:
        self.done.setdefault((tenant, job), {}).setdefault(part, dict(counts))

    def is_done(self, tenant: str, job: str, part: str) -> bool:
        return part in self.done.get((tenant, job), {})

    def parts_done(self, tenant: str, job: str) -> frozenset[str]:
        return frozenset(self.done.get((tenant, job), {}))

    def of_workflow(self, tenant: str, workflow: str, limit: int) -> list[Job]:
        found = [
            self.get(t, i) for (t, i), job in self.jobs.items() if (t, job.workflow) == (tenant, workflow)
        ]
        return sorted((j for j in found if j), key=lambda j: j.started_at, reverse=True)[:limit]


class MemoryInventory:
    def __init__(self, world: World) -> None:
        self._world = world
        self.what = Known(templates=frozenset({"hello", "news"}))

    def known(self, tenant: str) -> Known:
        return self.what

    def fields(self, tenant: str) -> Mapping[str, str] | None:
        return self.what.fields

    def workspace(self, tenant: str) -> Workspace:
        return self._world.workspaces.workspace(tenant)


class MemoryPages:
    def __init__(self, world: World) -> None:
        self._world = world

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[Sequence[Profile], str | None]:
        ids = sorted(
            pk.partition("#P#")[2]
            for (pk, sk), item in self._world.profiles_table.items.items()
            if pk.startswith(f"{tenant}#P#") and sk == "p" and "b" in item
        )
        start = int(cursor or 0)
        found = self._world.profiles.get(tenant, ids[start : start + limit])
        after = start + limit
        return list(found.values()), str(after) if after < len(ids) else None


class MemoryObjects:
    bucket = "artifacts"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.manifests: dict[str, list[Any]] = {}

    def put(self, key: str, body: bytes, *, content_type: str = "") -> None:
        self.objects[key] = body

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise NotFound("There is no such object.")
        return self.objects[key]

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def put_manifest(self, key: str, rows: Any) -> int:
        self.manifests[key] = list(rows)
        return len(self.manifests[key])


class MemoryBroadcastMachine:
    def __init__(self) -> None:
        self.started: dict[str, Mapping[str, Any]] = {}

    def start(self, name: str, document: Mapping[str, Any]) -> None:
        self.started.setdefault(name, document)


class Office:
    """Publishing over a world.

    Attributes:
        ports: `PublishingPorts` of the fakes here.
    """

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.workflows = MemoryWorkflows(self.world)
        self.versions = MemoryVersionLibrary(self.world)
        self.triggers = MemoryTriggers(self.world)
        self.switches = MemorySwitches(self.world)
        self.machines = MemoryDeployer(self.world)
        self.scheduler = MemoryScheduler(self.world)
        self.audit = MemoryAudit()
        self.moves = MemoryMoves(self.world)
        self.jobs = MemoryJobs()
        self.inventory = MemoryInventory(self.world)
        self.pages = MemoryPages(self.world)
        self.config_table = MemoryTable("config", self.world, self.world.bill)
        self.members = MemorySegmentMembers(self.world.profiles_table, self.config_table, self.world.clock)
        self.ports = PublishingPorts(
            clock=self.world.clock,
            workflows=self.workflows,
            versions=self.versions,
            triggers=self.triggers,
            switches=self.switches,
            machines=self.machines,
            scheduler=self.scheduler,
            audit=self.audit,
            moves=self.moves,
            jobs=self.jobs,
            inventory=self.inventory,
            profiles=self.pages,
            members=self.members,
        )

    def add(self, *profiles: Profile) -> None:
        """Store contacts."""
        self.world.profiles.put(TENANT, profiles)
