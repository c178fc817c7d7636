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

from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.workflows.model import Workflow

SCHEMA_VERSION = 1
MAX_BYTES = 1_000_000
UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each older `schema_version`, the step that makes the next version of a document."""

_EDGE = re.compile(r"^\s*([a-z][a-z0-9_]*)(?:\.([a-z0-9_]+))?\s*->\s*([a-z][a-z0-9_]*)\s*$")


_RESOLVERS: list[tuple[str, re.Pattern[str], list[str]]] = []
_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
"""Characters that YAML may take for line breaks or drop; they are always written as escapes."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core types only; no aliases (a few lines could grow to gigabytes), no key twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None,
                None,
                "anchors and aliases are not allowed",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool | None):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"`{key}` is there twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan)$",
        "-+0123456789.",
    ),
):
    _RESOLVERS.append((_tag, re.compile(_pattern), list(_first)))
    _Loader.add_implicit_resolver(*_RESOLVERS[-1])


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key and writes long texts as blocks, so that diffs stay small."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
for _resolver in _RESOLVERS:
    # Beside the dumper's own: what either rule would read as a number must stand in quotes.
    _Dumper.add_implicit_resolver(*_resolver)


def load_yaml(text: str) -> Workflow:
    """Read a workflow from YAML (JSON is YAML too).

    Raises:
        ValidationFailed: With each fault's path, line and column.
    """
    _limit(text)
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ValidationFailed(
            f"This is no valid YAML: a special character may only stand escaped, at line {line}, column {column}.",
            [{"code": "yaml", "message": "special character", "field": "", "line": line, "column": column}],
        ) from None
    try:
        root = loader.get_single_node()
        raw = loader.construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ValidationFailed(
            f"This is no valid YAML: {error.problem} at line {line}, column {column}.",
            [{"code": "yaml", "message": str(error.problem), "field": "", "line": line, "column": column}],
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValidationFailed(
            f"This is no valid YAML: {error}.", [{"code": "yaml", "message": str(error), "field": ""}]
        ) from None
    finally:
        loader.dispose()
    return from_document(raw, lambda path: _place(root, path))


def load_json(text: str | bytes) -> Workflow:
    """Read a workflow from JSON.

    Raises:
        ValidationFailed: With each fault's path, and line and column of malformed JSON.
    """
    _limit(text)
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValidationFailed(
            f"This is no valid JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            [
                {
                    "code": "json",
                    "message": error.msg,
                    "field": "",
                    "line": error.lineno,
                    "column": error.colno,
                }
            ],
        ) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValidationFailed(
            f"This is no valid JSON: {error}.", [{"code": "json", "message": str(error), "field": ""}]
        ) from None
    return from_document(raw)


def _limit(text: str | bytes) -> None:
    if len(text) > MAX_BYTES:
        raise InvalidInput(
            f"A workflow document may have at most {MAX_BYTES:,} characters.", code="too_large"
        )


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
        raise ValidationFailed(message, [{"code": "document", "message": message, "field": ""}])
    document = _upgraded(raw)
    if isinstance(document.get("edges"), list):
        document["edges"] = [_edge(edge) for edge in document["edges"]]
    try:
        return Workflow.model_validate(document)
    except ValidationError as error:
        violations = [_violation(fault, document, place) for fault in error.errors()]
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        raise ValidationFailed(f"{first['field']}: {first['message']}{more}", violations) from None


def _upgraded(raw: Mapping[str, Any]) -> dict[str, Any]:
    document = dict(raw)
    version = document.get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or version > SCHEMA_VERSION or version < min(UPGRADES, default=1):
        message = f"`schema_version` {version} is unknown here; this release reads up to {SCHEMA_VERSION}."
        raise ValidationFailed(
            message, [{"code": "schema_version", "message": message, "field": "schema_version"}]
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
        "field": path_text(loc),
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
    for special in (_BREAKS, yaml.reader.Reader.NON_PRINTABLE):
        text = special.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text + "\n"


def dump_yaml(workflow: Workflow) -> str:
    """Write a workflow as YAML with short edges; the same workflow gives the same text."""
    document = to_document(workflow)
    if "edges" in document:
        document["edges"] = [_short(edge) for edge in document["edges"]]

    def dumped(unicode_: bool) -> str:
        text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=unicode_, width=100)
        return text

    text = dumped(True)
    # A few characters (U+FFFE) may stand in YAML only escaped, and the writer does not escape them by itself.
    return dumped(False) if yaml.reader.Reader.NON_PRINTABLE.search(text) else text


def _short(edge: Mapping[str, str]) -> str:
    outcome = edge.get("outcome", "next")
    return f"{edge['source']}{'' if outcome == 'next' else '.' + outcome} -> {edge['target']}"
