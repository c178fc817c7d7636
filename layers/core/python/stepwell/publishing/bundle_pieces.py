"""What a bundle's messages put in: snippets, blocks, sources of connected content, and pictures.

A source names its secrets and never holds them, so that none travels. A picture's address differs by environment; its
end, a hash of what it shows, does not: only the beginning is exchanged when a bundle is taken over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE
from stepwell.publishing.bundle_shelves import Kind, Shelf, Shelves
from stepwell.publishing.pieces import names_of

MAX_PICTURES = 3_000_000
"""Characters of all pictures of a bundle in base64: it is one request to the API, which takes six megabytes."""
_SHELF: dict[str, Kind] = {SNIPPET: "snippets", BLOCK: "blocks", SOURCE: "sources"}
_NAME = re.compile(r"([a-f0-9]{32})\.(?:png|jpg|gif)")


def pieces_of(
    shelves: Shelves, tenant: str, templates: Sequence[Mapping[str, Any]]
) -> dict[Kind, list[dict[str, Any]]]:
    """Return the pieces that messages name, and those that these name; each after those that it names."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    asked: set[tuple[str, str]] = set()

    def visit(document: Mapping[str, Any]) -> None:
        for key in sorted(names_of(document)):
            if key in asked:
                continue
            asked.add(key)
            one = shelves[_SHELF[key[0]]].get(tenant, key[1])
            # A layout's own partials are no snippets; what is missing is told by the check of whoever takes it over.
            if one is not None:
                visit(one.document)
                found[key] = dict(one.document)

    for template in templates:
        visit(template)
    return {
        shelf: [one for (of, _), one in found.items() if of == kind]
        for kind, shelf in ((SOURCE, _SHELF[SOURCE]), (SNIPPET, _SHELF[SNIPPET]), (BLOCK, _SHELF[BLOCK]))
    }


def pictures_of(
    shelf: Shelf, tenant: str, pictures_at: str, documents: object
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the workspace's pictures that documents show, and which are left out as they are too large together."""
    if not pictures_at:
        return [], []
    text = json.dumps(documents)
    begins = re.escape(pictures_at)
    ids = sorted({found[1] for found in re.finditer(begins + _NAME.pattern, text)})
    taken: list[dict[str, Any]] = []
    left_out: list[str] = []
    room = MAX_PICTURES
    for id_ in ids:
        one = shelf.get(tenant, id_)
        if one is None:
            continue
        size = len(str(one.document.get("data", "")))
        if size > room:
            left_out.append(f"images/{id_}")
            continue
        room -= size
        taken.append(dict(one.document))
    return taken, left_out


def moved(documents: Any, there: str, here: str) -> Any:
    """Return documents with the beginning of pictures' addresses exchanged."""
    if not there or not here or there == here:
        return documents
    return _walked(documents, there, here)


def _walked(value: Any, there: str, here: str) -> Any:
    if isinstance(value, str):
        return value.replace(there, here)
    if isinstance(value, Mapping):
        return {name: _walked(one, there, here) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(one, there, here) for one in value]
    return value
