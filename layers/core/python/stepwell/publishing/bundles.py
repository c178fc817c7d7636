"""Promotion between environments: a workflow with all that it names, as one file; what it would change elsewhere.

A bundle holds drafts, never versions: taking one over publishes nothing. What stands where is found by id, and what
differs is only replaced by somebody who has seen that it does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stepwell.conditions import from_json, referenced
from stepwell.contracts.clock import iso
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.publishing.bundle_pieces import moved, pictures_of, pieces_of
from stepwell.publishing.bundle_shelves import Kind, Shelf, Shelves
from stepwell.publishing.ports import PublishingPorts

SCHEMA = 1
KINDS: tuple[Kind, ...] = (
    "images",
    "sources",
    "snippets",
    "blocks",
    "templates",
    "segments",
    "sequences",
    "workflows",
)
"""In the order in which they are written: what is named comes before what names it."""

MOST = 500
# A template's number grows with each save, here and there; a picture's id is a hash of what it shows.
_VOLATILE = frozenset({"version"})
_BY_ID = frozenset({"images"})
_SEGMENT = re.compile(r"in segment \\?[\"']([a-z0-9_-]+)\\?[\"']")


def export(
    ports: PublishingPorts, shelves: Shelves, tenant: str, workflow: str, pictures_at: str = ""
) -> dict[str, Any]:
    """Return a workflow's draft with the messages, segments and sequences that it names, and what these put in.

    Args:
        ports: The clock.
        shelves: Where documents are.
        tenant: Tenant id.
        workflow: Workflow id.
        pictures_at: Where addresses of the workspace's pictures begin.

    Raises:
        NotFound: No such workflow.
    """
    found = shelves["workflows"].get(tenant, workflow)
    if found is None:
        raise NotFound(f"There is no workflow `{workflow}`.", code="no_workflow")
    text = json.dumps(found.document)
    templates = _named(shelves["templates"], tenant, text)
    put_in = pieces_of(shelves, tenant, templates)
    text += json.dumps(put_in["blocks"])
    images, left_out = pictures_of(
        shelves["images"], tenant, pictures_at, [found.document, templates, put_in]
    )
    bundle: dict[str, Any] = {
        "bundle": SCHEMA,
        "made": {"workspace": tenant, "at": iso(ports.now()), "pictures_at": pictures_at},
        "images": images,
        **{str(kind): listed for kind, listed in put_in.items()},
        "templates": templates,
        "segments": _segments(shelves["segments"], tenant, text),
        "sequences": _named(shelves["sequences"], tenant, text),
        "workflows": [dict(found.document)],
    }
    return {**bundle, "left_out": left_out} if left_out else bundle


def _named(shelf: Shelf, tenant: str, text: str) -> list[dict[str, Any]]:
    # Ids stand as whole texts in configs, and quoted in conditions.
    wanted = [i for i in shelf.ids(tenant) if f'"{i}"' in text or f'\\"{i}\\"' in text or f"'{i}'" in text]
    return [dict(one.document) for i in sorted(wanted) if (one := shelf.get(tenant, i)) is not None]


def _segments(shelf: Shelf, tenant: str, text: str) -> list[dict[str, Any]]:
    todo = {*_SEGMENT.findall(text), *(i for i in shelf.ids(tenant) if f'"{i}"' in text)}
    found: dict[str, dict[str, Any]] = {}
    while todo:
        id_ = todo.pop()
        one = shelf.get(tenant, id_)
        if one is None or id_ in found:
            continue
        found[id_] = dict(one.document)
        condition = one.document.get("condition")
        todo |= set(referenced(from_json(condition)).segments) if condition else set()
    # Those that are named come before those that name them: the other way round a check would refuse them.
    return _in_order(found)


def _in_order(found: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    done: dict[str, dict[str, Any]] = {}

    def visit(id_: str, above: frozenset[str]) -> None:
        if id_ in done or id_ in above or id_ not in found:
            return
        condition = found[id_].get("condition")
        for name in sorted(referenced(from_json(condition)).segments) if condition else ():
            visit(name, above | {id_})
        done[id_] = found[id_]

    for id_ in sorted(found):
        visit(id_, frozenset())
    return list(done.values())


def parse(bundle: Mapping[str, Any], pictures_at: str = "") -> dict[Kind, list[dict[str, Any]]]:
    """Return a bundle's documents by kind, with addresses of its pictures as they are here.

    Raises:
        InvalidInput: It is no bundle, or too large.
    """
    if bundle.get("bundle") != SCHEMA:
        raise InvalidInput("This is no bundle of workflows: `bundle: 1` is missing.", code="no_bundle")
    made = bundle.get("made")
    there = str(made.get("pictures_at") or "") if isinstance(made, Mapping) else ""
    found: dict[Kind, list[dict[str, Any]]] = {}
    for kind in KINDS:
        listed = moved(bundle.get(kind) or [], there, pictures_at)
        if not isinstance(listed, list) or not all(isinstance(d, dict) and d.get("id") for d in listed):
            raise InvalidInput(f"`{kind}` is no list of documents with ids.", code="bad_bundle")
        found[kind] = listed
    if sum(map(len, found.values())) > MOST:
        raise InvalidInput(f"A bundle holds at most {MOST} documents.", code="bundle_too_large")
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """What taking a document over would do.

    Attributes:
        kind: What it is.
        id: Its id.
        name: Display name.
        action: `create`, `update`, `same`, or `conflict`: it cannot be taken over.
        reason: Why not.
        fields: Dotted paths that differ.
        rev: The revision that it was compared with; 0: there is none.
    """

    kind: Kind
    id: str
    name: str
    action: Literal["create", "update", "same", "conflict"]
    reason: str
    fields: tuple[str, ...]
    rev: int


def preview(
    shelves: Shelves, tenant: str, bundle: Mapping[str, Any], pictures_at: str = ""
) -> list[Difference]:
    """Say what taking a bundle over would do, in the order in which it is written.

    Raises:
        InvalidInput: It is no bundle.
    """
    documents = parse(bundle, pictures_at)
    return [_compared(shelves[kind], tenant, kind, one) for kind in KINDS for one in documents[kind]]


def take_over(
    ports: PublishingPorts,
    shelves: Shelves,
    tenant: str,
    bundle: Mapping[str, Any],
    actor: str,
    *,
    replace: Sequence[str] = (),
    pictures_at: str = "",
) -> list[Difference]:
    """Write a bundle's documents as drafts; nothing is published.

    Args:
        ports: Audit log.
        shelves: Where documents are.
        tenant: Tenant id.
        bundle: As `export` made it.
        actor: Who.
        replace: What may be replaced, as `kind/id`; what differs and is not named stops everything.
        pictures_at: Where addresses of pictures begin here.

    Raises:
        InvalidInput: It is no bundle.
        ValidationFailed: A document breaks rules; those before it are written, the same call again goes on.
        Conflict: Something would be replaced that is not named, or cannot be.
    """
    documents = parse(bundle, pictures_at)
    found = preview(shelves, tenant, bundle, pictures_at)
    stuck = [
        f"{d.kind}/{d.id}"
        for d in found
        if d.action == "conflict" or (d.action == "update" and f"{d.kind}/{d.id}" not in replace)
    ]
    if stuck:
        raise Conflict(
            f"These are here and differ: {', '.join(f'`{s}`' for s in stuck)}. Look at them, then name them in "
            "`replace`.",
            code="bundle_conflict",
            details={"documents": stuck},
        )
    revs = {(d.kind, d.id): d for d in found}
    for kind in KINDS:
        for one in documents[kind]:
            difference = revs[kind, str(one["id"])]
            if difference.action != "same":
                shelves[kind].put(tenant, one, difference.rev, actor)
    changed = [d for d in found if d.action != "same"]
    if changed:
        names = [f"{d.kind}/{d.id}" for d in changed]
        ports.note(tenant, actor, "bundle.taken_over", "workspace", documents=names[:50])
    return found


def _compared(shelf: Shelf, tenant: str, kind: Kind, document: Mapping[str, Any]) -> Difference:
    id_, name = str(document["id"]), str(document.get("name") or document["id"])
    stored = shelf.get(tenant, id_)
    if stored is None:
        return Difference(kind, id_, name, "create", "", (), 0)
    fields = tuple(sorted(_different("", _steady(stored.document), _steady(document))))
    if not fields or kind in _BY_ID:
        return Difference(kind, id_, name, "same", "", (), stored.rev)
    if stored.managed_by:
        reason = f"It is kept in {stored.managed_by} here: change its file and deploy."
        return Difference(kind, id_, name, "conflict", reason, fields, stored.rev)
    return Difference(kind, id_, name, "update", "", fields, stored.rev)


def _steady(document: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in document.items() if k not in _VOLATILE and v not in (None, "", [], {}, ())}


def _different(path: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [
            found
            for key in {*before, *after}
            for found in _different(f"{path}.{key}".lstrip("."), before.get(key), after.get(key))
        ]
    if isinstance(before, tuple | list) and isinstance(after, tuple | list) and list(before) == list(after):
        return []
    return [] if before == after else [path]
