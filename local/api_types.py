"""Writes the console's types: of the API from its OpenAPI document, of graphs from their JSON Schema.

``python -m local.api_types console/src/api`` writes ``openapi.d.ts`` and ``graph.d.ts``; with ``--check`` nothing is
written, and the command fails when they differ. The documents themselves are not kept: a deployment answers them
(``/openapi.json``, ``/api/v1/schema``).
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stepwell.workflows.schema import workflow_schema

API = "openapi.d.ts"
GRAPH = "graph.d.ts"
_SHOWN = 40
# A field with a default need not be sent; openapi-typescript would demand it.
_API_COMMAND = ("openapi-typescript", "--default-non-nullable=false", "--alphabetize=false")
_GRAPH_COMMAND = ("json2ts", "--no-additionalProperties", "--unreachableDefinitions", "--maxItems=-1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.api_types", description="The console's types")
    parser.add_argument("folder", type=Path, help="where they lie")
    parser.add_argument("--check", action="store_true", help="fail when they differ, and write nothing")
    asked = parser.parse_args(arguments)
    differences = 0
    for name, text in generated().items():
        path: Path = asked.folder / name
        before = path.read_text() if path.exists() else ""
        if before == text:
            continue
        differences += 1
        if asked.check:
            lines = difflib.unified_diff(
                before.splitlines(), text.splitlines(), "committed", "generated", n=0
            )
            print(f"{path} is not what the API says; `make types` mends it:", file=sys.stderr)
            print("\n".join(list(lines)[2 : 2 + _SHOWN]), file=sys.stderr)
        else:
            asked.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return 1 if asked.check and differences else 0


def generated() -> dict[str, str]:
    """Return the types by file name."""
    from routes.app import openapi

    return {
        API: _narrow(_run(_API_COMMAND, openapi())),
        GRAPH: _run(_GRAPH_COMMAND, json.dumps(graph_schema(), sort_keys=True)),
    }


def _narrow(text: str) -> str:
    # Half the indentation: it is a third of the file.
    return re.sub(r"^(?:    )+", lambda indent: indent[0][: len(indent[0]) // 2], text, flags=re.MULTILINE)


def graph_schema() -> dict[str, Any]:
    """Return the schema of graphs with a node a type, which TypeScript narrows by `type`.

    The API's schema says the same in `if … then`, which generators of types do not read.
    """
    schema = workflow_schema()
    definitions = schema["$defs"]
    node = definitions.pop("Node")
    node.pop("allOf")
    types = node["properties"]["type"]["enum"]
    for name in types:
        properties = {
            **node["properties"],
            "type": {"const": name},
            "config": {"$ref": f"#/$defs/{name}__config"},
        }
        definitions[_pascal(name) + "Node"] = {**node, "properties": properties}
    definitions["Node"] = {"anyOf": [{"$ref": f"#/$defs/{_pascal(name)}Node"} for name in types]}
    names = {name: _pascal(name) for name in definitions}
    schema["title"] = "Workflow"
    return _plain_titles({**schema, "$defs": {names[n]: d for n, d in definitions.items()}}, names)


def _plain_titles(schema: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Name definitions, and take the titles of fields away: each would become a type of its own."""

    def walk(value: Any, *, properties: bool) -> Any:
        match value:
            case dict():
                return {
                    key: "#/$defs/" + names[part.removeprefix("#/$defs/")]
                    if key == "$ref"
                    else walk(part, properties=key == "properties" and not properties)
                    for key, part in value.items()
                    if properties or key != "title"
                }
            case list():
                return [walk(part, properties=False) for part in value]
        return value

    definitions = {
        name: {**walk(part, properties=False), "title": name} for name, part in schema["$defs"].items()
    }
    rest = walk({key: part for key, part in schema.items() if key != "$defs"}, properties=False)
    return {**rest, "title": schema["title"], "$defs": definitions}


def _pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def _run(command: Sequence[str], document: str) -> str:
    try:
        done = subprocess.run(command, input=document, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{command[0]}: {error.stderr}") from None
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
