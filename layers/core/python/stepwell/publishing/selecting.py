"""Turns an audience into profile ids: named contacts, a CSV, a segment's members, a condition, a trigger's own.

A condition that only members of a segment can meet is asked of its members; any other one of all profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from stepwell.conditions.models import And, InSegment
from stepwell.conditions.values import zone_named
from stepwell.contracts.ids import PROFILE_ID
from stepwell.errors import Conflict, InvalidInput
from stepwell.publishing import drafts
from stepwell.publishing.audience import PAGE, pick_trigger
from stepwell.publishing.contacts import find_many, read_csv, upsert
from stepwell.publishing.control import live_graph
from stepwell.publishing.ports import PublishingPorts
from stepwell.runtime.broadcast import Command
from stepwell.runtime.ports import ProfileStore
from stepwell.workflows.facts import compiled, profile_facts
from stepwell.workflows.nodes.time_based_trigger import Config as TimeTrigger

KINDS = ("trigger", "all", "profiles", "contacts", "condition", "segment", "csv")


def complete(ports: PublishingPorts, command: Command) -> Command:
    """Fill in the live version, the trigger and, for a time trigger, its audience and properties.

    Raises:
        NotFound: No such workflow.
        Conflict: It was never published.
        InvalidInput: The trigger or the audience is none.
    """
    record = drafts.read(ports, command.tenant, command.workflow)
    graph = live_graph(ports, command.tenant, record)
    if graph is None:
        raise Conflict(f"`{command.workflow}` was never published.", code="not_active")
    if command.audience.get("kind") not in KINDS:
        raise InvalidInput(f"`audience.kind` is one of {', '.join(KINDS)}.", code="bad_audience")
    trigger = pick_trigger(graph, command.trigger)
    config = graph[trigger].config
    changed = replace(command, version=command.version or record.live, trigger=trigger)
    if isinstance(config, TimeTrigger):
        changed = replace(changed, properties={**config.properties, **command.properties})
        if command.audience["kind"] == "trigger":
            return replace(changed, audience=_of_trigger(config))
    elif command.audience["kind"] == "trigger":
        raise InvalidInput(
            f"`{trigger}` names no audience of its own: name contacts or a condition.", code="bad_audience"
        )
    if command.audience["kind"] == "segment":
        _known_segment(ports, command)
    if command.audience["kind"] == "condition":
        compiled(str(command.audience.get("text") or ""))
    return changed


def _known_segment(ports: PublishingPorts, command: Command) -> None:
    segment = str(command.audience.get("segment") or "")
    known = ports.inventory.known(command.tenant).segments
    if not segment or (known is not None and segment not in known):
        raise InvalidInput(f"There is no segment `{segment}`.", code="no_segment")


def _of_trigger(config: TimeTrigger) -> dict[str, Any]:
    if config.contacts:
        text = "" if config.everybody else config.audience
        return {"kind": "contacts", "references": list(config.contacts), "text": text}
    return {"kind": "all"} if config.everybody else {"kind": "condition", "text": config.audience}


def select(
    ports: PublishingPorts,
    profiles: ProfileStore,
    command: Command,
    read_file: Callable[[str], bytes],
) -> Iterator[str]:
    """Yield the profile ids of a command's audience.

    Args:
        ports: Profile pages, the clock and the workspace.
        profiles: Profiles by id.
        command: What was asked; see `complete`.
        read_file: Returns an uploaded file by its key.

    Raises:
        InvalidInput: The CSV or the condition is malformed.
    """
    audience, tenant = command.audience, command.tenant
    match audience["kind"]:
        case "profiles":
            yield from dict.fromkeys(i for i in map(str, audience.get("ids") or ()) if PROFILE_ID.match(i))
        case "contacts":
            yield from _named(ports, profiles, tenant, list(audience.get("references") or ()), audience)
        case "csv":
            yield from _from_csv(ports, profiles, tenant, read_file(str(audience["key"])))
        case "segment":
            text = str(audience.get("text") or "")
            yield from _members(ports, profiles, tenant, str(audience["segment"]), text)
        case _:
            text = str(audience.get("text") or "")
            segment = _listed(ports, tenant, text)
            if segment:
                yield from _members(ports, profiles, tenant, segment, text)
            else:
                yield from _scanned(ports, tenant, text)


def _test(ports: PublishingPorts, tenant: str, text: str) -> Callable[[Any], bool]:
    if not text or text.strip() == "all":
        return lambda _: True
    zone = zone_named(ports.inventory.workspace(tenant).time_zone) or UTC
    test, now = compiled(text).test, ports.now()
    return lambda profile: test(profile_facts(profile, zone, now=now), now)


def _named(
    ports: PublishingPorts, profiles: ProfileStore, tenant: str, references: Sequence[str], audience: Any
) -> Iterator[str]:
    fits = _test(ports, tenant, str(audience.get("text") or ""))
    found = find_many(profiles, tenant, references)
    yield from dict.fromkeys(p.id for p in found.values() if fits(p))


def _listed(ports: PublishingPorts, tenant: str, text: str) -> str:
    """Return a segment to which all must belong for whom a condition holds; empty: it names none."""
    if not text or text.strip() == "all":
        return ""
    condition = compiled(text).condition
    items = condition.items if isinstance(condition, And) else (condition,)
    # A name that no segment has may stand in the trait `segments`, of which there are no lists.
    known = ports.inventory.known(tenant).segments or frozenset()
    return next((i.segment for i in items if isinstance(i, InSegment) and i.segment in known), "")


def _members(
    ports: PublishingPorts, profiles: ProfileStore, tenant: str, segment: str, text: str
) -> Iterator[str]:
    fits = _test(ports, tenant, text)
    cursor: str | None = None
    while True:
        page, cursor = ports.members.page(tenant, segment, cursor, PAGE)
        ids = [member.profile for member in page]
        # Who left at this moment may still be listed: the profile says what is true.
        stored = profiles.get(tenant, ids)
        found = (stored.get(profile) for profile in ids)
        yield from (p.id for p in found if p is not None and segment in p.segments and fits(p))
        if cursor is None:
            return


def _scanned(ports: PublishingPorts, tenant: str, text: str) -> Iterator[str]:
    fits = _test(ports, tenant, text)
    cursor: str | None = None
    while True:
        page, cursor = ports.profiles.page(tenant, PAGE, cursor)
        yield from (profile.id for profile in page if fits(profile))
        if cursor is None:
            return


def _from_csv(ports: PublishingPorts, profiles: ProfileStore, tenant: str, data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("The CSV must be UTF-8.", code="csv_encoding") from None
    told: set[str] = set()
    rows = read_csv(text)
    now = ports.now()
    while chunk := [row for _, row in zip(range(PAGE), rows, strict=False)]:
        for profile in upsert(profiles, tenant, chunk, now, "csv"):
            if profile not in told:
                told.add(profile)
                yield profile
