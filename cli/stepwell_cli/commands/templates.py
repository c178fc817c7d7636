"""Message templates: list, get, push, preview."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from stepwell.content.checks import check_template
from stepwell.content.checks import preview as render
from stepwell.content.languages import language_of, localized
from stepwell.content.library import parse_template, read_template
from stepwell.content.models import Template
from stepwell.content.preparing import made
from stepwell.content.render import Renderer
from stepwell.errors import StepwellError

from stepwell_cli.api import part
from stepwell_cli.beside import Beside
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import read_mapping, read_text
from stepwell_cli.output import Cursor, Json, Limit, emit, page, say
from stepwell_cli.session import session

_NOT_BESIDE = "Not in a file beside it:"
TemplateId = Annotated[str, typer.Argument(metavar="TEMPLATE", help="Template id.")]


def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id or name.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List message templates."""
    answer = session(ctx).api.get("/templates", q=text, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Name", "name"),
        ("Purpose", "purpose"),
        ("Subject", "subject"),
        ("Changed", "updated_at"),
    )
    emit(answer, json_, page(answer, columns, "No template yet: `stepwell templates push FILE`."))


def get(ctx: typer.Context, template: TemplateId, json_: Json = False) -> None:
    """Print a template as YAML, fit for a file; with --json the API's whole answer."""
    answer = session(ctx).api.get(f"/templates/{part(template)}")
    if json_:
        emit(answer, True, say(""))
        return
    sys.stdout.write(
        yaml.dump(
            parse_template(answer["template"]).model_dump(mode="json", exclude_defaults=True),
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=100,
        )
    )


def push(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Templates as YAML.")],
    json_: Json = False,
) -> None:
    """Create templates or replace them; refused if they cannot be rendered for their sample contact."""
    api, saved = session(ctx).api, []
    for file in files:
        template, faults = _checked(file)
        if any(f["severity"] == "error" for f in faults):
            raise CliError(f"{file}: mend these first.", code="template", violations=_placed(faults))
        body = {"template": template.model_dump(mode="json", exclude_defaults=True)}
        path = f"/templates/{part(template.id)}"
        try:
            stored = api.get(path)
        except CliError as error:
            if error.exit_code is not Exit.NOT_FOUND:
                raise
            saved.append(api.post("/templates", body))
            continue
        saved.append(api.put(path, {**body, "rev": stored["rev"]}))
    names = ", ".join(str(s.get("id", "")) for s in saved)
    emit({"items": saved}, json_, say(f"Saved {escape(names)}."))


def preview(
    ctx: typer.Context,
    template: Annotated[
        str, typer.Argument(help="Template id, or a file (rendered here, without a deployment).")
    ],
    contact: Annotated[
        Path | None, typer.Option("--contact", help="YAML: fields of a sample contact.")
    ] = None,
    known: Annotated[
        str, typer.Option("--known", help="A contact of the workspace (address or id) instead.")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", help="In this language; else in the contact's.")
    ] = "",
    html: Annotated[bool, typer.Option("--html", help="Print the HTML part alone.")] = False,
    json_: Json = False,
) -> None:
    """Render a template for a sample contact. Nothing is sent.

    Snippets, blocks and sources of a file are found in the folders of their names beside it or above it, as workflows
    in git have them; what is not there is told.
    """
    sample = read_mapping(contact) if contact else None
    if template.endswith((".yaml", ".yml")) or Path(template).is_file():
        found, beside = _read(Path(template))
        lost = beside.missing(found)
        try:
            wanted = language or language_of(found.sample if sample is None else sample)
            rendered = render(Renderer(), localized(made(found), wanted), sample, find=beside.find)
        except StepwellError as error:
            raise _without(error, lost) from None
        answer: dict[str, Any] = {
            "subject": rendered.subject,
            "html": rendered.html,
            "text": rendered.text,
            "missing": [name for name in rendered.missing if not name.startswith(("block.", "connected"))],
            "not_beside": lost,
        }
    else:
        body: dict[str, Any] = {} if sample is None else {"sample": sample}
        if known:
            body["contact"] = known
        if language:
            body["language"] = language
        answer = session(ctx).api.post(f"/templates/{part(template)}/preview", body)
    if html and not json_:
        sys.stdout.write(str(answer.get("html", "")) + "\n")
        return
    emit(answer, json_, lambda out: _previewed(out, answer))


def _without(error: StepwellError, lost: list[str]) -> CliError:
    if not lost:
        return CliError.of(error)
    return CliError(f"{error.message} {_NOT_BESIDE} {', '.join(lost)}.", code=error.code)


def _previewed(out: Console, answer: dict[str, Any]) -> None:
    out.print(f"[bold]{escape(str(answer.get('subject', '')))}[/bold]\n")
    out.print(escape(str(answer.get("text", ""))), soft_wrap=True)
    if answer.get("not_beside"):
        out.print(f"\n[yellow]{_NOT_BESIDE}[/yellow] {escape(', '.join(answer['not_beside']))}")
    if answer.get("missing"):
        out.print(f"\n[yellow]Missing of this contact:[/yellow] {escape(', '.join(answer['missing']))}")


def _read(file: Path) -> tuple[Template, Beside]:
    try:
        return read_template(read_text(file)), Beside(file)
    except StepwellError as error:
        raise CliError.of(error) from None


def _checked(file: Path) -> tuple[Template, list[dict[str, Any]]]:
    template, beside = _read(file)
    if beside.missing(template):
        # The workspace may have them: its own check tells.
        return template, []
    try:
        return template, check_template(Renderer(), template, beside.find)
    except StepwellError as error:
        raise CliError.of(error) from None


def _placed(faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"place": f"{f['part']}:{f['line']}" if f.get("line") else f["part"], **f, "line": 0} for f in faults
    ]


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that they can be edited and compared."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_)
    app.command("get")(get)
    app.command("push")(push)
    app.command("preview")(preview)
