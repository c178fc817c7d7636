"""Exports: the members of a segment, or all contacts, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.commands.importing import FIELDS, follow
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Cursor, Json, Limit, details, emit, page, say
from stepwell_cli.session import Session, session
from stepwell_cli.uploads import download

To = Annotated[
    Path, typer.Option("--to", metavar="FILE", help="Where to save it; .csv, .ndjson or .parquet.")
]
Columns = Annotated[
    str, typer.Option("--columns", help="Fields, separated by commas; empty: the usual ones.")
]
_FORMATS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}


def segment(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SEGMENT", help="Segment id.")],
    to: To,
    columns: Columns = "",
    json_: Json = False,
) -> None:
    """Export the members of a segment with their fields."""
    _emit(_export(session(ctx), name, to, columns), to, json_)


def contacts(ctx: typer.Context, to: To, columns: Columns = "", json_: Json = False) -> None:
    """Export all contacts with their fields."""
    _emit(_export(session(ctx), None, to, columns), to, json_)


def _export(run: Session, name: str | None, to: Path, columns: str) -> dict[str, Any]:
    form = _FORMATS.get(to.suffix.lower())
    if form is None:
        raise CliError(
            "The file's name must end in .csv, .ndjson or .parquet.", code="usage", exit_code=Exit.USAGE
        )
    body: dict[str, Any] = {"segment": name, "format": form}
    if columns:
        body["columns"] = [column.strip() for column in columns.split(",") if column.strip()]
    job = follow(run, run.api.post("/exports", body), "/exports")
    size = download(str(run.api.get(f"/exports/{part(str(job['id']))}/file")["url"]), to)
    return {**job, "file": str(to), "bytes": size}


def _emit(answer: dict[str, Any], to: Path, json_: bool) -> None:
    emit(answer, json_, say(f"Saved {answer['rows']:,} contacts in {escape(str(to))}."))


def list_all(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="planning, working, done, failed, cancelled.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List exports, newest first."""
    answer = session(ctx).api.get("/exports", state=state, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("What", "name"),
        ("State", "state"),
        ("Rows", "rows"),
        ("By", "actor"),
        ("Started", "started_at"),
    )
    emit(answer, json_, page(answer, columns, "No export yet: `stepwell export segment SEGMENT --to FILE`."))


def show(
    ctx: typer.Context,
    job: Annotated[str, typer.Argument(metavar="EXPORT", help="Id of the export.")],
    json_: Json = False,
) -> None:
    """Show an export and its progress."""
    answer = session(ctx).api.get(f"/exports/{part(job)}")
    emit(answer, json_, details(answer, FIELDS))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("segment")(segment)
    app.command("contacts")(contacts)
    app.command("list")(list_all)
    app.command("show")(show)
