"""Forms, the stages in which contacts become known, consents with proof, and retention."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from stepwell.forms.model import Stages, parse_form, read

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import pairs, read_mapping, write_rules
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say
from stepwell_cli.session import session

FormId = Annotated[str, typer.Argument(metavar="FORM", help="Form id.")]
Contact = Annotated[str, typer.Argument(metavar="CONTACT", help="Address, user id or profile id.")]


def list_forms(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id or name.")] = "",
    form_type: Annotated[str, typer.Option("--type", help="Those of this type only.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List forms."""
    answer = session(ctx).api.get("/forms", q=text, form_type=form_type, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Name", "name"),
        ("Type", "form_type"),
        ("Fields", "fields"),
        ("Active", "active"),
    )
    emit(answer, json_, page(answer, columns, "No form yet: `stepwell forms push FILE`."))


def get_form(ctx: typer.Context, form: FormId, json_: Json = False) -> None:
    """Print a form as YAML, fit for a file; with --json the API's whole answer."""
    _print(session(ctx).api.get(f"/forms/{part(form)}"), "form", json_)


def push_forms(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Forms as YAML.")],
    json_: Json = False,
) -> None:
    """Create forms or change them."""
    api, saved = session(ctx).api, []
    for file in files:
        document = read_mapping(file)
        form = parse_form(document)
        path = f"/forms/{part(form.id)}"
        try:
            rev = api.get(path)["rev"]
        except CliError as error:
            if error.exit_code is not Exit.NOT_FOUND:
                raise
            saved.append(api.post("/forms", {"form": document}))
            continue
        saved.append(api.put(path, {"form": document, "rev": rev}))
    names = ", ".join(str(one["form"]["id"]) for one in saved)
    emit({"items": saved}, json_, say(f"Saved {escape(names)}."))


def check_form(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Form as YAML.")], json_: Json = False
) -> None:
    """Check a form without a deployment."""
    form = parse_form(read_mapping(file))
    emit({"valid": True, "id": form.id}, json_, say(f"{escape(form.id)}: no fault."))


def delete_form(ctx: typer.Context, form: FormId, json_: Json = False) -> None:
    """Delete a form; what was agreed to by it stays provable."""
    answer = session(ctx).api.delete(f"/forms/{part(form)}")
    emit(answer, json_, say(f"Deleted {escape(form)}."))


def get_stages(ctx: typer.Context, json_: Json = False) -> None:
    """Print the stages in which contacts become known, as YAML."""
    answer = session(ctx).api.get("/stages")
    _print({"stages": {"stages": answer["stages"]}, "rev": answer["rev"]}, "stages", json_)


def push_stages(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Stages as YAML.")],
    json_: Json = False,
) -> None:
    """Change the stages."""
    document = read_mapping(file)
    read(Stages, document, "list of stages")
    api = session(ctx).api
    answer = api.put("/stages", {"stages": document["stages"], "rev": api.get("/stages")["rev"]})
    emit(answer, json_, say(f"Saved {len(answer['stages'])} stages."))


def progress(ctx: typer.Context, contact: Contact, json_: Json = False) -> None:
    """Show how far a contact has come, stage by stage."""
    answer = session(ctx).api.get(f"/contacts/{part(contact)}/stages")
    columns = (
        ("Stage", "stage"),
        ("Complete", "complete"),
        ("Missing", "missing"),
        ("Silent", "silent_sources"),
    )
    emit(answer, json_, page({"items": answer["stages"], "cursor": None}, columns, "There are no stages."))


def consents(
    ctx: typer.Context, contact: Contact, limit: Limit = 50, cursor: Cursor = "", json_: Json = False
) -> None:
    """Show what a contact agreed to by forms, with proof."""
    answer = session(ctx).api.get(f"/contacts/{part(contact)}/consents", limit=limit, cursor=cursor)
    columns = (("At", "at"), ("For", "key"), ("State", "state"), ("Form", "form"), ("Revision", "revision"))
    emit(answer, json_, page(answer, columns, "No form asked for a consent yet."))


def get_retention(ctx: typer.Context, json_: Json = False) -> None:
    """Show how long values are kept."""
    answer = session(ctx).api.get("/retention")
    emit(answer, json_, say(escape(json.dumps(answer, indent=2))))


def set_retention(
    ctx: typer.Context,
    attribute: Annotated[
        list[str] | None,
        typer.Option(help="NAME=DAYS; NAME=0: for good. May be repeated.", metavar="NAME=DAYS"),
    ] = None,
    inactive_days: Annotated[
        int, typer.Option(min=0, max=3650, help="Purge contacts not heard of for so long; 0: never.")
    ] = 0,
    purge: Annotated[str, typer.Option(help="personal (what tells who somebody is) or all.")] = "personal",
    json_: Json = False,
) -> None:
    """Change how long values are kept; attributes that are not named stay as they are."""
    days = {
        name: int(text) if text.isdecimal() else -1
        for name, text in pairs(attribute or [], "--attribute").items()
    }
    body = {
        "inactive_days": inactive_days or None,
        "purge": purge,
        "attributes": {name: number or None for name, number in days.items()},
    }
    answer = session(ctx).api.put("/retention", body)
    emit(answer, json_, say("Saved. `stepwell retention apply` has all contacts looked at now."))


def apply_retention(ctx: typer.Context, json_: Json = False) -> None:
    """Have all contacts looked at now, also those that nothing was heard of for long."""
    api, asked, cursor = session(ctx).api, 0, ""
    while True:
        answer = api.post(f"/retention/apply?cursor={part(cursor)}" if cursor else "/retention/apply", {})
        asked += int(answer["asked"])
        cursor = answer["cursor"] or ""
        if not cursor:
            break
    emit({"asked": asked}, json_, say(f"{asked} contacts are looked at as their events come through."))


def _print(answer: dict[str, Any], name: str, json_: bool) -> None:
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(answer[name]))


def register(forms: typer.Typer, stages: typer.Typer, retention: typer.Typer) -> None:
    """Add the commands."""
    forms.command("list")(list_forms)
    forms.command("get")(get_form)
    forms.command("push")(push_forms)
    forms.command("check")(check_form)
    forms.command("delete")(delete_form)
    forms.command("consents")(consents)
    stages.command("get")(get_stages)
    stages.command("push")(push_stages)
    stages.command("progress")(progress)
    retention.command("get")(get_retention)
    retention.command("set")(set_retention)
    retention.command("apply")(apply_retention)
