"""Answers that come in by mail: the rules for them, and how one would be understood."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from stepwell.replies.routing import read_rules

from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Json, emit, say
from stepwell_cli.session import session

PATH = "/reply-rules"


def get(ctx: typer.Context, json_: Json = False) -> None:
    """Print what is done with answers as YAML, fit for a file; with --json the API's whole answer."""
    answer = session(ctx).api.get(PATH)
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer["rules"]))


def push(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Rules as YAML.")],
    json_: Json = False,
) -> None:
    """Say what is done with answers: forward, tell as an event, answer."""
    document = read_mapping(file)
    read_rules(document)
    api = session(ctx).api
    saved = api.put(PATH, {"rules": document, "rev": api.get(PATH)["rev"]})
    emit(saved, json_, say(f"Saved {len(saved['rules'].get('rules', []))} rules."))


def attempt(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A raw message (.eml).")],
    json_: Json = False,
) -> None:
    """Tell how a message would be understood and routed; nothing is sent."""
    raw = file.read_bytes()[:200_000].decode("utf-8", "replace")
    answer = session(ctx).api.post(f"{PATH}/try", {"message": raw})
    rule = answer["rule"] or "none: the workspace's own reply address"
    emit(answer, json_, say(f"{answer['reply_kind']}, {answer['sentiment']}; rule: {escape(str(rule))}"))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("get")(get)
    app.command("push")(push)
    app.command("try")(attempt)
