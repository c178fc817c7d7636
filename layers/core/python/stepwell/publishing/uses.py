"""Who uses a field or a lifecycle stage of contacts: nobody may take away what others compare with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stepwell.conditions import to_json
from stepwell.contracts.computed import LIFECYCLE_STAGE
from stepwell.errors import Conflict
from stepwell.publishing.known_fields import known_fields
from stepwell.publishing.ports import PublishingPorts
from stepwell.workflows.documents import from_document
from stepwell.workflows.reads import reads

# Where the event that tells of a new stage names stages.
_STAGE_PROPERTIES = frozenset({"stage", "from_stage", LIFECYCLE_STAGE})
_KINDS = {
    "segments": "segment",
    "scores": "scoring",
    "sequences": "sequence",
    "computed": "computed-attribute",
}


@dataclass(slots=True)
class _Used:
    fields: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)


def ensure_unused(
    before: Mapping[str, Any], after: Mapping[str, Any], graphs: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse rules that take away a field or a stage that something uses, or give a field another type.

    Args:
        before: The workspace's rules.
        after: As they shall be.
        graphs: The graphs of live workflows, by id.

    Raises:
        Conflict: Something uses it; `used_by` names all that do.
    """
    fields, stages = _changed_fields(before, after), _stages(before) - _stages(after)
    if not fields and not stages:
        return
    found = {
        user: sorted({*(used.fields & fields), *(used.stages & stages)})
        for user, used in _users(after, graphs)
        if used.fields & fields or used.stages & stages
    }
    if found:
        names = ", ".join(f"`{name}`" for name in sorted({name for one in found.values() for name in one}))
        users = sorted(found)
        raise Conflict(
            f"{names}: used by {', '.join(f'`{user}`' for user in users)}.",
            code="attribute_used",
            details={"used_by": users, "names": sorted({name for one in found.values() for name in one})},
        )


def live_graphs(ports: PublishingPorts, tenant: str) -> dict[str, Mapping[str, Any]]:
    """Return the graphs that contacts enter, by workflow."""
    found: dict[str, Mapping[str, Any]] = {}
    for workflow in ports.workflows.all(tenant):
        stored = ports.versions.get(tenant, workflow.id, workflow.live) if workflow.live else None
        if stored is not None:
            found[workflow.id] = stored.graph
    return found


def _changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    old, new = known_fields(before, ())[0], known_fields(after, ())[0]
    return {name for name, kind in old.items() if new.get(name) != kind}


def _stages(rules: Mapping[str, Any]) -> set[str]:
    return {str(stage["name"]) for stage in (rules.get("lifecycle") or {}).get("stages") or ()}


def _users(rules: Mapping[str, Any], graphs: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, _Used]]:
    for part, kind in _KINDS.items():
        documents = rules.get(part) or {}
        if isinstance(documents, Mapping):
            yield from ((f"{kind}/{id_}", _in_document(one)) for id_, one in documents.items())
        else:
            yield from ((f"{kind}/{one['name']}", _in_document(one)) for one in documents)
    yield from (
        (f"lifecycle/{stage['name']}", _in_document(stage))
        for stage in (rules.get("lifecycle") or {}).get("stages") or ()
    )
    for id_, form in (rules.get("forms") or {}).items():
        used = _in_document(form)
        used.fields |= {str(one.get("name", "")) for one in form.get("fields") or ()}
        yield f"form/{id_}", used
    for id_, graph in graphs.items():
        read = reads(from_document(dict(graph)))
        used = _Used(fields={path.partition(".")[0] for path in read.fields})
        for condition in read.conditions:
            _look(to_json(condition), used)
        yield f"workflow/{id_}", used


def _in_document(document: Any) -> _Used:
    used = _Used()
    _look(document, used)
    return used


def _look(value: Any, used: _Used) -> None:
    """Look through conditions as they are stored, wherever they stand in a document."""
    if isinstance(value, Mapping):
        if value.get("op") == "field" and value.get("scope") == "profile":
            used.fields.add(str(value["path"][0]))
        left = value.get("left")
        if isinstance(left, Mapping) and left.get("op") == "field" and left["path"][-1] in _STAGE_PROPERTIES:
            used.stages |= set(_texts(value))
        for inner in value.values():
            _look(inner, used)
    elif isinstance(value, Collection) and not isinstance(value, str):
        for inner in value:
            _look(inner, used)


def _texts(comparison: Mapping[str, Any]) -> Iterator[str]:
    for given in (comparison.get("right"), *(comparison.get("values") or ())):
        text = given.get("value") if isinstance(given, Mapping) else given
        if isinstance(text, str):
            yield text
