"""`messages`: what was sent to a contact, and what became of it."""

from __future__ import annotations

from typing import Annotated

import typer

from stepwell_cli.output import Cursor, Json, Limit, emit, page
from stepwell_cli.session import session


def messages(
    ctx: typer.Context,
    contact: Annotated[str, typer.Option(help="Only to this contact (address, user id or profile id).")] = "",
    workflow: Annotated[str, typer.Option(help="Only of this workflow.")] = "",
    node: Annotated[str, typer.Option(help="Only of this node.")] = "",
    status: Annotated[str, typer.Option(help="Only with this status, e.g. sent, skipped.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List messages: what was sent, skipped and why, and what became of it."""
    answer = session(ctx).api.get(
        "/messages", contact=contact, workflow=workflow, node=node, status=status, limit=limit, cursor=cursor
    )
    columns = (
        ("When (UTC)", "at"),
        ("Contact", "contact"),
        ("Workflow", "workflow"),
        ("Node", "node"),
        ("Channel", "channel"),
        ("Status", "state"),
        ("Why", "reason"),
    )
    emit(answer, json_, page(answer, columns, "No message."))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("messages")(messages)
