"""Sequences of events: list, get, push, check, delete; ready-made ones to start from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from stepwell.triggers.sequence_model import read_sequence

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say
from stepwell_cli.session import session

SequenceId = Annotated[str, typer.Argument(metavar="SEQUENCE", help="Sequence id.")]


def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id or name.")] = "",
    event: Annotated[str, typer.Option(help="Those only that ask for this event.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List sequences."""
    answer = session(ctx).api.get("/sequences", q=text, event=event, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Name", "name"),
        ("Asks for", "events"),
        ("Tells", "emit"),
        ("Changed", "updated_at"),
    )
    emit(answer, json_, page(answer, columns, "No sequence yet: `stepwell sequences push FILE`."))


def get(ctx: typer.Context, sequence: SequenceId, json_: Json = False) -> None:
    """Print a sequence as YAML, fit for a file; with --json the API's whole answer."""
    answer = session(ctx).api.get(f"/sequences/{part(sequence)}")
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer["sequence"]))


def push(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sequences as YAML.")],
    note: Annotated[str, typer.Option(help="What changes, in a sentence.")] = "",
    json_: Json = False,
) -> None:
    """Create sequences or change them; a new one counts from now on."""
    api, saved = session(ctx).api, []
    for file in files:
        document = read_mapping(file)
        read_sequence(document)
        path = f"/sequences/{part(str(document['id']))}"
        body = {"sequence": document, "note": note}
        try:
            rev = api.get(path)["rev"]
        except CliError as error:
            if error.exit_code is not Exit.NOT_FOUND:
                raise
            saved.append(api.post("/sequences", body))
            continue
        saved.append(api.put(path, {**body, "rev": rev}))
    emit({"items": saved}, json_, say(f"Saved {escape(', '.join(str(one['id']) for one in saved))}."))


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Sequence as YAML.")], json_: Json = False
) -> None:
    """Check a sequence without a deployment."""
    sequence = read_sequence(read_mapping(file))
    emit({"valid": True, "id": sequence.id}, json_, say(f"{escape(sequence.id)}: no fault."))


def delete(
    ctx: typer.Context,
    sequence: SequenceId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json_: Json = False,
) -> None:
    """Delete a sequence that no live workflow waits for."""
    if not yes:
        typer.confirm(f"Delete {sequence}?", abort=True, err=True)
    api, path = session(ctx).api, f"/sequences/{part(sequence)}"
    answer = api.call("DELETE", path, query={"rev": api.get(path)["rev"]})
    emit(answer, json_, say(f"Deleted {escape(sequence)}."))


def examples(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Print this one, fit for a file.")] = "",
    json_: Json = False,
) -> None:
    """List the ready-made sequences, or print one to start from."""
    items = session(ctx).api.get("/sequences/examples")["items"]
    if not name:
        answer = {"items": items}
        columns = (("Id", "id"), ("Name", "name"), ("Tells", "emit"))
        emit(answer, json_, page(answer, columns, ""))
        return
    found = next((one for one in items if one["id"] == name), None)
    if found is None:
        raise CliError(
            f"There is no ready-made sequence `{name}`; there are {', '.join(one['id'] for one in items)}.",
            code="no_example",
            exit_code=Exit.NOT_FOUND,
        )
    if json_:
        emit(found, True, say(""))
        return
    sys.stdout.write(write_rules(found))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("get")(get)
    app.command("push")(push)
    app.command("check")(check)
    app.command("delete")(delete)
    app.command("examples")(examples)
