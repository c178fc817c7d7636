"""Workflow files without a deployment: compile, validate, expand, schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from stepwell.errors import StepwellError
from stepwell.workflows.checks import CheckContext, run_checks
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.documents import to_document
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph
from stepwell.workflows.schema import export, workflow_schema

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.files import WorkflowFile, functions_of, read_workflow, write_workflow
from stepwell_cli.output import Json, emit, violations
from stepwell_cli.session import session


def compile_file(
    file: WorkflowFile,
    source_map: Annotated[
        bool, typer.Option("--source-map", help="Print which state stands for which node instead.")
    ] = False,
    functions: Annotated[
        Path | None, typer.Option("--functions", help="JSON file: ARN a node function (else placeholders).")
    ] = None,
    tenant: Annotated[str, typer.Option(help="Tenant, a constant of the machine.")] = "main",
    version: Annotated[int, typer.Option(min=1, help="Version, a constant of the machine.")] = 1,
) -> None:
    """Compile a workflow to the definition of its state machine (Amazon States Language).

    The same file always gives the same bytes, so that definitions can be compared and reviewed.
    """
    workflow = read_workflow(file)
    errors = [v for v in run_checks(workflow) if v.severity == "error" and not v.publish_only]
    if errors:
        raise CliError(
            f"`{workflow.id}` breaks {len(errors)} rule{'s' if len(errors) > 1 else ''}: mend them first.",
            code="validation_failed",
            violations=[v.document() for v in errors],
        )
    targets = CompileTargets(tenant=tenant, version=version, functions=functions_of(functions))
    try:
        compiled = compile_workflow(Graph(expand(workflow)), targets)
    except StepwellError as error:
        raise CliError.of(error) from None
    text = (
        json.dumps(dict(sorted(compiled.source_map.items())), indent=1)
        if source_map
        else compiled.text(indent=1)
    )
    sys.stdout.write(text + "\n")


def check_document(workflow: Any) -> dict[str, Any]:
    """Check a workflow with what is known without a workspace, in the form of the API's answer."""
    found = run_checks(workflow, CheckContext())
    errors = [v for v in found if v.severity == "error"]
    return {
        "id": workflow.id,
        "valid": all(v.publish_only for v in errors),
        "publishable": not errors,
        "violations": [v.document() for v in found],
    }


def validate(
    ctx: typer.Context,
    file: WorkflowFile,
    workspace: Annotated[
        bool,
        typer.Option(
            "--workspace", help="Ask the deployment, which knows templates, fields, segments and teams."
        ),
    ] = False,
    publishable: Annotated[
        bool,
        typer.Option(
            "--publishable", help="Fail as well for what only publishing minds (a missing channel)."
        ),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail for warnings as well.")] = False,
    json_: Json = False,
) -> None:
    """Check a workflow file and show all violations at once; exit code 1 if it is not valid.

    Checks what needs no workspace; with --workspace everything that publishing checks.
    """
    try:
        drawn = read_workflow(file)
        answer = check_document(drawn)
    except CliError as error:
        if not error.violations:
            raise
        answer = {"id": "", "valid": False, "publishable": False, "violations": error.violations}
    if workspace and answer["id"]:
        body = {"workflow": to_document(drawn)}
        answer = {"id": drawn.id, **session(ctx).api.post("/workflows/validate", body)}
    found = answer["violations"]
    errors = sum(v.get("severity", "error") == "error" for v in found)
    failed = not answer["publishable" if publishable else "valid"] or (strict and errors < len(found))

    def people(out: Any) -> None:
        if found:
            violations(found, place=str(file))(out)
        verdict = "[red]not valid[/red]"
        if answer["valid"]:
            verdict = (
                "[yellow]valid, not publishable yet[/yellow]" if errors else "[green]publishable[/green]"
            )
        out.print(f"{answer['id'] or file}: {verdict}, {errors} errors, {len(found) - errors} warnings")

    emit(answer, json_, people)
    if failed:
        raise typer.Exit(Exit.NO)


def expand_file(file: WorkflowFile, json_: Json = False) -> None:
    """Show a workflow with its composite nodes (sequences, re-engagement, …) written out as plain nodes."""
    workflow = read_workflow(file)
    try:
        expanded = expand(workflow)
    except StepwellError as error:
        raise CliError.of(error) from None
    sys.stdout.write(write_workflow(expanded, json_))


def schema(
    catalogue: Annotated[
        bool, typer.Option("--catalogue", help="With outcomes and form hints of every node type.")
    ] = False,
) -> None:
    """Print the JSON Schema of workflow files, for editors and other tools."""
    document = export() if catalogue else workflow_schema()
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def register(app: typer.Typer) -> None:
    """Add the commands to `workflows`."""
    panel = "Files, without a deployment"
    app.command("compile", rich_help_panel=panel)(compile_file)
    app.command("validate", rich_help_panel=panel)(validate)
    app.command("expand", rich_help_panel=panel)(expand_file)
    app.command("schema", rich_help_panel=panel)(schema)
