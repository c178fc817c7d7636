"""Scoring models: list, get, push, check, try, versions, diff, rollback; and scores of contacts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.scoring.model import read_model

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping, write_rules
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say, table
from stepwell_cli.session import session

ModelId = Annotated[str, typer.Argument(metavar="MODEL", help="Model id, such as lead.")]
ModelFile = Annotated[Path, typer.Argument(metavar="FILE", help="Model as YAML.")]
Note = Annotated[str, typer.Option(help="What changes, in a sentence.")]
Contact = Annotated[str, typer.Argument(help="Address, user id or profile id.")]


def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id or name.")] = "",
    subject: Annotated[str, typer.Option(help="lead, engagement, product, account or other.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List scoring models."""
    answer = session(ctx).api.get("/scoring/models", q=text, subject=subject, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Name", "name"),
        ("Field", "field"),
        ("Version", "version"),
        ("Changed", "updated_at"),
        ("By", "updated_by"),
    )
    emit(answer, json_, page(answer, columns, "No scoring model: `stepwell scoring push FILE`."))


def get(
    ctx: typer.Context,
    model: ModelId,
    version: Annotated[int, typer.Option(help="An earlier version; 0: the current one.")] = 0,
    json_: Json = False,
) -> None:
    """Print a model as YAML, fit for a file; with --json the API's whole answer."""
    path = f"/scoring/models/{part(model)}"
    answer = session(ctx).api.get(f"{path}/versions/{version}" if version else path)
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(write_rules(_short(answer["model"])))


def _short(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is the default; conditions stay whole."""
    model = read_model(document)
    set_ = model.model_dump(mode="json", exclude_defaults=True)
    rules = [
        {
            name: {**set_rule, "where": rule.where.model_dump(mode="json") if rule.where else None}[name]
            for name in set_rule
        }
        for rule, set_rule in zip(model.rules, set_.get("rules", ()), strict=True)
    ]
    return {**set_, "rules": rules}


def push(ctx: typer.Context, file: ModelFile, note: Note = "", json_: Json = False) -> None:
    """Create a model or save its next version; everybody's score is brought up to it in the background."""
    document = read_mapping(file)
    api = session(ctx).api
    path = f"/scoring/models/{part(str(document.get('id', '')))}"
    try:
        rev = api.get(path)["rev"] if document.get("id") else 0
    except CliError as error:
        if error.exit_code is not Exit.NOT_FOUND:
            raise
        rev = 0
    body = {"model": document, "note": note}
    answer = api.put(path, {**body, "rev": rev}) if rev else api.post("/scoring/models", body)
    emit(answer, json_, say(f"Saved {escape(str(answer['id']))} as version {answer['version']}."))


def check(file: ModelFile, json_: Json = False) -> None:
    """Check a model without a deployment."""
    model = read_model(read_mapping(file))
    answer = {"valid": True, "model": model.model_dump(mode="json")}
    emit(
        answer,
        json_,
        say(f"{escape(model.id)}: {len(model.rules)} rules, {len(model.bands)} bands, no fault."),
    )


def try_(ctx: typer.Context, file: ModelFile, json_: Json = False) -> None:
    """Try a model on a sample of contacts before it is saved: how scores fall, who would cross which threshold."""
    answer = session(ctx).api.post("/scoring/models/try", {"model": read_mapping(file)})
    emit(answer, json_, lambda out: _tried(out, answer))


def _tried(out: Console, answer: dict[str, Any]) -> None:
    out.print(
        f"{answer['sampled']} contacts sampled of about {answer['contacts']}; median {answer['median']}."
    )
    bars = [{"score": f"{bar['from']} to {bar['to'] - 1}", **bar} for bar in answer["distribution"]]
    table(bars, (("Score", "score"), ("Contacts", "contacts")))(out)
    table(answer["bands"], (("Band", "band"), ("Before", "before"), ("After", "after")))(out)
    for one in answer["crossings"]:
        out.print(f"{one['contacts']} would go from {one['from_band']} to {one['band']}.")
    if answer["counted_from_recent_events"]:
        named = ", ".join(answer["counted_from_recent_events"])
        out.print(f"New rules were counted over recent events only: {escape(named)}.")


def versions(ctx: typer.Context, model: ModelId, json_: Json = False) -> None:
    """List a model's versions."""
    answer = session(ctx).api.get(f"/scoring/models/{part(model)}/versions")
    columns = (("Version", "version"), ("Saved", "at"), ("By", "by"), ("Note", "note"), ("Live", "live"))
    emit(answer, json_, page(answer, columns, "No version."))


def diff(
    ctx: typer.Context,
    model: ModelId,
    old: Annotated[int, typer.Argument(help="Version number.")],
    new: Annotated[int, typer.Argument(help="Version number; 0: the current one.")] = 0,
    json_: Json = False,
) -> None:
    """Compare two versions of a model."""
    answer = session(ctx).api.get(f"/scoring/models/{part(model)}/diff", old=old, new=new)

    def people(out: Console) -> None:
        if not answer["changes"]:
            out.print("No difference.")
        for one in answer["changes"]:
            out.print(escape(f"{one['path']}: {one['old']} -> {one['new']}"), soft_wrap=True)

    emit(answer, json_, people)


def rollback(
    ctx: typer.Context,
    model: ModelId,
    to: Annotated[int, typer.Argument(help="Version to go back to.")],
    note: Note = "",
    json_: Json = False,
) -> None:
    """Save an earlier version as the next one."""
    api, path = session(ctx).api, f"/scoring/models/{part(model)}"
    answer = api.post(f"{path}/rollback", {"to": to, "rev": api.get(path)["rev"], "note": note})
    emit(answer, json_, say(f"Version {answer['version']} of {escape(model)} is version {to} again."))


def delete(
    ctx: typer.Context,
    model: ModelId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json_: Json = False,
) -> None:
    """Delete a model that nothing uses; contacts lose their points in it."""
    if not yes:
        typer.confirm(f"Delete {model}?", abort=True, err=True)
    api, path = session(ctx).api, f"/scoring/models/{part(model)}"
    answer = api.call("DELETE", path, query={"rev": api.get(path)["rev"]})
    emit(answer, json_, say(f"Deleted {escape(model)}."))


def progress(ctx: typer.Context, model: ModelId, json_: Json = False) -> None:
    """Show how far re-scoring is after a change."""
    answer = session(ctx).api.get(f"/scoring/models/{part(model)}/rescorings")
    columns = (
        ("Started", "started_at"),
        ("State", "state"),
        ("Contacts asked", "asked"),
        ("Brought up to date", "told"),
        ("By", "actor"),
    )
    emit(answer, json_, page(answer, columns, "Nobody had to be re-scored yet."))


def explain(ctx: typer.Context, contact: Contact, json_: Json = False) -> None:
    """Show a contact's scores and what they are made of."""
    answer = session(ctx).api.get(f"/contacts/{part(contact)}/scores")
    emit(answer, json_, lambda out: _explained(out, answer["scores"]))


def _explained(out: Console, scores: list[dict[str, Any]]) -> None:
    columns = (
        ("Rule", "rule"),
        ("Event", "event"),
        ("Times", "times"),
        ("Weight", "weight"),
        ("Left", "points"),
    )
    for one in scores:
        band = f", band {one['band']}" if one["band"] else ""
        out.print(
            f"[bold]{escape(one['model'])}: {one['score']}[/bold]{escape(band)}; in 30 days {one['in_a_month']}"
        )
        lines = [{"rule": "(base)", "points": one["base"]}, *one["lines"]]
        table(lines, columns)(out)


def adjust(
    ctx: typer.Context,
    contact: Contact,
    model: ModelId,
    points: Annotated[float, typer.Argument(help="Points; after `--` they may be negative.")],
    reason: Annotated[str, typer.Option(help="Why; it goes into the audit log.")],
    json_: Json = False,
) -> None:
    """Give a contact points by hand, or take some; they decay like those of events."""
    body = {"points": points, "reason": reason}
    answer = session(ctx).api.post(f"/contacts/{part(contact)}/scores/{part(model)}/adjust", body)
    emit(answer, json_, say(f"{escape(model)} is now {answer['score']}."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("get")(get)
    app.command("push")(push)
    app.command("check")(check)
    app.command("try")(try_)
    app.command("versions")(versions)
    app.command("diff")(diff)
    app.command("rollback")(rollback)
    app.command("delete")(delete)
    app.command("progress")(progress)
    app.command("explain")(explain)
    app.command("adjust")(adjust)
