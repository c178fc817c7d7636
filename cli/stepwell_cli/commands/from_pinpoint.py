"""Imports of what Amazon Pinpoint knew: its endpoints and segments, from saved JSON."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.transfers.pinpoint_endpoints import endpoints
from stepwell.transfers.pinpoint_segments import saved_segments

from stepwell_cli.api import part
from stepwell_cli.commands.importing import FIELDS, DryRun, List, Watch, announce, follow
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.output import Json, details, emit
from stepwell_cli.session import session


def pinpoint(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Saved endpoints or segments, as JSON or JSON lines.",
        ),
    ],
    list_: List = "",
    create: Annotated[
        bool, typer.Option("--create", help="Make the segments that can be translated whole.")
    ] = False,
    with_gaps: Annotated[
        bool, typer.Option("--with-gaps", help="With --create: those too that lack something.")
    ] = False,
    dry_run: DryRun = False,
    watch: Watch = False,
    json_: Json = False,
) -> None:
    """Import endpoints and segments that were saved from Amazon Pinpoint; what has no equal is listed."""
    run = session(ctx)
    documents = [document for file in files for document in _documents(file)]
    segments = list(saved_segments(documents))
    rows = [one for document in documents for one in endpoints(document)]
    if not segments and not rows:
        raise CliError(
            "These files hold neither endpoints nor segments.", code="no_pinpoint", exit_code=Exit.USAGE
        )
    answer: dict[str, Any] = {"import": None, "segments": []}
    if segments:
        body = {"documents": segments, "create": create and not dry_run, "with_gaps": with_gaps}
        answer["segments"] = run.api.post("/pinpoint/segments", body)["items"]
    if rows:
        with tempfile.TemporaryDirectory() as folder:
            lines = Path(folder) / "endpoints.ndjson"
            lines.write_text(
                "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8"
            )
            job = announce(run, lines, "pinpoint", "ndjson", files[0].name)
        told = run.api.post(
            f"/imports/{part(job)}/start", {"options": {"segment": list_ or None}, "dry_run": dry_run}
        )
        answer["import"] = follow(run, told) if watch else told
    emit(answer, json_, lambda out: _pinpoint(out, answer))


def _documents(file: Path) -> list[Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        try:
            return [json.loads(text)]
        except ValueError:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise CliError(
            f"{file} cannot be read as JSON: {error}.", code="no_json", exit_code=Exit.USAGE
        ) from None


def _pinpoint(out: Console, answer: dict[str, Any]) -> None:
    for one in answer["segments"]:
        state = "made" if one["created"] else "whole" if one["complete"] else "not whole"
        out.print(f"[bold]{escape(one['document']['id'])}[/bold] ({state})")
        if one["document"].get("condition"):
            out.print(f"  {escape(one['document']['condition'])}")
        for gap in one["gaps"]:
            out.print(f"  [yellow]{escape(gap['place'])}[/yellow]: {escape(gap['message'])}")
        for note in one["notes"]:
            out.print(f"  [dim]{escape(note['place'])}: {escape(note['message'])}[/dim]")
        for problem in one["problems"]:
            out.print(f"  [red]{escape(str(problem.get('message', problem)))}[/red]")
    if answer["import"]:
        details(answer["import"], FIELDS)(out)
