"""`{{event.total}}` in configs: fills simple dotted references from the contact; no template language.

Messages have Jinja templates; a config value needs no loops or filters, and a tiny resolver cannot be made
to run anything. Roots: `profile` (also `contact`, or no root at all), `event` (the triggering event:
`event.total` is its property, `event.name` its name), `enrollment` (`entered_at`, `id`), `workspace`
(`name`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from stepwell.contracts.clock import iso
from stepwell.contracts.fields import fields
from stepwell.contracts.ids import TokenId
from stepwell.workflows.nodes.base import Member, Moment

REFERENCE = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")
ROOTS = frozenset({"profile", "contact", "event", "enrollment", "workspace"})
_EVENT_KEYS = frozenset({"name", "message_id", "timestamp", "properties", "context"})


def lookup(path: str, member: Member, moment: Moment) -> Any:
    """Return the value that a dotted path names; None when there is none."""
    root, _, rest = path.partition(".")
    if root not in ROOTS or not rest:
        return _dig(fields(member.profile, moment.now), path)
    if root in ("profile", "contact"):
        return member.profile.id if rest == "id" else _dig(fields(member.profile, moment.now), rest)
    if root == "event":
        properties = member.token.context.get("properties") or {}
        found = _dig(properties, rest)
        if found is None and rest.partition(".")[0] in _EVENT_KEYS:
            return _dig(member.token.context, rest)
        return found
    if root == "enrollment":
        facts = {"id": TokenId.parse(member.token.id).enrollment, "entered_at": iso(member.token.entered_at)}
        return facts.get(rest)
    return {"name": moment.workspace.name}.get(rest)


def _dig(value: Any, path: str) -> Any:
    if isinstance(value, Mapping) and path in value:
        return value[path]
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def fill(value: Any, member: Member, moment: Moment) -> Any:
    """Fill the references in a value, deep in lists and mappings.

    A text that is one reference and nothing else becomes the value itself with its type (None when missing);
    inside a longer text a missing value is empty.
    """
    if isinstance(value, str):
        whole = REFERENCE.fullmatch(value.strip())
        if whole:
            found = lookup(whole[1], member, moment)
            return iso(found) if isinstance(found, datetime) else found
        return fill_text(value, member, moment)
    if isinstance(value, Mapping):
        return {key: fill(item, member, moment) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fill(item, member, moment) for item in value]
    return value


def fill_text(text: str, member: Member, moment: Moment, escape: Callable[[str], str] = str) -> str:
    """Fill the references in a text; each value passes through ``escape``."""

    def write(match: re.Match[str]) -> str:
        return escape(_text(lookup(match[1], member, moment)))

    return REFERENCE.sub(write, text) if "{{" in text else text


def fill_url(url: str, member: Member, moment: Moment) -> str:
    """Fill the references in a URL; values are percent-encoded so that none can change its structure."""
    return fill_text(url, member, moment, escape=lambda value: quote(value, safe=""))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return iso(value) if isinstance(value, datetime) else str(value)


def references_in(value: Any) -> Iterator[str]:
    """Yield the dotted paths that a value refers to, deep in lists and mappings."""
    if isinstance(value, str):
        yield from (match[1] for match in REFERENCE.finditer(value))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from references_in(item)
