"""Finishes the OpenAPI document: descriptions of fields, names that read well, the one form of failures.

What Powertools draws holds a title a field, which repeats its name, and names generic lists by their parts.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import replies

from routes.replies import ErrorReply

FAILURES = ("4XX", "5XX")
_REF = "#/components/schemas/"
_LIST = re.compile(r"^Listed_(\w+?)_$")
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*)$")
_POWERTOOLS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")


def finished(text: str) -> str:
    """Return the document as clients are to read it."""
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    for unused in _POWERTOOLS:
        schemas.pop(unused, None)
    schemas["Error"] = ErrorReply.model_json_schema()
    texts = descriptions()
    for name, schema in schemas.items():
        module, _, own = name.rpartition("__")
        found = texts.get(own.partition("_")[0]) if module.startswith("replies") or not module else None
        _describe(schema, *(found or ("", {})))
    _describe_failures(document)
    names = {name: _name(name, texts) for name in schemas}
    if twice := [name for name, times in Counter(names.values()).items() if times > 1]:
        raise ValueError(f"Several schemas would be called {', '.join(twice)}: give them names of their own.")
    document["components"]["schemas"] = {
        names[name]: schemas[name] for name in sorted(schemas, key=names.__getitem__)
    }
    return json.dumps(_renamed(document, names), separators=(",", ":"))


def _name(given: str, replies_: Mapping[str, object]) -> str:
    """Return a name that reads well.

    `WorkflowSummaryList` of a generic list; where a model of the slices has the name of an answer
    `ScoringModelDocument`, and where several have one name `ScoringRule`.
    """
    module, _, name = given.rpartition("__")
    if module and not (module.startswith("replies") and name in replies_):
        parts = module.split("__")
        package = parts[-1] if parts[0] == "routes" else parts[-2]
        return f"{name}Document" if name in replies_ else package.capitalize() + name
    return _LIST.sub(r"\1List", name)


def _describe_failures(document: Mapping[str, Any]) -> None:
    content = {"application/json": {"schema": {"$ref": f"{_REF}Error"}}}
    document["components"]["responses"] = {"Failure": {"description": "Failure", "content": content}}
    answer = {"$ref": "#/components/responses/Failure"}
    for path, methods in document["paths"].items():
        for route in methods.values():
            for powertools in ("422", "500"):
                route["responses"].pop(powertools, None)
            for part in (*route["responses"].values(), route.get("requestBody") or {}):
                for content in part.get("content", {}).values():
                    content["schema"].pop("title", None)
            for parameter in route.get("parameters", ()):
                parameter["schema"].pop("title", None)
            if path.startswith("/api/"):
                route["responses"] |= dict.fromkeys(FAILURES, answer)


def _describe(schema: dict[str, Any], text: str, fields: Mapping[str, str]) -> None:
    schema.pop("title", None)
    if text:
        schema["description"] = text
    for name, part in schema.get("properties", {}).items():
        part.pop("title", None)
        if name in fields:
            part["description"] = fields[name]


def descriptions() -> dict[str, tuple[str, dict[str, str]]]:
    """Return what the types of answers say of themselves and of their fields, by name."""
    found = {}
    for module in pkgutil.iter_modules(replies.__path__):
        for kind in vars(importlib.import_module(f"replies.{module.name}")).values():
            if isinstance(kind, type) and kind.__module__.startswith("replies."):
                found[kind.__name__] = (_parsed(kind)[0], dict(_inherited(kind)))
    return found


def _inherited(kind: Any) -> Iterator[tuple[str, str]]:
    # A TypedDict's ancestors are no base classes of it.
    for base in getattr(kind, "__orig_bases__", ()):
        if getattr(base, "__module__", "").startswith("replies."):
            yield from _inherited(base)
    yield from _parsed(kind)[1].items()


def _parsed(kind: type) -> tuple[str, dict[str, str]]:
    """Read a Google docstring."""
    text, _, attributes = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:")
    fields: dict[str, str] = {}
    name = ""
    for line in attributes.splitlines():
        if match := _ATTRIBUTE.match(line):
            name = match[1]
            fields[name] = match[2].strip()
        elif name and line.strip():
            fields[name] += " " + line.strip()
    return " ".join(text.split()), fields


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {
                key: _REF + names[part.removeprefix(_REF)]
                if key == "$ref" and isinstance(part, str) and part.startswith(_REF)
                else _renamed(part, names)
                for key, part in value.items()
            }
        case list():
            return [_renamed(part, names) for part in value]
    return value
