"""`simulate`: one contact walks through a graph on a fake clock, and each decision is explained."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from stepwell.errors import StepwellError
from stepwell.workflows.checks import run_checks
from stepwell.workflows.expansion import expand
from stepwell.workflows.interpreter import Journey
from stepwell.workflows.interpreter import simulate as walk
from stepwell.workflows.model import Workflow
from stepwell.workflows.sample_contact import read_contact, read_time

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import WorkflowFile, read_document, read_mapping, read_workflow
from stepwell_cli.output import Json, emit

_STYLES = {"completed": "green", "goal": "green", "": "yellow"}


def simulate(
    file: WorkflowFile,
    contact: Annotated[
        Path | None,
        typer.Option(
            "--contact",
            help="YAML: `traits`, `consent`, `events` (`at` as time or as `2 days` after the start, `name`, "
            "`properties`), `reactions` (by node or `*`: `after`, `name`), `trigger`, `trigger_properties`, "
            "`faults` (outcomes forced on a node).",
        ),
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", help="YAML or JSON list of further events of the contact.")
    ] = None,
    start: Annotated[str, typer.Option(help="When it enters (ISO time; default: now).")] = "",
    days: Annotated[int, typer.Option(min=1, max=4_000, help="How long to watch.")] = 400,
    trigger: Annotated[str, typer.Option(help="Trigger node to enter by; default: the first.")] = "",
    time_zone: Annotated[str, typer.Option(help="Zone of contacts without one.")] = "UTC",
    tenant: Annotated[str, typer.Option(help="Tenant, which random splits hash.")] = "main",
    json_: Json = False,
) -> None:
    """Walk one contact through a workflow on a fake clock and explain every decision. Nothing is sent."""
    workflow = read_workflow(file)
    errors = [v for v in run_checks(workflow) if v.severity == "error" and not v.publish_only]
    if errors:
        raise CliError(
            f"`{workflow.id}` cannot be walked: mend these first.",
            code="validation_failed",
            violations=[v.document() for v in errors],
        )
    told = read_mapping(contact) if contact else {}
    more = read_mapping_list(events) if events else []
    try:
        began = read_time(start or told.get("start") or datetime.now(UTC).replace(microsecond=0), None)
        who = read_contact(told, more, began)
        journey = walk(
            workflow,
            who,
            began,
            days,
            trigger=trigger,
            time_zone=str(told.get("time_zone") or time_zone),
            tenant=tenant,
        )
    except StepwellError as error:
        raise CliError.of(error) from None
    emit(
        _plain(asdict(_shown(journey)) | {"workflow": workflow.id, "started_at": began}),
        json_,
        _timeline(workflow, journey, began),
    )


def read_mapping_list(file: Path) -> list[Any]:
    """Read a list of events, bare or under `events`.

    Raises:
        CliError: There is none.
    """
    found = read_document(file)
    listed = found.get("events") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise CliError(f"{file} must hold a list of events.", code="not_a_list", exit_code=Exit.USAGE)
    return listed


def _shown(journey: Journey) -> Journey:
    """Leave out what messages would be rendered with: it is the contact again, once a message."""
    bare = {id(m): replace(m, fields={}, event={}) for m in journey.messages}
    steps = tuple(replace(s, message=bare[id(s.message)]) if s.message else s for s in journey.steps)
    return replace(journey, steps=steps, messages=tuple(bare.values()))


def _timeline(workflow: Workflow, journey: Journey, start: datetime) -> Any:
    names = {node.id: node.name or node.id for node in expand(workflow).nodes}

    def show(out: Console) -> None:
        out.print(f"[bold]{escape(workflow.name or workflow.id)}[/bold], entered {start:%Y-%m-%d %H:%M} UTC")
        made = Table(box=None, header_style="bold", pad_edge=False)
        for heading in ("After", "When (UTC)", "Node", "Way out", "Why"):
            made.add_column(heading, overflow="fold")
        for step in journey.steps:
            mark = "[green]✉[/green] " if step.message else ""
            place = f"{step.branch} {step.loop}".strip()
            made.add_row(
                _after(step.at - start),
                f"{step.at.astimezone(UTC):%Y-%m-%d %H:%M}",
                escape(names.get(step.node, step.node)) + (f" [dim]{escape(place)}[/dim]" if place else ""),
                mark
                + escape(step.outcome)
                + (f" [yellow]{escape(step.reason)}[/yellow]" if step.reason else ""),
                escape(step.explanation),
            )
        out.print(made)
        end = journey.end_reason
        when = f" on {journey.ended_at:%Y-%m-%d %H:%M} UTC" if journey.ended_at else ""
        style = _STYLES.get(end, "cyan")
        out.print(f"[{style}]{escape(end) or 'still under way'}[/]{when}; {len(journey.messages)} messages")
        for event, at in journey.goals:
            out.print(f"[green]goal[/green] {escape(event)} on {at:%Y-%m-%d %H:%M} UTC")

    return show


def _after(elapsed: timedelta) -> str:
    hours, seconds = divmod(int(elapsed.total_seconds()) % 86_400, 3_600)
    parts = [f"{elapsed.days} d"] if elapsed.days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{seconds // 60} min"] if seconds >= 60 else []
    return "+" + (" ".join(parts) or "0")


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(k): _plain(v) for k, v in value.items()}
        case list() | tuple():
            return [_plain(v) for v in value]
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
