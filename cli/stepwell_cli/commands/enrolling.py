"""Who enters a workflow: start by hand, from CSV, by condition or for all; and who would get it now."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.commands.jobs import Wait, follow
from stepwell_cli.commands.workflows import Id
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import pairs, read_text, value_of
from stepwell_cli.output import Json, emit, table
from stepwell_cli.session import session

Trigger = Annotated[str, typer.Option(help="Trigger node to enter by; default: the manual one.")]


def start(
    ctx: typer.Context,
    workflow: Id,
    contacts: Annotated[
        list[str] | None, typer.Option("--contact", help="Address, user id or profile id; again for more.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="CSV with a heading: `email` or `user_id`, and fields to set."),
    ] = None,
    condition: Annotated[str, typer.Option(help="Everybody for whom it holds, e.g. `score >= 50`.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Every contact of the workspace.")] = False,
    trigger: Trigger = "",
    properties: Annotated[
        list[str] | None, typer.Option("--property", help="name=value handed to the journey as the event's.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count who would enter.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before --all and --condition.")] = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Start a workflow for contacts: named ones, those of a CSV file, those of a condition, or all.

    Re-entry rules and the entry filter hold as always. Large audiences run as a broadcast in the background.
    """
    chosen = [bool(contacts), csv is not None, bool(condition), everybody]
    if sum(chosen) != 1:
        raise CliError(
            "Say who enters: one of --contact, --csv, --condition and --all.",
            code="usage",
            exit_code=Exit.USAGE,
        )
    body: dict[str, Any] = {"dry_run": dry_run}
    if trigger:
        body["trigger"] = trigger
    if properties:
        body["properties"] = {k: value_of(v) for k, v in pairs(properties, "--property").items()}
    if contacts:
        body["contacts"] = contacts
    elif csv is not None:
        body["csv"] = read_text(csv)
    elif condition:
        body["condition"] = condition
    else:
        body["all"] = True
    if (condition or everybody) and not dry_run and not yes:
        who = f"everybody with {condition}" if condition else "every contact"
        typer.confirm(f"Start {workflow} for {who}?", abort=True, err=True)
    run = session(ctx)
    answer = run.api.post(f"/workflows/{workflow}/start", body)
    answer = follow(run, answer) if wait and not dry_run else answer
    emit(answer, json_, lambda out: _started(out, workflow, answer))


def _started(out: Console, workflow: str, answer: dict[str, Any]) -> None:
    if answer.get("dry_run"):
        out.print(f"{answer.get('would_enter', answer.get('enrolled', 0)):,} would enter {escape(workflow)}.")
    elif "enrolled" in answer:
        out.print(f"[green]{_count(answer['enrolled']):,}[/green] entered {escape(workflow)}.")
    for reason, n in _refused(answer.get("refused") or answer.get("skipped") or {}):
        out.print(f"  [yellow]{n:,}[/yellow] did not: {escape(reason)}")
    unknown = answer.get("unknown") or []
    if unknown:
        out.print(f"  [yellow]Nobody is known as[/yellow] {escape(', '.join(map(str, unknown[:20])))}")
    job = answer.get("job")
    if job:
        shown = job.get("id") if isinstance(job, dict) else job
        state = job.get("state", "running") if isinstance(job, dict) else "running"
        out.print(f"Broadcast {escape(str(shown))}: {escape(str(state))}.")


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list | dict) else int(value)


def _refused(found: Any) -> Iterator[tuple[str, int]]:
    if isinstance(found, dict):
        for reason, n in sorted(found.items()):
            yield str(reason), _count(n)
    elif isinstance(found, list):
        for entry in islice(found, 50):
            yield str(entry.get("reason", entry) if isinstance(entry, dict) else entry), 1


def audience(ctx: typer.Context, workflow: Id, trigger: Trigger = "", json_: Json = False) -> None:
    """Who would get this now: counts and some names, with the reasons of those who would not. Changes nothing."""
    answer = session(ctx).api.get(f"/workflows/{workflow}/audience", trigger=trigger)

    def people(out: Console) -> None:
        looked = f"{answer.get('looked_at', 0):,}" + ("" if answer.get("complete", True) else "+")
        out.print(f"[green]{answer.get('would_enter', 0):,}[/green] of {looked} contacts would enter now.")
        for reason, n in sorted((answer.get("refused") or {}).items()):
            out.print(f"  {n:,} would not: {escape(str(reason))}")
        if answer.get("sample"):
            table(answer["sample"], (("Contact", "email"), ("Name", "name"), ("Profile", "profile")))(out)
        if answer.get("note"):
            out.print(escape(str(answer["note"])), style="dim")

    emit(answer, json_, people)


def register(app: typer.Typer) -> None:
    """Add the commands to `workflows`."""
    app.command("start", rich_help_panel="Contacts")(start)
    app.command("audience", rich_help_panel="Contacts")(audience)
