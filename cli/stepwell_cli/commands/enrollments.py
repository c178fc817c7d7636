"""Contacts in workflows: list, show, and explain what happened to one and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stepwell_cli.output import Cursor, Json, Limit, details, emit, page, when
from stepwell_cli.session import session


def list_(
    ctx: typer.Context,
    workflow: Annotated[str, typer.Argument(help="Workflow id.")],
    contact: Annotated[str, typer.Option(help="Only of this contact (address, user id or profile id).")] = "",
    state: Annotated[str, typer.Option(help="running, parked, held or ended.")] = "",
    node: Annotated[str, typer.Option(help="Only at this node.")] = "",
    version: Annotated[int, typer.Option(min=0, help="Only in this version.")] = 0,
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List contacts in a workflow."""
    answer = session(ctx).api.get(
        "/enrollments",
        workflow=workflow,
        contact=contact,
        state=state,
        node=node,
        version=version or None,
        limit=limit,
        cursor=cursor,
    )
    columns = (
        ("Enrollment", "id"),
        ("State", "state"),
        ("Node", "node"),
        ("Version", "version"),
        ("Entered (UTC)", "entered_at"),
        ("Due (UTC)", "due"),
        ("Ended", "end_reason"),
    )
    emit(answer, json_, page(answer, columns, "Nobody."))


def show(
    ctx: typer.Context,
    workflow: Annotated[str, typer.Argument(help="Workflow id.")],
    enrollment: Annotated[str, typer.Argument(help="Enrollment id, as `list` shows it.")],
    json_: Json = False,
) -> None:
    """Show one enrollment: where it stands and until when."""
    answer = session(ctx).api.get(f"/workflows/{workflow}/enrollments/{enrollment}")
    fields = (
        ("Enrollment", "id"),
        ("Contact", "email"),
        ("Workflow", "workflow"),
        ("Version", "version"),
        ("State", "state"),
        ("Node", "node"),
        ("Entered", "entered_at"),
        ("Since", "as_of"),
        ("Due", "due"),
        ("Waits for", "wait_events"),
        ("Held", "hold"),
        ("Ended", "end_reason"),
    )
    emit(answer, json_, details(answer, fields))


def explain(
    ctx: typer.Context,
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="Workflow id.")],
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")],
    json_: Json = False,
) -> None:
    """Why a contact did (not) get something: every node, when, which way and why, in one answer."""
    answer = session(ctx).api.get(f"/workflows/{workflow}/explain/{contact}")
    emit(answer, json_, lambda out: _explained(out, answer))


def _explained(out: Console, answer: dict[str, Any]) -> None:
    if answer.get("summary"):
        out.print(f"[bold]{escape(str(answer['summary']))}[/bold]")
    enrollments = answer.get("enrollments") or []
    for enrollment in enrollments:
        head = f"{enrollment.get('id', '')}  version {enrollment.get('version', '?')}"
        state = enrollment.get("end_reason") or enrollment.get("state", "")
        out.print(f"\n[bold]{escape(head)}[/bold]  {escape(str(state))}")
        if enrollment.get("summary"):
            out.print(escape(str(enrollment["summary"])))
        made = Table(box=None, header_style="bold", pad_edge=False)
        for heading in ("When (UTC)", "Node", "Way out", "Why"):
            made.add_column(heading, overflow="fold")
        for step in enrollment.get("steps") or []:
            made.add_row(
                when(str(step.get("at") or "")) or "–",
                escape(str(step.get("name") or step.get("node", ""))),
                escape(str(step.get("outcome") or "")),
                escape(str(step.get("explanation") or step.get("text") or step.get("reason") or "")),
            )
        out.print(made)
    if not enrollments and answer.get("why_not"):
        out.print(escape(str(answer["why_not"])))


def register(app: typer.Typer, root: typer.Typer) -> None:
    """Add the commands to `enrollments`, and `explain` to the root."""
    app.command("list")(list_)
    app.command("show")(show)
    root.command("explain")(explain)
