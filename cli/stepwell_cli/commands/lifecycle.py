"""Publishing and control: publish, roll back, pause, resume, stop; and contacts in flight: migrate, eject."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.commands.jobs import Wait, follow
from stepwell_cli.commands.workflows import Id
from stepwell_cli.files import pairs
from stepwell_cli.output import Cursor, Json, Limit, Yes, emit, page, say, table, violations
from stepwell_cli.session import session


class InFlight(StrEnum):
    """What happens to contacts in older versions."""

    DRAIN = "drain"
    MIGRATE = "migrate"
    EJECT = "eject"


Choice = Annotated[
    InFlight,
    typer.Option(
        "--in-flight",
        help="Contacts in older versions finish there (drain), move to the new one, or are ended.",
    ),
]
Maps = Annotated[
    list[str] | None, typer.Option("--map", help="old=new node id, for contacts that move; again for more.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")]


def publish(
    ctx: typer.Context,
    workflow: Id,
    note: Annotated[str, typer.Option(help="What changed, in a sentence.")] = "",
    if_rev: Annotated[
        int | None, typer.Option("--if-rev", min=1, help="Refuse unless the draft has this rev.")
    ] = None,
    in_flight: Choice = InFlight.DRAIN,
    maps: Maps = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Publish the draft as a new version: contacts enter it from now on."""
    body: dict[str, Any] = {
        "note": note,
        "in_flight": str(in_flight),
        "nodes": pairs(maps or [], "--map"),
        "dry_run": dry_run,
    }
    if if_rev is not None:
        body["rev"] = if_rev
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/publish", body)
    emit(answer, json_, _published(workflow, answer, dry_run))


def rollback(
    ctx: typer.Context,
    workflow: Id,
    to: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="The version to go back to.")],
    in_flight: Choice = InFlight.DRAIN,
    maps: Maps = None,
    json_: Json = False,
) -> None:
    """Publish an old version's graph again, as a new version; history stays."""
    body = {"to": to, "in_flight": str(in_flight), "nodes": pairs(maps or [], "--map")}
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/rollback", body)
    emit(answer, json_, _published(workflow, answer, False))


def pause(
    ctx: typer.Context,
    workflow: Id,
    discard: Annotated[
        bool, typer.Option("--discard", help="End whoever comes due, instead of holding them.")
    ] = False,
    json_: Json = False,
) -> None:
    """Pause: nobody enters; whoever comes due is held until `resume`."""
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/pause", {"discard": discard})
    emit(answer, json_, say(f"[yellow]Paused[/yellow] {escape(workflow)}."))


def resume(ctx: typer.Context, workflow: Id, json_: Json = False) -> None:
    """Resume: contacts enter again, and those held go on."""
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/resume")
    emit(answer, json_, say(f"[green]Resumed[/green] {escape(workflow)}."))


def stop(
    ctx: typer.Context,
    workflow: Id,
    yes: Yes = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Stop: nobody enters, and everybody in it is ended."""
    if not yes:
        typer.confirm(f"Stop {workflow} and end everybody in it?", abort=True, err=True)
    run = session(ctx)
    answer = run.api.post(f"/workflows/{part(workflow)}/stop")
    answer = follow(run, answer) if wait else answer
    emit(answer, json_, say(f"[red]Stopped[/red] {escape(workflow)}."))


def migrate(
    ctx: typer.Context,
    workflow: Id,
    old: Annotated[int, typer.Option("--from", min=1, help="Version that contacts are in.")],
    new: Annotated[int, typer.Option("--to", min=1, help="Version that they go to.")],
    maps: Maps = None,
    dry_run: DryRun = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Move contacts in flight to another version, each to the node of the same id or of --map.

    Contacts at a node without counterpart stay in their version.
    """
    run = session(ctx)
    body = {"old": old, "new": new, "nodes": pairs(maps or [], "--map"), "dry_run": dry_run}
    answer = run.api.post(f"/workflows/{part(workflow)}/migrate", body)
    answer = follow(run, answer) if wait and not dry_run else answer

    def people(out: Console) -> None:
        if not dry_run:
            out.print(f"Moving contacts of version {old} to {new}{_job(answer)}.")
            return
        out.print(f"Version {old} → {new}, nothing was changed:")
        for node, n in sorted((answer.get("moved") or {}).items()):
            out.print(f"  [green]{n:>9,}[/green] {escape(str(node))}")
        for node, n in sorted((answer.get("unmapped") or {}).items()):
            out.print(f"  [yellow]{n:>9,}[/yellow] {escape(str(node))}: no counterpart, would stay")
        if answer.get("busy"):
            out.print(f"  {answer['busy']:>9,} are being worked on at this moment and follow later")
        if answer.get("complete") is False:
            out.print("  Only a part of the contacts was counted.", style="dim")

    emit(answer, json_, people)


def eject(
    ctx: typer.Context,
    workflow: Id,
    version: Annotated[int, typer.Option(min=0, help="Only those in this version; 0: all.")] = 0,
    yes: Yes = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """End contacts in flight at once; the workflow itself goes on."""
    which = f"in version {version}" if version else "in it"
    if not yes:
        typer.confirm(f"End everybody {which} of {workflow}?", abort=True, err=True)
    run = session(ctx)
    answer = run.api.post(f"/workflows/{part(workflow)}/eject", {"version": version})
    answer = follow(run, answer) if wait else answer
    emit(answer, json_, say(f"Ending everybody {which}{_job(answer)}."))


def counters(
    ctx: typer.Context,
    workflow: Id,
    version: Annotated[int, typer.Option(min=0, help="A version; 0: the live one.")] = 0,
    json_: Json = False,
) -> None:
    """Show how many contacts left each node by which way, and why messages were skipped."""
    answer = session(ctx).api.get(f"/workflows/{part(workflow)}/counters", version=version or None)

    def people(out: Console) -> None:
        out.print(f"{escape(workflow)} version {answer['version']}: {answer['enrolled']:,} entered")
        rows = [
            {"node": node, "outcomes": found["outcomes"], "reasons": found["reasons"]}
            for node, found in answer["nodes"].items()
        ]
        table(rows, (("Node", "node"), ("Left by", "outcomes"), ("Reasons", "reasons")), empty="Nobody yet.")(
            out
        )

    emit(answer, json_, people)


def list_jobs(
    ctx: typer.Context, workflow: Id, limit: Limit = 50, cursor: Cursor = "", json_: Json = False
) -> None:
    """List broadcasts and moves of a workflow, and how far they are."""
    answer = session(ctx).api.get(f"/workflows/{part(workflow)}/jobs", limit=limit, cursor=cursor)
    columns = (
        ("Job", "id"),
        ("Kind", "kind"),
        ("State", "state"),
        ("Started (UTC)", "started_at"),
        ("By", "actor"),
        ("Contacts", "counts"),
    )
    emit(answer, json_, page(answer, columns, "None."))


def _job(answer: dict[str, Any]) -> str:
    job = answer.get("job")
    job = job.get("id") if isinstance(job, dict) else job
    return f" (job {escape(str(job))})" if job else ""


def _published(workflow: str, answer: dict[str, Any], dry_run: bool) -> Any:
    def show(out: Console) -> None:
        verb = "would become" if dry_run else "is"
        out.print(f"[green]{escape(workflow)}[/green] {verb} version {answer.get('version')}.")
        if answer.get("warnings"):
            violations(answer["warnings"])(out)
        moving = answer.get("moving") or {}
        if moving.get("versions"):
            numbers = ", ".join(str(v) for v in moving["versions"])
            out.print(f"Contacts in versions {numbers}: {moving.get('choice', 'drain')}.")
        for number, nodes in (moving.get("unmapped") or {}).items():
            out.print(f"[yellow]Version {number}: no counterpart for {escape(', '.join(nodes))}[/yellow]")

    return show


def register(app: typer.Typer) -> None:
    """Add the commands to `workflows`."""
    panel = "Publishing and control"
    for name, command in (
        ("publish", publish),
        ("rollback", rollback),
        ("pause", pause),
        ("resume", resume),
        ("stop", stop),
        ("migrate", migrate),
        ("eject", eject),
        ("counters", counters),
        ("jobs", list_jobs),
    ):
        app.command(name, rich_help_panel=panel)(command)
