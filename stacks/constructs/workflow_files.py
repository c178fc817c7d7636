"""The folder of workflows and messages that is kept in git, read and compiled at synth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stepwell.contracts import names
from stepwell.contracts.parcels import canonical, digest
from stepwell.errors import StepwellError

MESSAGES = "messages"
# A number that no version has: the deployment puts the one in that is given out when it runs.
_UNKNOWN_VERSION = 987_654_321
VERSION, PARTITION = "Version", "Partition"


@dataclass(frozen=True)
class WorkflowFile:
    """One workflow.

    Attributes:
        id: Workflow id.
        document: As drawn.
        definition: Its machine, with ``${token}`` for what is known at deployment.
        digest: Tells this content from another; a new compiler makes another, too.
    """

    id: str
    document: Mapping[str, Any]
    definition: str
    digest: str


@dataclass(frozen=True)
class MessageFile:
    """One message template.

    Attributes:
        id: Its id.
        document: The template.
    """

    id: str
    document: Mapping[str, Any]


def function_tokens() -> dict[str, str]:
    """Return the token in definitions a node function."""
    return {name: "".join(part.capitalize() for part in name.split("_")) for name in names.NODE_FUNCTIONS}


def read_workflows(folder: Path, tenant: str) -> list[WorkflowFile]:
    """Compile all workflows of a folder.

    Raises:
        ValueError: A file is no valid workflow (all its errors are named), two have the same id, or there is no
            such folder.
    """
    if not folder.is_dir():
        raise ValueError(f"context workflows: there is no folder {folder}")
    found: dict[str, tuple[Path, WorkflowFile]] = {}
    for path in _files(folder):
        try:
            one = compile_text(path.read_text(encoding="utf-8"), tenant)
        except StepwellError as error:
            raise ValueError(_explained(path, error)) from error
        if one.id in found:
            raise ValueError(f"{found[one.id][0].name} and {path.name} are both workflow `{one.id}`")
        found[one.id] = (path, one)
    return [one for _, one in found.values()]


def compile_text(text: str, tenant: str) -> WorkflowFile:
    """Compile one workflow.

    Raises:
        ValidationFailed: It has errors; all of them are named.
    """
    # The compiler is needed only by deployments that keep workflows in git; it takes a second to import.
    from stepwell.workflows.checks import ensure_valid, run_checks
    from stepwell.workflows.compiler import CompileTargets, compile_workflow
    from stepwell.workflows.documents import load_yaml, to_document
    from stepwell.workflows.expansion import expand
    from stepwell.workflows.graph import Graph

    workflow = load_yaml(text)
    ensure_valid(run_checks(workflow), publishing=True)
    targets = CompileTargets(
        tenant=tenant,
        version=_UNKNOWN_VERSION,
        functions={function: f"${{{token}}}" for function, token in function_tokens().items()},
        partition=f"${{{PARTITION}}}",
    )
    compiled = compile_workflow(Graph(expand(workflow)), targets).text()
    definition = compiled.replace(str(_UNKNOWN_VERSION), f"${{{VERSION}}}")
    document = to_document(workflow)
    return WorkflowFile(workflow.id, document, definition, digest(canonical(document), definition))


def read_messages(folder: Path) -> list[MessageFile]:
    """Read the messages beside the workflows.

    Raises:
        ValueError: A file is no valid message (all its errors are named), or two have the same id.
    """
    from stepwell.content.library import read_template

    found: dict[str, tuple[Path, MessageFile]] = {}
    for path in _files(folder / MESSAGES):
        try:
            template = read_template(path.read_text(encoding="utf-8"))
        except StepwellError as error:
            raise ValueError(_explained(path, error)) from error
        if template.id in found:
            raise ValueError(f"{found[template.id][0].name} and {path.name} are both message `{template.id}`")
        found[template.id] = (path, MessageFile(template.id, template.model_dump(mode="json")))
    return [one for _, one in found.values()]


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(p for p in folder.glob("*") if p.suffix in {".yaml", ".yml"})


def _explained(path: Path, error: StepwellError) -> str:
    lines = [f"{path.name}: {error.message}"]
    for one in error.details.get("violations", ()):
        place = " ".join(str(one[key]) for key in ("node", "field") if one.get(key))
        lines.append(f"  {place + ': ' if place else ''}{one['message']}")
    return "\n".join(lines)
