"""Whether mail arrives: rates, marketing's pause, DNS records, the seed list."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.output import Json, emit, page, say
from stepwell_cli.session import session


def _share(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.2%}"


def show(ctx: typer.Context, json_: Json = False) -> None:
    """Show what became of mail in the last week, by mailbox provider."""
    answer = session(ctx).api.get("/deliverability")
    rows = [
        {**one, "complaints": _share(one["complaint_rate"]), "bounces": _share(one["bounce_rate"])}
        for one in answer["mailboxes"]
    ]
    columns = (
        ("Mailbox", "mailbox"),
        ("Sent", "sent"),
        ("Delivered", "delivered"),
        ("Bounced", "bounced"),
        ("Complained", "complained"),
        ("Complaints", "complaints"),
        ("Bounces", "bounces"),
    )
    listed = {"items": rows, "cursor": None, "total": len(rows)}
    emit(answer, json_, page(listed, columns, "Nothing was sent."))
    if not json_:
        for alarm in answer["alarms"]:
            typer.echo(
                f"Too many {alarm['kind']} at {alarm['mailbox']}: {_share(alarm['rate'])}, "
                f"limit {_share(alarm['limit'])}."
            )
        if answer["paused"]:
            typer.echo("Marketing is paused: stepwell deliverability resume.")


def pause(ctx: typer.Context, json_: Json = False) -> None:
    """Have marketing mail wait; transactional mail goes on."""
    emit(session(ctx).api.post("/deliverability/pause"), json_, say("Marketing is paused."))


def resume(ctx: typer.Context, json_: Json = False) -> None:
    """Let marketing mail go on."""
    emit(session(ctx).api.post("/deliverability/resume"), json_, say("Marketing goes on."))


def check(
    ctx: typer.Context,
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain that you send from.")],
    json_: Json = False,
) -> None:
    """Check a sending domain's DNS records."""
    answer = session(ctx).api.get(f"/deliverability/domains/{part(domain)}")
    columns = (
        ("Record", "purpose"),
        ("Type", "type"),
        ("Name", "name"),
        ("State", "state"),
        ("To do", "advice"),
    )
    listed = {"items": answer["records"], "cursor": None, "total": len(answer["records"])}
    emit(answer, json_, page(listed, columns, "There are no records."))


def seeds(
    ctx: typer.Context,
    workflow: Annotated[
        str, typer.Argument(metavar="WORKFLOW", help="Its live version's messages are sent.")
    ],
    version: Annotated[int, typer.Option("--version", help="Another version.")] = 0,
    json_: Json = False,
) -> None:
    """Send a version's messages to the seed list, once."""
    answer = session(ctx).api.post(f"/workflows/{part(workflow)}/seeds", {"version": version})
    text = f"{len(answer['sent'])} messages of {escape(workflow)} went to {answer['seeds']} seeds."
    emit(answer, json_, say(text))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show")(show)
    app.command("pause")(pause)
    app.command("resume")(resume)
    app.command("check")(check)
    app.command("seeds")(seeds)
