"""`contacts erase|export-data`: the rights of one person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.commands.jobs import Wait, follow
from stepwell_cli.output import Json, Yes, emit, say
from stepwell_cli.session import session

Contact = Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")]


def erase(
    ctx: typer.Context,
    contact: Contact,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be deleted.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Erase a contact for good. It shows first what would be deleted, and asks."""
    api = session(ctx).api
    if preview or not yes:
        told = api.get(f"/contacts/{part(contact)}/erasure")
        if preview:
            emit(told, json_, lambda out: _previewed(out, told))
            return
        if not json_:
            emit(told, False, lambda out: _previewed(out, told))
        typer.confirm(f"Erase {contact}? This cannot be undone.", abort=True, err=True)
    answer = api.post(f"/contacts/{part(contact)}/erasure")
    if wait:
        answer = follow(session(ctx), answer)
        emit(answer, json_, say("Erased."))
        return
    emit(
        answer,
        json_,
        say(escape(f"Begun as {answer['erasure']}; it takes half an hour. Job: {answer['job']}")),
    )


def _previewed(out: Console, told: dict[str, Any]) -> None:
    out.print(f"Contact {escape(told['contact'])}")
    for kind, number in sorted(told["deleted"].items()):
        if number:
            out.print(f"Is deleted: {number:,} {escape(kind.replace('_', ' '))}")
    if told["suppressed"]:
        out.print(f"Stays suppressed, by hash: {escape(', '.join(told['suppressed']))}")
    for one in told["remains"]:
        out.print(f"Stays: {escape(one['what'])}, until {escape(one['until'])}")


def export_data(
    ctx: typer.Context,
    contact: Contact,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; none: the screen.")] = None,
) -> None:
    """Write everything that is kept about a contact as JSON, for a request for access."""
    answer = session(ctx).api.get(f"/contacts/{part(contact)}/data")
    text = json.dumps(answer, indent=1, ensure_ascii=False) + "\n"
    if to is None:
        typer.echo(text, nl=False)
        return
    to.write_text(text, encoding="utf-8")
    typer.echo(f"Written to {to}.", err=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the group of contacts."""
    app.command("erase")(erase)
    app.command("export-data")(export_data)
