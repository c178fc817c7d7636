"""What messages share: snippets, blocks, connected content, pictures, and how links are treated."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Json, emit, page, say
from stepwell_cli.session import session

Kind = Annotated[str, typer.Argument(metavar="KIND", help="snippets, blocks or sources.")]
PieceId = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]


def list_pieces(ctx: typer.Context, kind: Kind, json_: Json = False) -> None:
    """List snippets, blocks or sources."""
    answer = session(ctx).api.get(f"/content/{part(kind)}")
    columns = (("Id", "id"), ("Name", "name"), ("Dialect", "dialect"), ("Changed", "updated_at"))
    emit(answer, json_, page(answer, columns, f"No {kind} yet: `stepwell content push {kind} FILE`."))


def get(ctx: typer.Context, kind: Kind, piece: PieceId, json_: Json = False) -> None:
    """Print one as YAML, fit for a file."""
    answer = session(ctx).api.get(f"/content/{part(kind)}/{part(piece)}")
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer["piece"]))


def push(
    ctx: typer.Context,
    kind: Kind,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pieces as YAML.")],
    json_: Json = False,
) -> None:
    """Create pieces or replace them; messages have them within a minute."""
    api, saved = session(ctx).api, []
    for file in files:
        document = read_mapping(file)
        path = f"/content/{part(kind)}/{part(str(document.get('id', '')))}"
        try:
            rev = api.get(path)["rev"]
        except CliError as error:
            if error.exit_code is not Exit.NOT_FOUND:
                raise
            rev = 0
        saved.append(api.put(path, {"piece": document, "rev": rev}))
    names = ", ".join(str(one["id"]) for one in saved)
    emit({"items": saved}, json_, say(f"Saved {escape(names)}."))


def delete(ctx: typer.Context, kind: Kind, piece: PieceId, json_: Json = False) -> None:
    """Delete one."""
    answer = session(ctx).api.delete(f"/content/{part(kind)}/{part(piece)}")
    emit(answer, json_, say(f"Deleted {escape(piece)}."))


def upload(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures.")],
    json_: Json = False,
) -> None:
    """Upload pictures; prints the addresses to put into messages."""
    api, kept = session(ctx).api, []
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CliError(f"{file}: {error.strerror}.", code="no_file") from None
        kept.append(api.post("/images", {"name": file.name, "data": base64.b64encode(data).decode()}))
    emit({"items": kept}, json_, say("\n".join(str(one["url"]) for one in kept)))


def links(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Settings as YAML, to save.")] = None,
    json_: Json = False,
) -> None:
    """Print how links of e-mails are tracked and tagged, or change it."""
    api = session(ctx).api
    answer = api.get("/workspace/links")
    if file is not None:
        body = {"settings": read_mapping(file), "rev": answer["rev"]}
        answer = api.put("/workspace/links", body)
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer["settings"]))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_pieces)
    app.command("get")(get)
    app.command("push")(push)
    app.command("delete")(delete)
    app.command("upload")(upload)
    app.command("links")(links)
