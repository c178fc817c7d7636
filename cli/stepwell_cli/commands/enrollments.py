"""Contacts in workflows: list, show, end, and explain what happened to one and why."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stepwell_cli.api import part
from stepwell_cli.commands.workflows import Id
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Cursor, Json, Limit, Yes, details, emit, page, say, when
from stepwell_cli.session import session

_PROFILE = 16
_COLUMNS = (
    ("Enrollment", "enrollment"),
    ("Workflow", "workflow"),
    ("State", "state"),
    ("Node", "node"),
    ("Version", "version"),
    ("Entered (UTC)", "entered_at"),
    ("Due (UTC)", "due"),
    ("Ended", "end_reason"),
)
Contact = Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")]


class State(StrEnum):
    """State of an enrollment."""

    RUNNING = "running"
    PARKED = "parked"
    ENDED = "ended"


def list_(
    ctx: typer.Context,
    workflow: Annotated[str, typer.Argument(help="Workflow id; not needed with --contact.")] = "",
    contact: Annotated[str, typer.Option(help="Of this contact (address, user id or profile id).")] = "",
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    node: Annotated[str, typer.Option(help="Only at this node.")] = "",
    version: Annotated[int, typer.Option(min=0, help="Only in this version.")] = 0,
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List contacts in a workflow, or a contact's workflows."""
    asked: dict[str, Any] = {"state": state.upper() if state else "", "limit": limit, "cursor": cursor}
    if contact:
        answer = session(ctx).api.get(f"/contacts/{part(contact)}/enrollments", **asked)
        chosen = [
            row
            for row in answer.get("items") or []
            if (not workflow or row["workflow"] == workflow)
            and (not node or row["node"] == node)
            and (not version or row["version"] == version)
        ]
        answer = {**answer, "items": chosen, "total": None}
    elif workflow:
        asked |= {"node": node, "version": version or None}
        answer = session(ctx).api.get(f"/workflows/{part(workflow)}/enrollments", **asked)
    else:
        raise CliError("Name a workflow, a --contact, or both.", code="usage", exit_code=Exit.USAGE)
    emit(answer, json_, page(answer, _COLUMNS, "Nobody."))


def show(
    ctx: typer.Context,
    enrollment: Annotated[str, typer.Argument(help="Enrollment id, as `list` shows it.")],
    json_: Json = False,
) -> None:
    """Show one enrollment: where it stands and until when."""
    path, cursor = f"/contacts/{part(enrollment[:_PROFILE])}/enrollments", ""
    while True:
        answer = session(ctx).api.get(path, limit=200, cursor=cursor)
        found = next((r for r in answer["items"] if r["enrollment"] == enrollment), None)
        cursor = answer.get("cursor") or ""
        if found is not None or not cursor:
            break
    if found is None:
        raise CliError(
            f"There is no enrollment `{enrollment}`.", code="no_enrollment", exit_code=Exit.NOT_FOUND
        )
    fields = (*_COLUMNS, ("Contact", "profile"), ("Held", "hold"))
    emit(found, json_, details(found, fields))


def end(
    ctx: typer.Context,
    workflow: Id,
    contact: Contact,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Take one contact out of a workflow at once."""
    if not yes:
        typer.confirm(f"End {contact} in {workflow}?", abort=True, err=True)
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/exit/{part(contact)}")
    n = len(answer.get("ended") or [])
    emit(answer, json_, say(f"Ended {n} enrollment{'' if n == 1 else 's'} of {escape(contact)}."))


def explain(ctx: typer.Context, workflow: Id, contact: Contact, json_: Json = False) -> None:
    """Why a contact did (not) get something: every node, when, which way and why, in one answer."""
    answer = session(ctx).api.get(f"/workflows/{part(workflow)}/explain/{part(contact)}")
    emit(answer, json_, lambda out: _explained(out, answer))


def _explained(out: Console, answer: dict[str, Any]) -> None:
    out.print(f"[bold]{escape(str(answer.get('sentence', '')))}[/bold]")
    for journey in answer.get("journeys") or []:
        head = f"{journey['enrollment']}, version {journey['version']}, entered {when(journey['entered_at'])} UTC"
        out.print(f"\n[bold]{escape(head)}[/bold]")
        made = Table(box=None, header_style="bold", pad_edge=False)
        for heading in ("When (UTC)", "Node", "Way out", "What happened"):
            made.add_column(heading, overflow="fold")
        for step in journey.get("steps") or []:
            place = " ".join(str(step[k]) for k in ("branch", "loop") if step.get(k))
            reason = f" [yellow]{escape(str(step['reason']))}[/yellow]" if step.get("reason") else ""
            made.add_row(
                when(str(step["at"])),
                escape(str(step.get("name") or step.get("node") or "–"))
                + (f" [dim]{escape(place)}[/dim]" if place else ""),
                escape(str(step.get("outcome") or "")) + reason,
                escape(str(step.get("sentence") or "")),
            )
        out.print(made)
        out.print(escape(str(journey.get("sentence", ""))))
    for reason in answer.get("why_not") or []:
        out.print(f"[yellow]·[/yellow] {escape(str(reason['sentence']))}")


def register(app: typer.Typer, root: typer.Typer) -> None:
    """Add the commands to `enrollments`, and `explain` to the root."""
    app.command("list")(list_)
    app.command("show")(show)
    app.command("end")(end)
    root.command("explain")(explain)
