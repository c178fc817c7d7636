"""Attributes of contacts, those computed from events, lifecycle stages: whole documents, shown and pushed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from stepwell_cli.api import Api
from stepwell_cli.errors import CliError
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say
from stepwell_cli.session import session

Note = Annotated[str, typer.Option(help="What changes, in a sentence.")]
IfRev = Annotated[
    int | None,
    typer.Option("--if-rev", min=0, help="Refuse unless it still has this rev (see `show --json`)."),
]
_PAGE = 200
_LISTING = ("built_in", "replaces_built_in")


def list_attributes(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of the name.")] = "",
    family: Annotated[str, typer.Option(help="Those of this family only.")] = "",
    type_: Annotated[str, typer.Option("--type", help="Those of this type only.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List attributes, built-in ones included."""
    answer = session(ctx).api.get(
        "/attributes", q=text, family=family, type=type_, limit=limit, cursor=cursor
    )
    columns = (
        ("Name", "name"),
        ("Family", "family"),
        ("Type", "type"),
        ("Rule", "rule"),
        ("Personal", "pii"),
        ("Built in", "built_in"),
    )
    emit(answer, json_, page(answer, columns, "None of that kind."))


def show_attributes(ctx: typer.Context, json_: Json = False) -> None:
    """Print the workspace's own attributes as YAML, fit for a file."""
    api = session(ctx).api
    answer = _own(api)
    while answer["cursor"]:
        more = _own(api, answer["cursor"])
        if more["rev"] != answer["rev"]:
            raise CliError("Somebody changed the attributes meanwhile: try again.", code="stale_rev")
        answer = {**more, "items": answer["items"] + more["items"]}
    own = [
        {
            name: value
            for name, value in one.items()
            if name not in _LISTING and value not in (None, [], False)
        }
        for one in answer.pop("items")
    ]
    region = {"region": answer["region"]} if answer["region"] else {}
    document = {"attributes": own, "unknown": answer["unknown"], **region}
    stamp = {name: answer[name] for name in ("rev", "updated_at", "updated_by", "note")}
    _print({"schema": document, **stamp}, document, json_)


def _own(api: Api, cursor: str = "") -> dict[str, Any]:
    return dict(api.get("/attributes", origin="own", limit=_PAGE, cursor=cursor))


def push_attributes(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Attributes as YAML.")],
    note: Note = "",
    if_rev: IfRev = None,
    json_: Json = False,
) -> None:
    """Replace the workspace's own attributes; values told from now on are brought to them."""
    document = read_mapping(file)
    answer = _push(ctx, "/attributes", {"schema": document, "note": note}, if_rev)
    emit(answer, json_, say(f"Saved {len(answer['schema']['attributes'])} attributes."))


def show_computed(ctx: typer.Context, json_: Json = False) -> None:
    """Print the computed attributes as YAML, fit for a file."""
    answer = session(ctx).api.get("/computed-attributes")
    _print(answer, {"computed": answer["computed"]}, json_)


def push_computed(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="All computed attributes as YAML.")],
    note: Note = "",
    if_rev: IfRev = None,
    json_: Json = False,
) -> None:
    """Replace all computed attributes; a changed one begins anew."""
    body = _only(read_mapping(file), "computed", file)
    answer = _push(ctx, "/computed-attributes", {**body, "note": note}, if_rev)
    emit(answer, json_, say(f"Saved {len(answer['computed'])} computed attributes."))


def show_lifecycle(ctx: typer.Context, json_: Json = False) -> None:
    """Print the lifecycle stages as YAML, fit for a file."""
    answer = session(ctx).api.get("/lifecycle")
    _print(answer, answer["lifecycle"], json_)


def push_lifecycle(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Lifecycle stages as YAML.")],
    note: Note = "",
    if_rev: IfRev = None,
    json_: Json = False,
) -> None:
    """Replace the lifecycle stages; a contact's stage follows with its next event."""
    document = _only(read_mapping(file), "stages", file)
    answer = _push(ctx, "/lifecycle", {"lifecycle": document, "note": note}, if_rev)
    emit(answer, json_, say(f"Saved {len(answer['lifecycle']['stages'])} stages."))


def _push(ctx: typer.Context, path: str, body: dict[str, Any], if_rev: int | None) -> dict[str, Any]:
    api = session(ctx).api
    rev = api.get(path)["rev"] if if_rev is None else if_rev
    return dict(api.put(path, {**body, "rev": rev}))


def _only(document: dict[str, Any], name: str, file: Path) -> dict[str, Any]:
    if set(document) != {name}:
        raise CliError(f"{file} must hold `{name}:` and nothing beside it.", code="wrong_file")
    return document


def _print(answer: dict[str, Any], document: dict[str, Any], json_: bool) -> None:
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(document))


def register(attributes: typer.Typer, computed: typer.Typer, lifecycle: typer.Typer) -> None:
    """Add the commands."""
    attributes.command("list")(list_attributes)
    attributes.command("show")(show_attributes)
    attributes.command("push")(push_attributes)
    computed.command("show")(show_computed)
    computed.command("push")(push_computed)
    lifecycle.command("show")(show_lifecycle)
    lifecycle.command("push")(push_lifecycle)
