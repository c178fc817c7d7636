"""Which workflows an event concerns: one compiled document a tenant, made at publishing, kept warm by the pass.

The document is plain JSON, so that the pass needs neither graphs nor node types to match: a batch of events
for thousands of contacts asks a dictionary by event name and runs closures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from stepwell.conditions import Condition, Facts, from_json
from stepwell.conditions.selecting import EventRules
from stepwell.contracts.clock import iso
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import Event
from stepwell.contracts.ids import short_hash
from stepwell.contracts.imports import is_backfill
from stepwell.contracts.opting_out import CHANNEL_OF, ended_channels, ends
from stepwell.contracts.profiles import Pending
from stepwell.contracts.tokens import EndReason
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.profiles.fold import size
from stepwell.triggers.asking import asked_properties, counted_events
from stepwell.triggers.timing import read_timed, timed_messages
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import marked

ANY_EVENT = "*"
MAX_CONTEXT_BYTES = 2_048
SILENT = frozenset({"timer"})
BACKFILL = "event.backfill"
"""A trigger whose condition names it decides itself about contacts that only moved because a segment was saved."""


def workflow_entry(graph: Graph, version: int, status: WorkflowStatus | str) -> dict[str, Any]:
    """Compile one workflow's part of the document.

    Args:
        graph: The published graph.
        version: The version that new contacts enter.
        status: What the workflow does with contacts.
    """
    settings = graph.workflow.settings
    triggers = []
    for node in graph.triggers:
        this = graph[node]
        events = [canonical_event(e) for e in this.type.events(this.config)] if this.type.events else []
        if events and graph.target(node, this.outcomes[0]) is not None:
            where = [text for _, text in marked(this.config, "condition")]
            triggers.append({"node": node, "events": events, "where": where})
    return {
        "version": version,
        "status": str(status),
        "purpose": graph.workflow.purpose or "",
        "triggers": triggers,
        "entry_key": settings.entry_key,
        "filter": settings.filter,
        "exits": [
            {"event": canonical_event(e.event), "where": e.where, "emit": canonical_event(e.emit)}
            for e in settings.exit_criteria
        ],
        "exit_on_unsubscribe": settings.exit_on_unsubscribe,
        "channels": sorted(
            {CHANNEL_OF[node.type] for node in graph.workflow.nodes if node.type in CHANNEL_OF}
        ),
        "asks": sorted(asked_properties(graph)),
        "counts": sorted(counted_events(graph)),
        **({"timed": timed} if (timed := timed_messages(graph)) else {}),
        "goals": [
            {"event": canonical_event(g.event), "where": g.where, "within": g.within, "ends": g.ends}
            for g in settings.goals
        ],
    }


def with_workflow(
    document: Mapping[str, Any], workflow: str, entry: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the tenant's document with one workflow replaced (None: taken out)."""
    workflows = {name: part for name, part in (document.get("workflows") or {}).items() if name != workflow}
    if entry is not None:
        workflows[workflow] = dict(entry)
    return {"v": 1, "workflows": dict(sorted(workflows.items()))}


@dataclass(frozen=True, slots=True)
class Exit:
    """Enrollments of the contact in this workflow end."""

    workflow: str
    reason: EndReason
    emit: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """The event is a conversion of this workflow, for contacts that are or were in it.

    Attributes:
        workflow: Workflow id.
        number: Which goal, from 0.
        within: Time from entry in which it counts; None: any.
        ends: Whether it ends the enrollment.
    """

    workflow: str
    number: int
    within: timedelta | None
    ends: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """What one event of one contact causes."""

    pending: tuple[Pending, ...] = ()
    exits: tuple[Exit, ...] = ()
    goals: tuple[Reached, ...] = ()


NO_MATCHES = Matches()


@dataclass(frozen=True, slots=True)
class _Rule:
    """Something that waits for an event."""

    workflow: str
    part: Mapping[str, Any]
    number: int = 0


class _Of(NamedTuple):
    """What waits for events of one name."""

    triggers: EventRules[_Rule] | None
    exits: EventRules[_Rule] | None
    goals: EventRules[_Rule] | None


_Waiting = dict[str, list[tuple[_Rule, tuple[Condition, ...]]]]


class TriggerIndex:
    """A tenant's document, compiled.

    Attributes:
        asked: Event properties that workflows ask of past events; None: some were published before they were noted.
        counted: Events that workflows count.

    Args:
        document: See `workflow_entry` and `with_workflow`; empty when nothing is published.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._workflows: dict[str, Mapping[str, Any]] = dict(document.get("workflows") or {})
        waiting: tuple[_Waiting, _Waiting, _Waiting] = (
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
        )
        for workflow, part in self._workflows.items():
            _add(workflow, part, *waiting)
        names = {name for rules in waiting for name in rules}
        self._by_name = {name: _Of(*(_rules(rules, name) for rules in waiting)) for name in names}
        self._any = self._by_name.get(ANY_EVENT)
        self._leaving = {
            channel: tuple(
                Exit(workflow, EndReason.UNSUBSCRIBED)
                for workflow, part in self._workflows.items()
                if part["exit_on_unsubscribe"] and part["purpose"] != "transactional"
                if ends(channel, part.get("channels"))
            )
            for channel in CHANNEL_OF.values()
        }
        parts = self._workflows.values()
        self.asked: frozenset[str] | None = None
        if all("asks" in part for part in parts):
            self.asked = frozenset(name for part in parts for name in part["asks"])
        self.timed = read_timed(self._workflows)
        self.counted = frozenset(name for part in parts for name in part.get("counts") or ())

    @property
    def empty(self) -> bool:
        """Whether nothing is published."""
        return not self._workflows

    def match(self, event: Event, facts: Facts, now: datetime) -> Matches:
        """Return what an event causes, given what is known of the contact right after it.

        Machines' opens and clicks cause nothing; a timer concerns its own token only. What an import tells of the
        past ends nothing, and starts only what asks for it.
        """
        if event.machine or event.kind in SILENT:
            return NO_MATCHES
        name = event.name
        of = self._by_name.get(name, self._any)
        # Only the platform's own word counts: a browser's write key is public.
        gone = ended_channels(name, event.properties) if event.kind == "engagement" else ()
        leaving = tuple(found for channel in gone for found in self._leaving[channel])
        if of is None:
            return Matches(exits=leaving) if leaving else NO_MATCHES
        properties = event.properties
        triggers = () if of.triggers is None else of.triggers.hits(properties, facts, now)
        exits = () if of.exits is None else of.exits.hits(properties, facts, now)
        goals = () if of.goals is None else of.goals.hits(properties, facts, now)
        if not (triggers or exits or goals or leaving):
            return NO_MATCHES
        past = is_backfill(event)
        if triggers and (past or (event.kind == "derived" and properties.get("backfill"))):
            # Who belonged before the segment was made has not done anything now.
            triggers = [rule for rule in triggers if BACKFILL in "".join(rule.part["where"])]
        if past:
            exits = goals = ()
            if not (triggers or leaving):
                return NO_MATCHES
        ending = [Exit(rule.workflow, EndReason.EXIT_CRITERIA, rule.part["emit"]) for rule in exits]
        return Matches(
            pending=tuple([self._pending(rule, event, now) for rule in triggers]),
            exits=(*ending, *leaving),
            goals=tuple([_reached(rule) for rule in goals]),
        )

    def _pending(self, rule: _Rule, event: Event, now: datetime) -> Pending:
        part = self._workflows[rule.workflow]
        entry_key = entry_key_of(part["entry_key"], event)
        # Message ids are a client's own: two people's may be the same.
        person = event.profile or event.user_id or event.anonymous_id or event.email or ""
        return Pending(
            key=short_hash(rule.workflow, rule.part["node"], entry_key, event.message_id, person),
            workflow=rule.workflow,
            version=int(part["version"]),
            entry=rule.part["node"],
            at=event.when,
            entry_key=entry_key,
            context=context_of(event),
            noted=now,
        )


def entry_key_of(path: str, event: Event) -> str:
    """Return the value of an entry key such as `event.order_id`; empty without one."""
    if not path:
        return ""
    value: Any = event.properties
    for step in path.removeprefix("event.").removeprefix("properties.").split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return str(value)[:200] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def context_of(event: Event) -> dict[str, Any]:
    """Return the triggering event as an enrollment keeps it, at most 2 KB: big properties are left out first."""
    properties = dict(event.properties)
    context = {
        "name": event.name,
        "type": event.kind,
        "timestamp": iso(event.when),
        "message_id": event.message_id,
        "properties": properties,
    }
    while properties and size(context) > MAX_CONTEXT_BYTES:
        del properties[max(properties, key=lambda name: (size(properties[name]), name))]
    return context


def _reached(rule: _Rule) -> Reached:
    within = parse_duration(rule.part["within"]) if rule.part["within"] else None
    return Reached(rule.workflow, rule.number, within, bool(rule.part["ends"]))


def _add(
    workflow: str, part: Mapping[str, Any], triggers: _Waiting, exits: _Waiting, goals: _Waiting
) -> None:
    if part["status"] == WorkflowStatus.ACTIVE:
        for trigger in part["triggers"]:
            conditions = _conditions(*trigger["where"], part["filter"])
            for event in trigger["events"]:
                triggers[event].append((_Rule(workflow, trigger), conditions))
    for exit_ in part["exits"]:
        exits[exit_["event"]].append((_Rule(workflow, exit_), _conditions(exit_["where"])))
    for number, goal in enumerate(part["goals"]):
        goals[goal["event"]].append((_Rule(workflow, goal, number), _conditions(goal["where"])))


def _rules(waiting: _Waiting, name: str) -> EventRules[_Rule] | None:
    rules = (
        waiting.get(name, []) if name == ANY_EVENT else [*waiting.get(name, []), *waiting.get(ANY_EVENT, [])]
    )
    return EventRules(rules) if rules else None


def _conditions(*stored: Any) -> tuple[Condition, ...]:
    return tuple(from_json(text) for text in stored if text)
