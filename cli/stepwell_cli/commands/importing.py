"""Imports: contacts and events of the past, from files that go straight to S3."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import pairs
from stepwell_cli.output import Cursor, Json, Limit, details, emit, page, say, table
from stepwell_cli.session import Session, session
from stepwell_cli.uploads import download, upload

ImportId = Annotated[str, typer.Argument(metavar="IMPORT", help="Id of the import.")]
GivenFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", exists=True, dir_okay=False, help="CSV, JSON lines (.ndjson, .jsonl) or Parquet."
    ),
]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", help="column=field; again for more. Other columns go where suggested."),
]
OnlyMapped = Annotated[bool, typer.Option("--only-mapped", help="Leave out columns that no --map names.")]
List = Annotated[str, typer.Option("--list", help="Put the contacts on this static list.")]
Trigger = Annotated[
    bool, typer.Option("--trigger", help="Let workflows see the events as if they happened now.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what would happen.")]
Watch = Annotated[bool, typer.Option("--watch", help="Wait for the end and show the progress.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not show a preview and ask.")]
EVERY_S = 1.0
_ENDED = ("done", "failed", "cancelled")
_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
}
FIELDS = (
    ("Id", "id"),
    ("Kind", "kind"),
    ("File", "name"),
    ("State", "state"),
    ("Why", "why"),
    ("Total", "total"),
    ("Rows", "rows"),
    ("Rows a second", "rows_per_s"),
    ("Counts", "counts"),
    ("Faults", "faults"),
    ("Parts done", "parts_done"),
    ("Parts", "parts"),
    ("Started", "started_at"),
    ("Ended", "ended_at"),
)


def profiles(
    ctx: typer.Context,
    file: GivenFile,
    map_: Mapped = None,
    only_mapped: OnlyMapped = False,
    identify_by: Annotated[str, typer.Option(help="email, user_id or phone: every row must have it.")] = "",
    fill_gaps: Annotated[bool, typer.Option("--fill-gaps", help="Keep values that contacts have.")] = False,
    list_: List = "",
    trigger: Trigger = False,
    force_consent: Annotated[
        str,
        typer.Option(
            "--force-consent",
            metavar="REASON",
            help="Let a yes outweigh an earlier opt-out, for this reason.",
        ),
    ] = "",
    consent_how: Annotated[
        str, typer.Option(help="How each yes was given: keyword, form, double, paper, verbal or told.")
    ] = "told",
    consent_source: Annotated[str, typer.Option(help="Where and in which words; kept as proof.")] = "",
    dry_run: DryRun = False,
    watch: Watch = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Import contacts from a file."""
    options: dict[str, Any] = {
        "identify_by": identify_by or None,
        "update": "fill_gaps" if fill_gaps else "overwrite",
        "segment": list_ or None,
        "trigger": trigger,
        "force_consent": bool(force_consent),
        "reason": force_consent,
        "consent_how": consent_how,
        "consent_source": consent_source,
    }
    answer = _import(
        session(ctx), file, "profiles", map_ or [], only_mapped, options, dry_run, watch, yes or json_
    )
    emit(answer, json_, details(answer, FIELDS))


def events(
    ctx: typer.Context,
    file: GivenFile,
    map_: Mapped = None,
    only_mapped: OnlyMapped = False,
    event: Annotated[str, typer.Option(help="Name of all events, if no column names it.")] = "",
    trigger: Trigger = False,
    dry_run: DryRun = False,
    watch: Watch = False,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Import events of the past; workflows do not react to them unless asked to."""
    options = {"event": event, "trigger": trigger}
    answer = _import(
        session(ctx), file, "events", map_ or [], only_mapped, options, dry_run, watch, yes or json_
    )
    emit(answer, json_, details(answer, FIELDS))


def _import(
    run: Session,
    file: Path,
    kind: str,
    mapped: list[str],
    only_mapped: bool,
    options: dict[str, Any],
    dry_run: bool,
    watch: bool,
    yes: bool,
) -> dict[str, Any]:
    job = announce(run, file, kind, _FORMATS.get(file.suffix.lower(), "csv"))
    path = f"/imports/{part(job)}"
    seen = run.api.post(f"{path}/preview", {"options": options})
    columns = _columns(seen, pairs(mapped, "--map"), only_mapped)
    if not yes:
        seen = run.api.post(f"{path}/preview", {"columns": columns, "options": options})
        _show_preview(seen)
        typer.confirm("Import so?", abort=True, err=True)
    answer = run.api.post(f"{path}/start", {"columns": columns, "options": options, "dry_run": dry_run})
    return follow(run, answer) if watch else dict(answer)


def _columns(seen: dict[str, Any], given: dict[str, str], only_mapped: bool) -> list[dict[str, str]]:
    unknown = given.keys() - set(seen["header"])
    if unknown:
        raise CliError(
            f"The file has no column `{sorted(unknown)[0]}`; it has {', '.join(seen['header'])}.",
            code="no_column",
            exit_code=Exit.USAGE,
        )
    taken = set(given.values())
    found = [{"source": source, "to": to} for source, to in given.items()]
    if not only_mapped:
        found += [c for c in seen["columns"] if c["to"] and c["source"] not in given and c["to"] not in taken]
    return found


def _show_preview(seen: dict[str, Any]) -> None:
    out = Console(stderr=True, highlight=False)
    table([c for c in seen["columns"] if c["to"]], (("Column", "source"), ("Goes to", "to")))(out)
    rows = [
        {
            "row": r["row"],
            "values": r["values"],
            "faults": [f"{f['column']}: {f['message']}" for f in r["faults"]],
        }
        for r in seen["rows"][:5]
    ]
    table(rows, (("Row", "row"), ("Becomes", "values"), ("Faults", "faults")))(out)


def announce(run: Session, file: Path, kind: str, form: str, name: str = "") -> str:
    """Announce a file and upload it; return the import's id."""
    size = file.stat().st_size
    made = run.api.post("/imports", {"name": name or file.name, "size": size, "kind": kind, "format": form})
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Uploading", total=size)
        upload(str(made["upload"]["url"]), file, lambda sent: progress.advance(task, sent))
    return str(made["id"])


def follow(run: Session, answer: dict[str, Any], path: str = "/imports") -> dict[str, Any]:
    """Show the progress of an import or export until it ends; return it.

    Raises:
        CliError: It failed.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Waiting", total=None)
        while True:
            job: dict[str, Any] = run.api.get(f"{path}/{part(str(answer['id']))}")
            speed = f", {job['rows_per_s']:,.0f} rows/s" if job.get("rows_per_s") else ""
            progress.update(
                task, description=f"{job['state']}{speed}", total=job.get("total"), completed=job["rows"]
            )
            if job["state"] in _ENDED:
                break
            run.sleep(EVERY_S)
    if job["state"] == "failed":
        raise CliError(f"{job['id']} failed: {job['why']}", code="job_failed", details=job)
    return job


def list_all(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help="uploading, planning, working, done, failed, cancelled.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List imports, newest first."""
    answer = session(ctx).api.get("/imports", state=state, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Kind", "kind"),
        ("File", "name"),
        ("State", "state"),
        ("Rows", "rows"),
        ("Started", "started_at"),
    )
    emit(answer, json_, page(answer, columns, "No import yet: `stepwell import profiles FILE`."))


def show(ctx: typer.Context, job: ImportId, watch: Watch = False, json_: Json = False) -> None:
    """Show an import and its progress."""
    run = session(ctx)
    answer = run.api.get(f"/imports/{part(job)}")
    answer = follow(run, answer) if watch else answer
    emit(answer, json_, details(answer, FIELDS))


def cancel(ctx: typer.Context, job: ImportId, json_: Json = False) -> None:
    """Stop an import; rows that were taken in stay."""
    answer = session(ctx).api.post(f"/imports/{part(job)}/cancel")
    emit(answer, json_, say(f"Stopped {escape(job)}."))


def errors(
    ctx: typer.Context,
    job: ImportId,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to save the error file.")],
    json_: Json = False,
) -> None:
    """Save the error file of an import: row, code, column and message."""
    size = download(str(session(ctx).api.get(f"/imports/{part(job)}/errors")["url"]), to)
    emit({"file": str(to), "bytes": size}, json_, say(f"Saved {escape(str(to))}."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("profiles")(profiles)
    app.command("events")(events)
    app.command("list")(list_all)
    app.command("show")(show)
    app.command("cancel")(cancel)
    app.command("errors")(errors)
