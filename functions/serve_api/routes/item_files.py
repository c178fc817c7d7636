"""Items as files hold them: NDJSON and CSV become the flat objects that the catalog checks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from stepwell.catalog.model import Catalog
from stepwell.errors import InvalidInput
from stepwell.publishing.catalog_items import REVISION, UPDATED_AT


def in_ndjson(text: str) -> list[dict[str, Any]]:
    """Read items from one JSON object a line.

    Raises:
        InvalidInput: A line is none.
    """
    return [_line(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _line(number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(f"Line {number} is no JSON object.", code="bad_line", details={"line": number})
    return found


def in_csv(catalog: Catalog, text: str) -> list[dict[str, Any]]:
    """Read items from CSV; an empty cell is an absent field.

    Raises:
        InvalidInput: It is no CSV, or names no `id`.
    """
    types: Mapping[str, str] = {
        **{name: one.type for name, one in catalog.typed().items()},
        REVISION: "number",
        UPDATED_AT: "date",
    }
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        rows = [
            {
                str(name): _cell(types.get(str(name), "text"), value)
                for name, value in row.items()
                if isinstance(value, str) and value.strip()
            }
            for row in reader
        ]
    except csv.Error as error:
        raise InvalidInput(f"It is no CSV: {error}.", code="bad_csv") from error
    if not reader.fieldnames or "id" not in reader.fieldnames:
        raise InvalidInput("The first line must name the fields, `id` among them.", code="bad_csv")
    return rows


def _cell(kind: str, value: str) -> Any:
    """Read a cell as its field's type says; what does not fit stays a text, and the item's check says so."""
    text = value.strip()
    if kind == "list":
        return [part.strip() for part in text.split("|") if part.strip()]
    if kind == "boolean":
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            text.casefold(), text
        )
    if kind == "number":
        try:
            return int(text)
        except ValueError:
            try:
                return float(text)
            except ValueError:
                return text
    return value
