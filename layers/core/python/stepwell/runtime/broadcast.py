"""Starts a workflow for many: a manifest of cohorts in S3, one cohort a line, and a machine that starts each.

Up to one cohort goes directly. Everything may be repeated: a broadcast has an id, each contact enters under
``<broadcast>:<profile>``, and a cohort's counts are kept once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol

from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.node_io import MAX_COHORT
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Control, WorkflowStatus
from stepwell.errors import InvalidInput
from stepwell.runtime.effects import Ports
from stepwell.runtime.enrolling import Enroller, Entry
from stepwell.runtime.jobs import Job, Jobs
from stepwell.runtime.published import published
from stepwell.workflows.facts import compiled, profile_facts

NOT_ENTERING = (
    WorkflowStatus.PAUSED,
    WorkflowStatus.PAUSED_DISCARD,
    WorkflowStatus.STOPPED,
    WorkflowStatus.DRAINING,
)
_SCHEDULED = "<"


class Manifests(Protocol):
    """Where manifests lie."""

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        ...

    def put_manifest(self, key: str, rows: Iterable[Any]) -> int:
        """Write one JSON value a line; return how many."""
        ...


class BroadcastMachine(Protocol):
    """The machine that starts one cohort a line (`statemachines/system/broadcast.asl.yaml`)."""

    def start(self, name: str, document: Mapping[str, Any]) -> None:
        """Start it under a name; already started is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A request to start a workflow for an audience.

    Attributes:
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version to enter; 0: the live one, filled in before the broadcast begins.
        trigger: Trigger node to enter through; empty: chosen.
        audience: `{"kind": "trigger"|"all"|"profiles"|"contacts"|"condition"|"csv", …}`.
        id: Broadcast id; empty: made from what was asked and `scheduled`.
        scheduled: When a schedule fired, as text.
        properties: Properties of the event that the enrollments start with.
        actor: Who asked.
    """

    tenant: str
    workflow: str
    audience: Mapping[str, Any]
    version: int = 0
    trigger: str = ""
    id: str = ""
    scheduled: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""

    @classmethod
    def parse(cls, document: Mapping[str, Any], now: datetime) -> Command:
        """Read a command as Scheduler and API send it.

        Raises:
            InvalidInput: A required field is missing.
        """
        try:
            scheduled = str(document.get("scheduled") or "")
            if scheduled.startswith(_SCHEDULED):
                # Not every emulator fills in Scheduler's placeholder; a firing has a minute of its own.
                scheduled = iso(now.replace(second=0, microsecond=0))
            return cls(
                tenant=str(document["tenant"]),
                workflow=str(document["workflow"]),
                audience=dict(document["audience"]),
                version=int(document.get("version") or 0),
                trigger=str(document.get("trigger") or ""),
                id=str(document.get("id") or ""),
                scheduled=scheduled,
                properties=dict(document.get("properties") or {}),
                actor=str(document.get("actor") or ""),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput("Not a command to start a broadcast.", code="bad_command") from error

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return {
            "v": 1,
            "tenant": self.tenant,
            "workflow": self.workflow,
            "audience": dict(self.audience),
            "version": self.version,
            "trigger": self.trigger,
            "id": self.id,
            "scheduled": self.scheduled,
            "properties": dict(self.properties),
            "actor": self.actor,
        }

    @property
    def broadcast(self) -> str:
        """The broadcast's id: the same firing of the same schedule has the same."""
        return self.id or short_hash(self.tenant, self.workflow, self.trigger, self.scheduled, length=20)


def may_enter(control: Control, workflow: str) -> bool:
    """Tell whether contacts may enter; the stop-everything switch holds them at the first step instead."""
    return control.workflows.get(workflow, WorkflowStatus.ACTIVE) not in NOT_ENTERING


def new_job(command: Command, now: datetime) -> Job:
    """Return the job of a broadcast that was asked for."""
    return Job(
        id=command.broadcast,
        kind="broadcast",
        workflow=command.workflow,
        state="preparing",
        started_at=now,
        actor=command.actor,
        details={
            "version": command.version,
            "trigger": command.trigger,
            "audience": command.audience["kind"],
        },
    )


def start_broadcast(
    command: Command,
    profiles: Iterable[str],
    ports: Ports,
    jobs: Jobs,
    manifests: Manifests,
    machine: BroadcastMachine,
) -> Job:
    """Start a workflow for an audience.

    Args:
        command: What was asked; version and trigger are filled in.
        profiles: Profile ids of the audience, read once, page by page.
        ports: Stores and machines.
        jobs: Where progress is kept.
        manifests: Where the manifest lies.
        machine: What starts its cohorts.

    Returns:
        The job as it stands: done for a small audience, running for a large one.
    """
    tenant, broadcast = command.tenant, command.broadcast
    now = ports.clock.now()
    job = new_job(command, now)
    if not jobs.put(tenant, job):
        job = jobs.get(tenant, broadcast) or job
        if job.state in ("done", "failed"):
            return job
    at = from_iso(command.scheduled) if _is_time(command.scheduled) else job.started_at
    document = _machine_input(command, manifests.bucket)
    if job.state == "running" and job.parts:
        machine.start(
            _name(command), document
        )  # an earlier try wrote the manifest and may have died before this
        return job
    if not may_enter(ports.workspaces.control(tenant), command.workflow):
        jobs.update(tenant, broadcast, "failed", details={**job.details, "why": "the workflow is not active"})
        return jobs.get(tenant, broadcast) or job
    ids = iter(dict.fromkeys(profiles)) if isinstance(profiles, Sequence) else iter(profiles)
    first = list(islice(ids, MAX_COHORT + 1))
    if len(first) <= MAX_COHORT:
        jobs.update(tenant, broadcast, "running", total=len(first), parts=1)
        start_cohort(
            tenant, command.workflow, command.version, broadcast, "0", _line(command, first, at), ports, jobs
        )
        jobs.update(tenant, broadcast, "done")
        return jobs.get(tenant, broadcast) or job
    counted = Counter[str]()
    lines = manifests.put_manifest(document["key"], _lines(command, first, ids, at, counted))
    jobs.update(tenant, broadcast, "running", total=counted["contacts"], parts=lines)
    machine.start(_name(command), document)
    return jobs.get(tenant, broadcast) or job


def _name(command: Command) -> str:
    """Name the machine's execution: all tenants share the machine, so the tenant is part of it."""
    return f"{command.tenant}-{command.broadcast}"[:80]


def _is_time(text: str) -> bool:
    try:
        from_iso(text)
    except ValueError:
        return False
    return True


def _machine_input(command: Command, bucket: str) -> dict[str, Any]:
    return {
        "bucket": bucket,
        "key": f"broadcasts/{command.tenant}/{command.broadcast}.jsonl",
        "tenant": command.tenant,
        "workflow": command.workflow,
        "version": command.version,
        "broadcast": command.broadcast,
    }


def _lines(
    command: Command, first: Sequence[str], rest: Iterator[str], at: datetime, counted: Counter[str]
) -> Iterator[Mapping[str, Any]]:
    chunk = list(first)
    while chunk:
        while len(chunk) >= MAX_COHORT:
            counted["contacts"] += MAX_COHORT
            yield _line(command, chunk[:MAX_COHORT], at)
            chunk = chunk[MAX_COHORT:]
        more = list(islice(rest, MAX_COHORT - len(chunk)))
        if not more:
            break
        chunk += more
    if chunk:
        counted["contacts"] += len(chunk)
        yield _line(command, chunk, at)


def _line(command: Command, profiles: Sequence[str], at: datetime) -> dict[str, Any]:
    return {
        "profiles": list(profiles),
        "trigger": command.trigger,
        "at": iso(at),
        "name": "scheduled" if command.scheduled else "manual_start",
        "properties": dict(command.properties),
    }


def start_cohort(
    tenant: str,
    workflow: str,
    version: int,
    broadcast: str,
    index: str,
    cohort: Mapping[str, Any],
    ports: Ports,
    jobs: Jobs,
) -> dict[str, int]:
    """Enroll one line of a manifest; return contacts an outcome.

    Raises:
        Unavailable: Try again later; what was enrolled stays so.
    """
    profiles = [str(profile) for profile in cohort["profiles"]]
    if not may_enter(ports.workspaces.control(tenant), workflow):
        counts = Counter({"not_active": len(profiles)})
        jobs.add(tenant, broadcast, str(index), counts)
        return dict(counts)
    graph = published(ports.versions, tenant, workflow, version).graph
    counts = Counter[str]()
    stored = ports.profiles.get(tenant, profiles)
    entering = _filtered(ports, tenant, profiles, stored, graph.workflow.settings.filter)
    if len(entering) < len(profiles):
        counts["filtered"] = len(profiles) - len(entering)
    # Who was merged since the audience was listed enters as the contact that he is by now, once.
    owners = {stored[p].id if p in stored else p: stored.get(p) for p in entering}
    if len(owners) < len(entering):
        counts["merged"] = len(entering) - len(owners)
    at = from_iso(str(cohort["at"]))
    properties = dict(cohort.get("properties") or {})
    entries = [
        Entry(
            profile=profile,
            key=f"{broadcast}:{profile}",
            at=at,
            entry_key=_entry_key(graph.workflow.settings.entry_key, properties),
            context={
                "name": str(cohort.get("name") or "manual_start"),
                "type": "track",
                "timestamp": iso(at),
                "message_id": f"{broadcast}:{profile}",
                "properties": properties,
            },
            aliases=() if known is None else known.aliases,
        )
        for profile, known in owners.items()
    ]
    if entries:
        counts.update(
            Enroller(ports).enroll(tenant, workflow, version, str(cohort["trigger"]), entries).values()
        )
        # A repeated cohort finds them enrolled: the first count, kept once, is the one that says so.
        counts["enrolled"] += counts.pop("already", 0)
    jobs.add(tenant, broadcast, str(index), counts)
    return dict(counts)


def _filtered(
    ports: Ports, tenant: str, profiles: Sequence[str], stored: Mapping[str, Profile], condition: str
) -> list[str]:
    if not condition:
        return list(profiles)
    zone = zone_named(ports.workspaces.workspace(tenant).time_zone) or UTC
    test, now = compiled(condition).test, ports.clock.now()
    return [p for p in profiles if p in stored and test(profile_facts(stored[p], zone, now=now), now)]


def _entry_key(path: str, properties: Mapping[str, Any]) -> str:
    if not path:
        return ""
    value: Any = properties
    for step in path.removeprefix("event.").removeprefix("properties.").split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return str(value)[:200] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
