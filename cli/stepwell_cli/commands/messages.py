"""`messages`: what was sent to a contact, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Cursor, Json, Limit, emit, page
from stepwell_cli.session import session


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


def messages(
    ctx: typer.Context,
    contact: Annotated[str, typer.Option(help="Only to this contact (address, user id or profile id).")] = "",
    workflow: Annotated[str, typer.Option(help="Only of this workflow.")] = "",
    node: Annotated[str, typer.Option(help="Only of this node.")] = "",
    outcome: Annotated[Outcome | None, typer.Option(help="Only with this outcome.")] = None,
    reason: Annotated[str, typer.Option(help="Only skipped for this reason, e.g. frequency_capped.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List messages of a workflow or to a contact: what was sent, skipped or failed, and why."""
    if not (contact or workflow):
        raise CliError("Name a --workflow, a --contact, or both.", code="usage", exit_code=Exit.USAGE)
    answer = session(ctx).api.get(
        "/messages",
        contact=contact,
        workflow=workflow,
        node=node,
        outcome=outcome or "",
        reason=reason,
        limit=limit,
        cursor=cursor,
    )
    columns = (
        ("When (UTC)", "at"),
        ("Contact", "profile"),
        ("Workflow", "workflow"),
        ("Node", "node"),
        ("Channel", "channel"),
        ("Outcome", "outcome"),
        ("Why", "reason"),
    )
    emit(answer, json_, page(answer, columns, "No message."))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("messages")(messages)
