"""What pages of the website are about: patterns of paths with topics and tags."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from stepwell.triggers.page_topics import read_pages

from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Json, emit, say
from stepwell_cli.session import session

PATH = "/page-topics"


def get(ctx: typer.Context, json_: Json = False) -> None:
    """Print what pages are about as YAML, fit for a file; with --json the API's whole answer."""
    answer = session(ctx).api.get(PATH)
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer["pages"]))


def push(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The list as YAML.")],
    json_: Json = False,
) -> None:
    """Say what pages are about; it holds for events from then on."""
    document = read_mapping(file)
    read_pages(document)
    api = session(ctx).api
    saved = api.put(PATH, {"pages": document, "rev": api.get(PATH)["rev"]})
    emit(saved, json_, say(f"Saved {len(saved['pages'].get('pages', []))} patterns."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("get")(get)
    app.command("push")(push)
