"""Who enters a workflow: start by hand, from CSV, by condition or for all; and who would get it now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
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
    segment: Annotated[str, typer.Option(help="Members of this segment.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Every contact of the workspace.")] = False,
    trigger: Trigger = "",
    properties: Annotated[
        list[str] | None, typer.Option("--property", help="name=value handed to the journey as the event's.")
    ] = None,
    key: Annotated[str, typer.Option(help="Starting again with the same key starts nobody twice.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before --all, --condition and --segment.")
    ] = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Start a workflow for contacts: named ones, those of a CSV file, of a segment or condition, or all.

    Re-entry rules and the entry filter hold as always. Large audiences run as a broadcast in the background.
    """
    chosen = [bool(contacts), csv is not None, bool(condition), bool(segment), everybody]
    if sum(chosen) != 1:
        raise CliError(
            "Say who enters: one of --contact, --csv, --condition, --segment and --all.",
            code="usage",
            exit_code=Exit.USAGE,
        )
    body: dict[str, Any] = {k: v for k, v in (("trigger", trigger), ("key", key)) if v}
    if properties:
        body["properties"] = {k: value_of(v) for k, v in pairs(properties, "--property").items()}
    if contacts:
        body["contacts"] = contacts
    elif csv is not None:
        body["csv"] = read_text(csv)
    elif condition:
        body["condition"] = condition
    elif segment:
        body["segment"] = segment
    else:
        body["everybody"] = True
    if (condition or segment or everybody) and not yes:
        members = f"the members of {segment}" if segment else "every contact"
        who = f"everybody with {condition}" if condition else members
        typer.confirm(f"Start {workflow} for {who}?", abort=True, err=True)
    run = session(ctx)
    answer = run.api.post(f"/workflows/{part(workflow)}/start", body)
    answer = follow(run, answer) if wait else answer
    emit(answer, json_, lambda out: _started(out, workflow, answer))


def _started(out: Console, workflow: str, answer: dict[str, Any]) -> None:
    counts = answer.get("counts") or {}
    for outcome, n in sorted(counts.items()):
        style = "green" if outcome == "enrolled" else "yellow"
        out.print(f"[{style}]{n:>9,}[/] {escape(str(outcome))}")
    if answer.get("unknown"):
        out.print(f"[yellow]{answer['unknown']:>9,}[/] known to nobody here")
    state = escape(str(answer.get("state", "running")))
    out.print(f"{escape(workflow)}: broadcast {escape(str(answer.get('job')))} is {state}.")


def audience(
    ctx: typer.Context,
    workflow: Id,
    trigger: Trigger = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="Of the draft, instead of the live version.")
    ] = False,
    cap: Annotated[int, typer.Option(min=1, max=100_000, help="Contacts to look at, at most.")] = 20_000,
    json_: Json = False,
) -> None:
    """Who would get this now: counts and some names, with the reasons of those who would not. Changes nothing."""
    answer = session(ctx).api.get(
        f"/workflows/{part(workflow)}/audience",
        trigger=trigger,
        version="draft" if draft else "live",
        cap=cap,
    )

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
