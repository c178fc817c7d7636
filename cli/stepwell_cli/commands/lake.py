"""`segments evaluate` and `lake snapshot`: conditions asked of everybody, in the lake."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.conditions import parse, to_json

from stepwell_cli.api import part
from stepwell_cli.commands.jobs import Wait, follow
from stepwell_cli.output import Json, emit, page, say
from stepwell_cli.session import session

_EVERY_S = 2.0


def evaluate(
    ctx: typer.Context,
    segment: Annotated[
        str, typer.Argument(metavar="[SEGMENT]", help="A saved segment; none: give --where.")
    ] = "",
    where: Annotated[str, typer.Option("--where", help="A condition, instead of a segment.")] = "",
    snapshot: Annotated[bool, typer.Option("--fresh", help="Make a snapshot of all contacts first.")] = False,
    json_: Json = False,
) -> None:
    """Count everybody who belongs, over the newest snapshot of all contacts in the lake."""
    if bool(segment) == bool(where):
        raise typer.BadParameter("give a segment or `--where CONDITION`", param_hint="SEGMENT")
    run = session(ctx)
    if snapshot:
        follow(run, run.api.post("/lake/snapshots"))
    body: dict[str, Any] = {"segment": segment} if segment else {"condition": to_json(parse(where))}
    answer = run.api.post("/segments/estimate/full", body)
    while answer["state"] == "still_running":
        run.sleep(_EVERY_S)
        answer = run.api.get(f"/segments/estimate/full/{part(answer['query'])}")
    emit(answer, json_, lambda out: _shown(out, answer))


def _shown(out: Console, answer: dict[str, Any]) -> None:
    share = f"{answer['share']:.1%}"
    out.print(f"{answer['members']:,} of {answer['contacts']:,} contacts belong ({share}).")
    if answer["differing"]:
        out.print(f"{answer['differing']:,} belong otherwise than their profiles say: settle the segment.")
    for one in answer["sample"]:
        out.print(escape("  ".join(filter(None, (one["profile"], one["email"], one["name"])))))


def make(ctx: typer.Context, wait: Wait = False, json_: Json = False) -> None:
    """Make a snapshot of all contacts in the lake."""
    run = session(ctx)
    answer = run.api.post("/lake/snapshots")
    if wait:
        answer = follow(run, answer)
    emit(answer, json_, say(escape(f"Snapshot {answer['snapshot']}.")))


def latest(ctx: typer.Context, json_: Json = False) -> None:
    """Say of which moment the newest snapshot is."""
    answer = session(ctx).api.get("/lake/snapshots/latest")
    emit(
        answer, json_, say(escape(f"{answer['snapshot']}: {answer['contacts']:,} contacts at {answer['at']}"))
    )


def timeline(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")],
    before: Annotated[str, typer.Option(help="Only what happened before (ISO 8601).")] = "",
    source: Annotated[str, typer.Option(help="Only what this source told.")] = "",
    older: Annotated[bool, typer.Option("--older", help="Ask the lake, too.")] = False,
    days: Annotated[int, typer.Option(min=1, max=400, help="How far the lake looks back.")] = 90,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    json_: Json = False,
) -> None:
    """Show what happened to a contact, newest first."""
    run = session(ctx)
    path = f"/contacts/{part(contact)}/timeline"
    asked: dict[str, Any] = {"before": before, "source": source, "days": days, "limit": limit}
    asked["older"] = "true" if older else ""
    answer = run.api.get(path, **asked)
    while answer["state"] == "still_running":
        run.sleep(_EVERY_S)
        answer = run.api.get(path, **asked, query=answer["query"])
    columns = (("At (UTC)", "at"), ("Event", "name"), ("Source", "source"), ("Properties", "properties"))
    emit(answer, json_, page({**answer, "cursor": None}, columns, "Nothing happened."))


def make_days(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="First day, 2026-01-31 (UTC).")],
    last: Annotated[str, typer.Argument(metavar="[LAST]", help="Last day; none: the first alone.")] = "",
    json_: Json = False,
) -> None:
    """Make days of raw events readable, for timelines."""
    answer = session(ctx).api.post("/lake/days", {"first": first, "last": last or first})
    emit(answer, json_, say(escape(f"Begun: {', '.join(answer['jobs'])}.")))


def register(segments: typer.Typer, lake: typer.Typer, contacts: typer.Typer) -> None:
    """Add these commands to their groups."""
    segments.command("evaluate")(evaluate)
    lake.command("snapshot")(make)
    lake.command("latest")(latest)
    lake.command("days")(make_days)
    contacts.command("timeline")(timeline)
