"""Reads and writes workflow files, and compiles them without a deployment."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.errors import StepwellError
from stepwell.workflows.documents import dump_json, dump_yaml, load_yaml
from stepwell.workflows.model import Workflow

from stepwell_cli.errors import CliError, Exit

WorkflowFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="Workflow as YAML or JSON; `-` reads standard input.")
]


def read_text(file: Path) -> str:
    """Read a file, or standard input for ``-``.

    Raises:
        CliError: It cannot be read.
    """
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"{file} cannot be read: {error}.", code="no_file", exit_code=Exit.USAGE) from None


def read_workflow(file: Path) -> Workflow:
    """Read a workflow from YAML (JSON is YAML too).

    Raises:
        CliError: It is none; with all faults and their places.
    """
    try:
        return load_yaml(read_text(file))
    except StepwellError as error:
        raise CliError.of(error) from None


def read_document(file: Path) -> Any:
    """Read YAML or JSON; dates and times stay texts, as the API takes them.

    Raises:
        CliError: It is none.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """Without timestamps."""

    Loader.yaml_implicit_resolvers = {
        first: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        return yaml.load(read_text(file), Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise CliError(f"{file} is no valid YAML: {error}", code="yaml") from None


def read_mapping(file: Path) -> dict[str, Any]:
    """Read a YAML or JSON file that holds one mapping.

    Raises:
        CliError: It does not.
    """
    found = read_document(file)
    if not isinstance(found, dict):
        raise CliError(f"{file} must hold a mapping (`name: value`).", code="not_a_mapping")
    return found


def write_workflow(workflow: Workflow, as_json: bool) -> str:
    """Write a workflow as YAML or JSON."""
    return dump_json(workflow) if as_json else dump_yaml(workflow)


def write_rules(document: Mapping[str, Any]) -> str:
    """Write a scoring model, a sequence or another document as YAML, its conditions as text."""
    import yaml

    return yaml.safe_dump(_readable(document), sort_keys=False, allow_unicode=True, width=100)


def _readable(value: Any) -> Any:
    from stepwell.conditions import from_json, to_text

    if isinstance(value, Mapping):
        return {
            name: to_text(from_json(part))
            if name in ("where", "condition") and isinstance(part, Mapping)
            else _readable(part)
            for name, part in value.items()
        }
    return [_readable(one) for one in value] if isinstance(value, list | tuple) else value


def placeholder_functions() -> Mapping[str, str]:
    """An ARN of no account for each node function: enough to read and compare the machine."""
    return {
        name: f"arn:aws:lambda:us-east-1:000000000000:function:stepwell-{name.replace('_', '-')}"
        for name in NODE_FUNCTIONS
    }


def functions_of(file: Path | None) -> Mapping[str, str]:
    """Function ARNs from a JSON file, or placeholders.

    Raises:
        CliError: The file is no mapping of names to ARNs.
    """
    if file is None:
        return placeholder_functions()
    try:
        found = json.loads(read_text(file))
    except ValueError as error:
        raise CliError(f"{file} is no JSON: {error}.", code="json", exit_code=Exit.USAGE) from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise CliError(f"{file} must map function names to ARNs.", code="functions", exit_code=Exit.USAGE)
    return {**placeholder_functions(), **found}


def pairs(texts: list[str], what: str) -> dict[str, str]:
    """Read ``name=value`` options.

    Raises:
        CliError: One has no ``=``.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise CliError(f"{what} takes name=value, not `{text}`.", code="usage", exit_code=Exit.USAGE)
        found[name.strip()] = value.strip()
    return found


def value_of(text: str) -> Any:
    """Read an option's value: JSON where it is JSON (numbers, true, lists), text otherwise."""
    try:
        return json.loads(text)
    except ValueError:
        return text
