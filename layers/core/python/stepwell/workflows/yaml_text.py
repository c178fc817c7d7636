"""YAML by its 1.2 rules, read and written: `09:00` and `no` are text, there are no anchors and no key twice."""

from __future__ import annotations

import re
from typing import Any

import yaml

from stepwell.errors import InvalidInput, ValidationFailed

MAX_BYTES = 1_000_000
_RESOLVERS: list[tuple[str, re.Pattern[str], list[str]]] = []
BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
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


class Dumper(yaml.SafeDumper):
    """Indents lists under their key and writes long texts as blocks, so that diffs stay small."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent lists, too."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write everything out."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, _text)
for _resolver in _RESOLVERS:
    # Beside the dumper's own: what either rule would read as a number must stand in quotes.
    Dumper.add_implicit_resolver(*_resolver)


def yaml_mapping(text: str) -> dict[str, Any]:
    """Read any document from the YAML that workflows are written in: `on` is a word, a date is text.

    Raises:
        ValidationFailed: It is no YAML, or no mapping.
    """
    _, raw = read_yaml(text)
    if not isinstance(raw, dict):
        raise _no_yaml("a document is a mapping")
    return raw


def read_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the nodes of a text, which know their places, and what it says.

    Raises:
        ValidationFailed: It is no YAML; with line and column.
        InvalidInput: It is too large.
    """
    limit(text)
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise _no_yaml("a special character may only stand escaped", line=line, column=column) from None
    try:
        root = loader.get_single_node()
        raw = loader.construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _no_yaml(str(error.problem), line=line, column=column) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _no_yaml(str(error)) from None
    finally:
        loader.dispose()
    return root, raw


def _no_yaml(message: str, **at: int) -> ValidationFailed:
    place = f" at line {at['line']}, column {at['column']}" if at else ""
    violation = {"code": "yaml", "message": message, "place": "", **at}
    return ValidationFailed(f"This is no valid YAML: {message}{place}.", [violation])


def limit(text: str | bytes) -> None:
    """Refuse what is too large to be read.

    Raises:
        InvalidInput: It is.
    """
    if len(text) > MAX_BYTES:
        raise InvalidInput(
            f"A workflow document may have at most {MAX_BYTES:,} characters.", code="too_large"
        )
