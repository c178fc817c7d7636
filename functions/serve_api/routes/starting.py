"""Starting workflows by hand, who would get them, when schedules fire, and how far jobs are."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.starting import AudiencePreview, Job, JobKind, JobState, Schedule, Started
from stepwell.contracts.ids import short_hash
from stepwell.contracts.node_io import MAX_COHORT
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.publishing import audience as audiences
from stepwell.publishing import contacts, control, drafts, stages
from stepwell.publishing.listing import page as page_of
from stepwell.publishing.selecting import complete, select
from stepwell.publishing.upcoming import next_runs
from stepwell.runtime.broadcast import Command, new_job, start_broadcast

from routes.replies import listed, plain, reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Starting")


class StartIn(BaseModel):
    """Whom to start; exactly one of `contacts`, `condition`, `segment`, `csv`, `everybody`."""

    model_config = ConfigDict(extra="forbid")

    contacts: list[str] | None = Field(
        default=None, max_length=5_000, description="Profile ids, e-mail addresses or user ids."
    )
    condition: str | None = Field(default=None, max_length=10_000, examples=["score >= 50"])
    segment: str | None = Field(default=None, max_length=40, description="Members of a segment.")
    csv: str | None = Field(
        default=None,
        max_length=5_000_000,
        description="A header with `email` and/or `user_id`; other columns become fields of the contact.",
    )
    everybody: bool = False
    trigger: str = Field(default="", description="Trigger node to enter through; empty: the manual one.")
    properties: dict[str, Any] = Field(default_factory=dict, description="Read as `event.<name>`.")
    key: str = Field(
        default="", max_length=64, pattern=r"^[A-Za-z0-9_-]*$", description="The same key starts once."
    )

    def audience(self) -> dict[str, Any]:
        """Return the audience as a command has it, a CSV aside.

        Raises:
            InvalidInput: None or several are given.
        """
        given = {
            "contacts": self.contacts is not None,
            "condition": bool(self.condition),
            "segment": bool(self.segment),
            "csv": bool(self.csv),
            "everybody": self.everybody,
        }
        if sum(given.values()) != 1:
            raise InvalidInput(
                "Name exactly one of `contacts`, `condition`, `segment`, `csv` and `everybody`.",
                code="bad_audience",
            )
        if self.contacts is not None:
            return {"kind": "contacts", "references": self.contacts}
        if self.condition:
            return {"kind": "condition", "text": self.condition}
        if self.segment:
            return {"kind": "segment", "segment": self.segment}
        return {"kind": "all"} if self.everybody else {"kind": "csv"}


@routed(
    router,
    "POST",
    "/workflows/<workflow>/start",
    "publisher",
    "Start for contacts, a condition, a segment or a CSV",
    status=202,
)
def start_workflow(workflow: str, body: Annotated[StartIn, Body()]) -> Started:
    """Start a workflow by hand: small audiences at once, large ones as a broadcast."""
    call = this()
    audience = body.audience()
    # The same key starts once a workflow; another workflow's, or another tenant's, is another broadcast.
    seed = body.key or secrets.token_hex(16)
    broadcast = short_hash(call.tenant, workflow, "manual", seed, length=20)
    if body.csv:
        # Read it once here, so that a fault is told now and not in the background.
        rows = list(contacts.read_csv(body.csv))
        if not rows:
            raise InvalidInput("The CSV holds no contact.", code="csv_empty")
        audience["key"] = f"imports/{call.tenant}/{broadcast}.csv"
        call.wired.parts.objects.put(audience["key"], body.csv.encode(), content_type="text/csv")
    command = complete(
        call.ports,
        Command(
            tenant=call.tenant,
            workflow=workflow,
            audience=audience,
            trigger=body.trigger,
            id=broadcast,
            properties=body.properties,
            actor=call.actor,
        ),
    )
    if not _active(call, workflow):
        raise Conflict(f"`{workflow}` is not active: nobody can enter.", code="not_active")
    call.ports.note(
        call.tenant,
        call.actor,
        "workflow.started",
        f"workflow/{workflow}",
        broadcast=broadcast,
        audience=audience["kind"],
    )
    small = (body.contacts is not None and len(body.contacts) <= MAX_COHORT) or (
        body.csv is not None and len(rows) <= MAX_COHORT
    )
    if not small:
        # Noted before it is asked for, so that whoever looks at once finds it.
        call.wired.jobs.put(call.tenant, new_job(command, call.ports.now()))
        if body.contacts is not None:
            # An asynchronous call of a Lambda holds 256 KB: ids are short, addresses may be 320 characters.
            found = contacts.find_many(call.wired.parts.profiles, call.tenant, body.contacts)
            ids = dict.fromkeys(profile.id for profile in found.values())
            command = replace(command, audience={"kind": "profiles", "ids": list(ids)})
        call.wired.broadcasts.request(command.document())
        return {"job": broadcast, "state": "preparing"}
    chosen = select(call.ports, call.wired.parts.profiles, command, call.wired.parts.objects.get)
    job = start_broadcast(
        command,
        chosen,
        call.runtime,
        call.wired.jobs,
        call.wired.parts.objects,
        call.wired.broadcast_machine,
    )
    unknown = len(body.contacts) - job.total if body.contacts is not None else 0
    return {
        "job": job.id,
        "state": cast(JobState, job.state),
        "counts": plain(job.counts),
        "unknown": max(unknown, 0),
    }


def _active(call: Call, workflow: str) -> bool:
    return str(drafts.read(call.ports, call.tenant, workflow).status) == "active"


@routed(router, "GET", "/workflows/<workflow>/audience", "viewer", "Who would get this now")
def preview_audience(
    workflow: str,
    trigger: Annotated[str, Query(description="Trigger node; empty: the first with an audience.")] = "",
    version: Annotated[Literal["draft", "live"], Query()] = "live",
    cap: Annotated[int, Query(ge=1, le=100_000, description="Profiles to look at, at most.")] = 20_000,
    sample: Annotated[int, Query(ge=0, le=100)] = 20,
) -> AudiencePreview:
    """Count who would enter now, with a sample."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    if version == "draft":
        graph = stages.check(call.ports, call.tenant, record.document, record.latest + 1).graph
    else:
        live = control.live_graph(call.ports, call.tenant, record)
        if live is None:
            raise Conflict(f"`{workflow}` was never published: ask for `version=draft`.", code="not_active")
        graph = live
    profiles = call.wired.parts.profiles
    rules = audiences.entry_rules(
        graph,
        audiences.pick_trigger(graph, trigger),
        lambda named: frozenset(p.id for p in contacts.find_many(profiles, call.tenant, named).values()),
    )
    return reply(
        AudiencePreview,
        audiences.preview(
            call.tenant,
            workflow,
            rules,
            profiles=call.ports.profiles,
            tokens=call.runtime.tokens,
            clock=call.ports.clock,
            workspace=call.ports.inventory.workspace(call.tenant),
            cap=cap,
            sample=sample,
        ),
    )


@routed(router, "GET", "/workflows/<workflow>/schedule", "viewer", "When the workflow's schedules fire next")
def list_schedules(workflow: str, count: Annotated[int, Query(ge=1, le=50)] = 5) -> Listed[Schedule]:
    """Return the next firings of each time trigger."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    graph = control.live_graph(call.ports, call.tenant, record)
    found = stages.schedules_of(call.ports, call.tenant, graph) if graph is not None else []
    now = call.ports.now()
    since = record.published_at or now
    return whole(
        [
            {
                "trigger": one.node,
                "name": one.name,
                "expression": one.expression,
                "time_zone": one.time_zone,
                "active": one.name in record.schedules,
                "next": plain(next_runs(one.expression, one.time_zone, now, since, count)),
            }
            for one in found
        ]
    )


@routed(router, "GET", "/workflows/<workflow>/jobs", "viewer", "List broadcasts and moves of a workflow")
def list_jobs(
    workflow: str,
    kind: Annotated[JobKind | Literal[""], Query()] = "",
    state: Annotated[JobState | Literal[""], Query()] = "",
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Job]:
    """List jobs."""
    call = this()
    jobs = call.wired.jobs.of_workflow(call.tenant, workflow, 200)
    page = page_of(
        [j for j in jobs if (not kind or j.kind == kind) and (not state or j.state == state)],
        by=lambda j: plain(j.started_at),
        id_of=lambda j: j.id,
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "GET", "/jobs/<job>", "viewer", "How far a broadcast or a move is")
def read_job(job: str) -> Job:
    """Read a job."""
    call = this()
    found = call.wired.jobs.get(call.tenant, job)
    if found is None:
        raise NotFound(f"There is no job `{job}`.", code="no_job")
    return reply(Job, found)
