"""The library of workflow templates: graphs in `statemachines/templates`, one YAML file each."""

from __future__ import annotations

from pathlib import Path

from stepwell.errors import InvalidInput, NotFound, ValidationFailed
from stepwell.workflows.documents import load_yaml
from stepwell.workflows.model import Workflow


def load_library(folder: Path) -> dict[str, Workflow]:
    """Read all templates of a folder, by id, sorted.

    Raises:
        ValidationFailed: A file is no workflow; the message names the file.
        InvalidInput: A file's name is not its workflow's id.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}


def load_template(folder: Path, template: str) -> Workflow:
    """Read one template.

    Raises:
        NotFound: There is no such template.
        ValidationFailed: The file is no workflow.
    """
    path = folder / f"{template}.yaml"
    if not template.isidentifier() or not path.is_file():
        raise NotFound(f"There is no workflow template `{template}`.", code="unknown_workflow_template")
    return _read(path)


def _read(path: Path) -> Workflow:
    try:
        workflow = load_yaml(path.read_text(encoding="utf-8"))
    except ValidationFailed as error:
        raise ValidationFailed(f"{path.name}: {error.message}", error.violations) from error
    if workflow.id != path.stem:
        raise InvalidInput(f"{path.name} holds the workflow `{workflow.id}`: name the file after it.")
    return workflow
