"""The preference centre, double opt-in, requests of contacts about their data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from stepwell.consent.centre import read_centre

from stepwell_cli.api import part
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say
from stepwell_cli.session import session

PATH = "/preference-centre"


def get(ctx: typer.Context, json_: Json = False) -> None:
    """Print what the preference centre offers as YAML, fit for a file."""
    answer = session(ctx).api.get(PATH)
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer["centre"]))


def push(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The centre as YAML.")],
    json_: Json = False,
) -> None:
    """Change the preference centre."""
    document = read_mapping(file)
    read_centre(document)
    api = session(ctx).api
    saved = api.put(PATH, {"centre": document, "rev": api.get(PATH)["rev"]})
    emit(saved, json_, say(f"Saved {len(saved['centre']['topics'])} topics."))


def ask(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")],
    wording: Annotated[str, typer.Option(help="The words that they saw.")],
    channel: Annotated[str, typer.Option(help="email or sms.")] = "email",
    json_: Json = False,
) -> None:
    """Ask a contact to confirm an opt-in: the event `opt_in_requested` has a workflow send the link."""
    answer = session(ctx).api.post(
        f"/contacts/{part(contact)}/opt-in", {"channel": channel, "wording": wording}
    )
    emit(answer, json_, say(f"Asked {escape(str(answer['contact']))}."))


def list_requests(ctx: typer.Context, limit: Limit = 50, cursor: Cursor = "", json_: Json = False) -> None:
    """List open requests of contacts for their data, or to be erased."""
    answer = session(ctx).api.get("/data-requests", limit=limit, cursor=cursor)
    columns = (("Id", "id"), ("What", "what"), ("Asked", "at"), ("By", "via"))
    emit(answer, json_, page(answer, columns, "Nobody asks."))


def close(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="Id, as `requests` shows it.")],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="done or refused.")],
    note: Annotated[str, typer.Option(help="Why, for the audit log; no personal data.")] = "",
    json_: Json = False,
) -> None:
    """Close a request of a contact, once it was done or refused."""
    path = f"/data-requests/{part(request)}/close"
    answer = session(ctx).api.post(path, {"outcome": outcome, "note": note})
    emit(answer, json_, say(f"Closed {escape(request)}."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("get")(get)
    app.command("push")(push)
    app.command("ask")(ask)
    app.command("requests")(list_requests)
    app.command("close")(close)
