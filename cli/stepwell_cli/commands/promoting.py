"""Promotion: a workflow with all that it names, out of one deployment or workspace and into another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from stepwell_cli.api import part
from stepwell_cli.files import read_text
from stepwell_cli.output import Json, emit, say, table
from stepwell_cli.session import session

BundleFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A bundle as YAML; `-` reads standard input.")
]
COLUMNS = (
    ("What", "kind"),
    ("Id", "id"),
    ("Does", "action"),
    ("Differs in", "fields"),
    ("Why not", "reason"),
)


def export(
    ctx: typer.Context,
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="Workflow id.")],
    json_: Json = False,
) -> None:
    """Print a workflow's draft with the messages, segments and sequences that it names, fit for a file."""
    answer = session(ctx).api.get(f"/workflows/{part(workflow)}/bundle")
    if json_:
        emit(answer["bundle"], True, say(""))
        return
    sys.stdout.write(answer["yaml"])


def preview(ctx: typer.Context, file: BundleFile, json_: Json = False) -> None:
    """Tell what taking a bundle over would change here; nothing is changed."""
    answer = session(ctx).api.post("/bundles/preview", {"yaml": read_text(file)})
    emit(answer, json_, table(answer["items"], COLUMNS, empty="An empty bundle."))


def take_over(
    ctx: typer.Context,
    file: BundleFile,
    replace: Annotated[
        list[str] | None,
        typer.Option("--replace", help="What may be replaced, as `workflows/welcome`; may be repeated."),
    ] = None,
    replace_all: Annotated[
        bool, typer.Option("--replace-all", help="Replace whatever is here and differs.")
    ] = False,
    json_: Json = False,
) -> None:
    """Take a bundle over as drafts: nothing is published. What is here and differs must be named."""
    api, text = session(ctx).api, read_text(file)
    named: list[str] = list(replace or ())
    if replace_all:
        found: list[dict[str, Any]] = api.post("/bundles/preview", {"yaml": text})["items"]
        named += [f"{one['kind']}/{one['id']}" for one in found if one["action"] == "update"]
    answer = api.post("/bundles", {"yaml": text, "replace": named})
    emit(answer, json_, table(answer["items"], COLUMNS, empty="An empty bundle."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("export")(export)
    app.command("preview")(preview)
    app.command("import")(take_over)
