"""Versions of scoring models: list, read, compare, go back to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.errors import InvalidInput
from stepwell.publishing import versioned
from stepwell.publishing.rule_ports import RulePorts, RuleRecord
from stepwell.publishing.scoring import WHAT, read, update


def versions(ports: RulePorts, tenant: str, model: str) -> list[dict[str, Any]]:
    """Return all versions of a model, newest first.

    Raises:
        NotFound: There is no such model.
    """
    stored = read(ports, tenant, model)
    listed = [
        {"version": one.number, "at": one.at, "by": one.by, "note": one.note}
        for one in ports.models.versions(tenant, model)
    ]
    if not listed:
        listed = [{"version": 1, "at": stored.updated_at, "by": stored.updated_by, "note": stored.note}]
    return [{**one, "live": one["version"] == stored.version} for one in listed]


def version(ports: RulePorts, tenant: str, model: str, number: int) -> Mapping[str, Any]:
    """Return the document of a version.

    Raises:
        NotFound: No such model or version.
    """
    stored = read(ports, tenant, model)
    if number == stored.version:
        return stored.body
    return versioned.body_of(ports.models, tenant, model, number, WHAT)


def compare(ports: RulePorts, tenant: str, model: str, old: int, new: int) -> dict[str, Any]:
    """Return what differs between two versions; 0 as the new one: the current version.

    Raises:
        NotFound: No such model or version.
    """
    new = new or read(ports, tenant, model).version
    before, after = (version(ports, tenant, model, number) for number in (old, new))
    return {"old": old, "new": new, "changes": versioned.difference(before, after)}


def rollback(
    ports: RulePorts, tenant: str, model: str, to: int, rev: int, actor: str, note: str = ""
) -> RuleRecord:
    """Save an earlier version's document as the next version.

    Raises:
        NotFound: No such model or version.
        InvalidInput: It is the current version.
        Conflict: Somebody else changed it first.
    """
    stored = read(ports, tenant, model)
    if to == stored.version:
        raise InvalidInput(f"Version {to} is the current one.", code="same_version")
    body = version(ports, tenant, model, to)
    return update(ports, tenant, model, body, rev, actor, note or f"Back to version {to}.", to)
