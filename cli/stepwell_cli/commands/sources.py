"""Sources of events that call us: list, show, push, secret, delete; and mappings tried on samples."""

from __future__ import annotations

import json
import mimetypes
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.errors import StepwellError
from stepwell.sources.presets import PRESETS
from stepwell.sources.trying import sample_of, tried
from stepwell.triggers.mapping import names_somebody

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import pairs, read_mapping, read_text
from stepwell_cli.output import Cursor, Json, Limit, details, emit, page, say
from stepwell_cli.session import session

SourceId = Annotated[str, typer.Argument(metavar="SOURCE", help="Source id.")]
SecretStdin = Annotated[
    bool, typer.Option("--secret-stdin", help="Read the provider's secret from standard input.")
]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="File with a JSONata mapping.")]
_FIELDS = (
    ("Source", "id"),
    ("Name", "name"),
    ("Kind", "kind"),
    ("Description", "description"),
    ("Address", "address"),
    ("Write keys", "write_keys"),
    ("Secrets", "secrets"),
    ("Webhook", "webhook"),
)


def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id, name or description.")] = "",
    kind: Annotated[str, typer.Option(help="tracking, or a scheme such as github.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List sources: those that call us, and those that have write keys only."""
    answer = session(ctx).api.get("/sources", q=text, kind=kind, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Name", "name"),
        ("Kind", "kind"),
        ("Write keys", "write_keys"),
        ("Address", "address"),
    )
    emit(answer, json_, page(answer, columns, "No source yet: `stepwell sources push FILE`."))


def show(ctx: typer.Context, source: SourceId, json_: Json = False) -> None:
    """Show a source, its address for the provider, and since when its secrets are valid; never their text."""
    answer = session(ctx).api.get(f"/sources/{part(source)}")
    emit(answer, json_, details(answer, _FIELDS))


def push(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Source as YAML: id, name, description, webhook.")
    ],
    mapping: MappingFile = None,
    secret_stdin: SecretStdin = False,
    json_: Json = False,
) -> None:
    """Create a source or change it. A new one needs the provider's secret; a known one keeps those it has."""
    document = read_mapping(file)
    if mapping is not None:
        document["webhook"] = {**(document.get("webhook") or {}), "mapping": read_text(mapping)}
    api = session(ctx).api
    path = f"/sources/{part(str(document.get('id', '')))}"
    try:
        stored = api.get(path) if document.get("id") else {}
    except CliError as error:
        if error.exit_code is not Exit.NOT_FOUND:
            raise
        stored = {}
    if stored:
        body = {k: v for k, v in document.items() if k != "id"}
        answer = api.put(path, {**body, "rev": stored["rev"]})
        if secret_stdin:
            answer = api.post(f"{path}/secrets", {"secret": _secret(True)})
    else:
        scheme = ((document.get("webhook") or {}).get("verify") or {}).get("scheme", "")
        asked = _secret(secret_stdin) if scheme not in ("", "sns") else ""
        answer = api.post("/sources", {**document, **({"secret": asked} if asked else {})})

    def people(out: Console) -> None:
        out.print(f"Saved {escape(str(answer.get('id')))}.")
        if answer.get("address"):
            out.print(f"Give the provider this address: [bold]{escape(str(answer['address']))}[/bold]")

    emit(answer, json_, people)


def secret(
    ctx: typer.Context,
    source: SourceId,
    secret_stdin: SecretStdin = False,
    keep_hours: Annotated[
        int, typer.Option(min=0, max=720, help="How long the previous secret stays valid.")
    ] = 24,
    end_previous: Annotated[
        bool, typer.Option("--end-previous", help="End the previous secret now, instead of setting one.")
    ] = False,
    json_: Json = False,
) -> None:
    """Set a new secret: both are valid until the previous one ends, so that no call is refused meanwhile."""
    api, path = session(ctx).api, f"/sources/{part(source)}/secrets"
    if end_previous:
        answer = api.delete(f"{path}/previous")
        emit(answer, json_, say(f"The previous secret of {escape(source)} is no longer valid."))
        return
    answer = api.post(path, {"secret": _secret(secret_stdin), "keep_previous_hours": keep_hours})
    emit(
        answer, json_, say(f"Set. The secret of {escape(source)} before it is valid for {keep_hours} h more.")
    )


def _secret(from_stdin: bool) -> str:
    told = (
        sys.stdin.read()
        if from_stdin
        else str(typer.prompt("Secret of the provider", hide_input=True, err=True))
    )
    if not told.strip():
        raise CliError("The secret is empty.", code="usage", exit_code=Exit.USAGE)
    return told.strip()


def delete(
    ctx: typer.Context,
    source: SourceId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json_: Json = False,
) -> None:
    """Delete a source's webhook: its calls are refused from now on. Write keys of the same source stay."""
    if not yes:
        typer.confirm(f"Delete {source}?", abort=True, err=True)
    answer = session(ctx).api.delete(f"/sources/{part(source)}")
    emit(answer, json_, say(f"Deleted {escape(source)}."))


def presets(
    name: Annotated[str, typer.Argument(help="Print this one's mapping, fit for a file.")] = "",
    json_: Json = False,
) -> None:
    """List the ready-made mappings, or print one to start from."""
    if name and not json_:
        sys.stdout.write(_preset(name))
        return
    chosen = [PRESETS[name]] if name and _preset(name) else list(PRESETS.values())
    items = [
        {
            "name": p.name,
            "title": p.title,
            "schemes": list(p.schemes),
            "callback": p.callback,
            **({"mapping": p.mapping} if name else {}),
        }
        for p in chosen
    ]
    columns = (("Name", "name"), ("What", "title"), ("For", "schemes"), ("Callback", "callback"))
    emit({"items": items}, json_, page({"items": items}, columns, ""))


def try_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A body as the provider sends it; `-` reads standard input."),
    ],
    mapping: MappingFile = None,
    preset: Annotated[str, typer.Option(help="A ready-made mapping instead (`sources presets`).")] = "",
    source: Annotated[str, typer.Option(help="The mapping of this source of the workspace instead.")] = "",
    content_type: Annotated[str, typer.Option(help="Of the body; by the file's ending, else JSON.")] = "",
    headers: Annotated[list[str] | None, typer.Option("--header", help="name=value; again for more.")] = None,
    callback: Annotated[
        bool, typer.Option("--callback", help="As of a provider that tells of our own messages.")
    ] = False,
    json_: Json = False,
) -> None:
    """Try a mapping on a sample. Nothing is stored; without --source no deployment is needed. Fails if it does."""
    if sum(map(bool, (mapping, preset, source))) != 1:
        raise CliError("Name one of --mapping, --preset, --source.", code="usage", exit_code=Exit.USAGE)
    told = {name.lower(): value for name, value in pairs(headers or [], "--header").items()}
    label = content_type or mimetypes.guess_type(file.name)[0] or "application/json"
    text = read_text(file)
    if source:
        body = {"sample": text, "content_type": label, "headers": told}
        answer = session(ctx).api.post(f"/sources/{part(source)}/try", body)
    else:
        expression = read_text(mapping) if mapping else _preset(preset)
        callback = callback or bool(preset and PRESETS[preset].callback)
        try:
            answer = tried(
                expression, sample_of(text, label), told, "trial", datetime.now(UTC), names_somebody, callback
            )
        except StepwellError as error:
            raise CliError.of(error) from None
    emit(answer, json_, lambda out: _tried(out, answer))
    if not answer["ok"]:
        raise typer.Exit(int(Exit.NO))


def _tried(out: Console, answer: dict[str, Any]) -> None:
    if answer["error"]:
        at = answer["error"]["details"].get("position")
        where = f" (character {at})" if at is not None else ""
        out.print(f"[red]{escape(answer['error']['message'])}[/red]{where}")
    if not answer["events"] and not answer["refused"] and not answer["error"]:
        out.print("The mapping makes no event of this.")
    for event in answer["events"]:
        out.print(f"[bold]{escape(event['name'])}[/bold]")
        out.print(escape(json.dumps(event, indent=2, ensure_ascii=False)), highlight=False)
    for one in answer["refused"]:
        place = f"{one['place']}: " if one["place"] else ""
        out.print(f"[red]Refused:[/red] {escape(place + one['message'])} ({one['code']})")


def _preset(name: str) -> str:
    if name not in PRESETS:
        raise CliError(
            f"There is no ready-made mapping `{name}`; there are {', '.join(sorted(PRESETS))}.",
            code="no_preset",
            exit_code=Exit.NOT_FOUND,
        )
    return PRESETS[name].mapping


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("show")(show)
    app.command("push")(push)
    app.command("secret")(secret)
    app.command("delete")(delete)
    app.command("presets")(presets)
    app.command("try")(try_)
