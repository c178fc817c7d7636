"""Workflows as files: YAML for people and git, JSON for the API; both round-trip, and faults name their place.

YAML is read by its 1.2 rules (`09:00` is text, `no` is text), without anchors, and edges may be written short:
`check.true -> email`. Stored documents of an older `schema_version` are upgraded step by step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from stepwell.errors import ValidationFailed
from stepwell.workflows.model import Workflow
from stepwell.workflows.yaml_text import BREAKS, Dumper, limit, read_yaml

SCHEMA_VERSION = 1
UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each older `schema_version`, the step that makes the next version of a document."""

_EDGE = re.compile(r"^\s*([a-z][a-z0-9_]*)(?:\.([a-z0-9_]+))?\s*->\s*([a-z][a-z0-9_]*)\s*$")


def load_yaml(text: str) -> Workflow:
    """Read a workflow from YAML (JSON is YAML too).

    Raises:
        ValidationFailed: With each fault's path, line and column.
    """
    root, raw = read_yaml(text)
    return from_document(raw, lambda path: _place(root, path))


def load_json(text: str | bytes) -> Workflow:
    """Read a workflow from JSON.

    Raises:
        ValidationFailed: With each fault's path, and line and column of malformed JSON.
    """
    limit(text)
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValidationFailed(
            f"This is no valid JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            [
                {
                    "code": "json",
                    "message": error.msg,
                    "place": "",
                    "line": error.lineno,
                    "column": error.colno,
                }
            ],
        ) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValidationFailed(
            f"This is no valid JSON: {error}.", [{"code": "json", "message": str(error), "place": ""}]
        ) from None
    return from_document(raw)


Location = Sequence[str | int]


def from_document(raw: Any, place: Callable[[Location], dict[str, int]] = lambda _: {}) -> Workflow:
    """Make a workflow of plain values, upgrading older forms.

    Args:
        raw: What YAML or JSON held.
        place: Finds line and column of a path, where known.

    Raises:
        ValidationFailed: With all faults.
    """
    if not isinstance(raw, dict):
        message = "A workflow is a mapping with `id`, `nodes` and `edges`."
        raise ValidationFailed(message, [{"code": "document", "message": message, "place": ""}])
    document = _upgraded(raw)
    if isinstance(document.get("edges"), list):
        document["edges"] = [_edge(edge) for edge in document["edges"]]
    try:
        return Workflow.model_validate(document)
    except ValidationError as error:
        violations = [_violation(fault, document, place) for fault in error.errors()]
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        raise ValidationFailed(f"{first['place']}: {first['message']}{more}", violations) from None


def _upgraded(raw: Mapping[str, Any]) -> dict[str, Any]:
    document = dict(raw)
    version = document.get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or version > SCHEMA_VERSION or version < min(UPGRADES, default=1):
        message = f"`schema_version` {version} is unknown here; this release reads up to {SCHEMA_VERSION}."
        raise ValidationFailed(
            message, [{"code": "schema_version", "message": message, "place": "schema_version"}]
        )
    while version < SCHEMA_VERSION:
        document = UPGRADES[version](document)
        version += 1
        document["schema_version"] = version
    return document


def _edge(edge: Any) -> Any:
    if isinstance(edge, str) and (match := _EDGE.match(edge)):
        source, outcome, target = match.groups()
        return {"source": source, "outcome": outcome or "next", "target": target}
    if isinstance(edge, dict) and isinstance(edge.get("outcome"), bool):
        # `outcome: true` is natural to write and YAML makes it a boolean.
        return {**edge, "outcome": "true" if edge["outcome"] else "false"}
    return edge


def _violation(
    fault: Any, document: Mapping[str, Any], place: Callable[[Location], dict[str, int]]
) -> dict[str, Any]:
    loc: Location = fault["loc"]
    found: dict[str, Any] = {
        "code": str(fault["type"]),
        "message": fault["msg"].removeprefix("Value error, "),
        "place": path_text(loc),
    }
    if len(loc) >= 2 and loc[0] == "nodes" and isinstance(loc[1], int):
        node = document["nodes"][loc[1]]
        if isinstance(node, dict) and isinstance(node.get("id"), str):
            found["node"] = node["id"]
    return found | place(loc)


def path_text(path: Location) -> str:
    """Write a path as `nodes[2].config.url`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _place(root: yaml.Node | None, path: Location) -> dict[str, int]:
    node = root
    for part in path:
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        if inner is None:
            break
        node = inner
    if node is None:
        return {}
    return {"line": node.start_mark.line + 1, "column": node.start_mark.column + 1}


def to_document(workflow: Workflow) -> dict[str, Any]:
    """Return the plain form: defaults left out, keys in the models' order, `schema_version` first."""
    plain = workflow.model_dump(mode="json", exclude_defaults=True)
    return {"schema_version": SCHEMA_VERSION, **plain}


def dump_json(workflow: Workflow, indent: int | None = 2) -> str:
    """Write a workflow as JSON; the same workflow gives the same text."""
    text = json.dumps(to_document(workflow), indent=indent, ensure_ascii=False)
    for special in (BREAKS, yaml.reader.Reader.NON_PRINTABLE):
        text = special.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text + "\n"


def dump_yaml(workflow: Workflow) -> str:
    """Write a workflow as YAML with short edges; the same workflow gives the same text."""
    document = to_document(workflow)
    if "edges" in document:
        document["edges"] = [_short(edge) for edge in document["edges"]]

    def dumped(unicode_: bool) -> str:
        text: str = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=unicode_, width=100)
        return text

    text = dumped(True)
    # A few characters (U+FFFE) may stand in YAML only escaped, and the writer does not escape them by itself.
    return dumped(False) if yaml.reader.Reader.NON_PRINTABLE.search(text) else text


def _short(edge: Mapping[str, str]) -> str:
    outcome = edge.get("outcome", "next")
    return f"{edge['source']}{'' if outcome == 'next' else '.' + outcome} -> {edge['target']}"
