"""Workflows in a deployment: list, read, create, change, versions, diff."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from stepwell.errors import StepwellError
from stepwell.workflows.diff import diff as compare
from stepwell.workflows.documents import dump_yaml, from_document, to_document

from stepwell_cli.api import part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import WorkflowFile, read_workflow
from stepwell_cli.output import Cursor, Json, Limit, Yes, details, emit, page, say
from stepwell_cli.session import session

Id = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Workflow id.")]
FIELDS = (
    ("Id", "id"),
    ("Name", "name"),
    ("Status", "status"),
    ("Live version", "live_version"),
    ("Managed by", "managed_by"),
    ("Rev", "rev"),
    ("Changed", "updated_at"),
    ("By", "updated_by"),
    ("Published", "published_at"),
)


def list_(
    ctx: typer.Context,
    text: Annotated[str, typer.Option("--text", help="Part of id, name or description.")] = "",
    status: Annotated[
        str, typer.Option(help="draft, active, paused, paused_discard, stopped or draining.")
    ] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
    json_: Json = False,
) -> None:
    """List workflows."""
    answer = session(ctx).api.get("/workflows", q=text, status=status, limit=limit, cursor=cursor)
    columns = (
        ("Id", "id"),
        ("Name", "name"),
        ("Status", "status"),
        ("Live", "live_version"),
        ("Changed", "updated_at"),
    )
    emit(answer, json_, page(answer, columns, "No workflow yet: `stepwell workflows create FILE`."))


def get(
    ctx: typer.Context,
    workflow: Id,
    version: Annotated[int, typer.Option(min=0, help="A published version; 0: the draft.")] = 0,
    info: Annotated[bool, typer.Option("--info", help="What it is and does, instead of its graph.")] = False,
    json_: Json = False,
) -> None:
    """Print a workflow's graph as YAML, fit for a file; with --json the API's whole answer."""
    path = f"/workflows/{part(workflow)}/versions/{version}" if version else f"/workflows/{part(workflow)}"
    answer = session(ctx).api.get(path)
    if json_:
        emit(answer, True, say(""))
    elif info:
        emit(answer, False, details(answer, FIELDS))
    else:
        sys.stdout.write(dump_yaml(from_document(graph_of(answer))))


def create(ctx: typer.Context, file: WorkflowFile, json_: Json = False) -> None:
    """Create a workflow from a file. It may still break rules that publishing checks."""
    answer = session(ctx).api.post("/workflows", {"workflow": to_document(read_workflow(file))})
    emit(answer, json_, say(f"Created [bold]{escape(answer['id'])}[/bold], rev {answer.get('rev', 1)}."))


def push(
    ctx: typer.Context,
    file: WorkflowFile,
    if_rev: Annotated[
        int | None,
        typer.Option(
            "--if-rev", min=1, help="Refuse unless the draft still has this rev (as `get --info` told it)."
        ),
    ] = None,
    create_: Annotated[bool, typer.Option("--create", help="Create it if it does not exist.")] = False,
    json_: Json = False,
) -> None:
    """Replace a workflow's draft by a file. Contacts in flight and new ones go by the published version."""
    api, drawn = session(ctx).api, read_workflow(file)
    path = f"/workflows/{drawn.id}"
    rev = if_rev
    if rev is None:
        try:
            rev = int(api.get(path)["rev"])
        except CliError as error:
            if error.exit_code is not Exit.NOT_FOUND or not create_:
                raise
            answer = api.post("/workflows", {"workflow": to_document(drawn)})
            emit(answer, json_, say(f"Created [bold]{escape(drawn.id)}[/bold]."))
            return
    answer = api.put(path, {"workflow": to_document(drawn), "rev": rev})
    emit(answer, json_, say(f"Changed [bold]{escape(drawn.id)}[/bold], rev {answer.get('rev')}."))


def delete(
    ctx: typer.Context,
    workflow: Id,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """Delete a workflow that was never published, or that is stopped and empty."""
    if not yes:
        typer.confirm(f"Delete {workflow}?", abort=True, err=True)
    answer = session(ctx).api.delete(f"/workflows/{part(workflow)}")
    emit(answer, json_, say(f"Deleted {escape(workflow)}."))


def versions(
    ctx: typer.Context, workflow: Id, limit: Limit = 50, cursor: Cursor = "", json_: Json = False
) -> None:
    """List a workflow's published versions."""
    answer = session(ctx).api.get(f"/workflows/{part(workflow)}/versions", limit=limit, cursor=cursor)
    columns = (
        ("Version", "version"),
        ("Published (UTC)", "published_at"),
        ("By", "published_by"),
        ("Live", "live"),
        ("Note", "note"),
    )
    emit(answer, json_, page(answer, columns, "Never published."))


def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help="A file, or the workflow's id.")],
    new: Annotated[str, typer.Argument(help="A file, or `OLD..NEW` version numbers (0: the draft).")] = "",
    json_: Json = False,
) -> None:
    """Compare two files, a workflow with a file, or two versions of a workflow.

    `diff a.yaml b.yaml`, `diff welcome welcome.yaml`, `diff welcome 3..4`, `diff welcome` (live version and draft).
    Exit code 1 if they differ, as diff does.
    """
    if _is_file(old) and _is_file(new):
        found = compare(read_workflow(Path(old)), read_workflow(Path(new)))
        answer = {"old": old, "new": new, **found.document(), "lines": found.lines()}
    elif _is_file(new):
        stored = session(ctx).api.get(f"/workflows/{part(old)}")
        try:
            found = compare(from_document(graph_of(stored)), read_workflow(Path(new)))
        except StepwellError as error:
            raise CliError.of(error) from None
        answer = {"old": old, "new": new, **found.document(), "lines": found.lines()}
    else:
        answer = _versions(ctx, old, new)

    def people(out: Console) -> None:
        for line in answer["lines"] or ["No difference."]:
            out.print(escape(str(line)), style=_style(str(line)))

    emit(answer, json_, people)
    if answer["lines"]:
        raise typer.Exit(Exit.NO)


def _versions(ctx: typer.Context, workflow: str, asked: str) -> dict[str, Any]:
    api = session(ctx).api
    if asked:
        old, dots, new = asked.partition("..")
        if not (dots and old.isdigit() and new.isdigit()):
            raise typer.BadParameter(f"`{asked}` is neither a file nor two versions such as 3..4")
    else:
        old, new = str(api.get(f"/workflows/{part(workflow)}").get("live_version") or 0), "0"
        if old == "0":
            raise CliError(
                f"`{workflow}` was never published: there is nothing to compare.", code="no_version"
            )
    found = api.call("GET", f"/workflows/{part(workflow)}/diff", query={"old": old, "new": new})
    return {"lines": [], **found}


def graph_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The drawn graph of an answer about a workflow or a version."""
    if isinstance(answer.get("workflow"), dict):
        return dict(answer["workflow"])
    raise CliError("The API's answer holds no graph: " + json.dumps(sorted(answer)), code="not_the_api")


def _is_file(text: str) -> bool:
    return bool(text) and (text.endswith((".yaml", ".yml", ".json")) or Path(text).is_file())


def _style(line: str) -> str:
    return {"+": "green", "-": "red", "~": "yellow"}.get(line.lstrip()[:1], "")


def register(app: typer.Typer) -> None:
    """Add the commands to `workflows`."""
    panel = "In a deployment"
    app.command("list", rich_help_panel=panel)(list_)
    app.command("get", rich_help_panel=panel)(get)
    app.command("create", rich_help_panel=panel)(create)
    app.command("push", rich_help_panel=panel)(push)
    app.command("update", rich_help_panel=panel, hidden=True, help="The same as `push`.")(push)
    app.command("delete", rich_help_panel=panel)(delete)
    app.command("versions", rich_help_panel=panel)(versions)
    app.command("diff", rich_help_panel=panel)(diff)
