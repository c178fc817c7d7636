"""All segments of a workspace in one object that the pass asks: who belongs now, and when that may change by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from stepwell.conditions import Facts, Test, compile_condition, from_json, referenced
from stepwell.conditions.changes import time_change
from stepwell.conditions.fading import Change
from stepwell.contracts.events import Event
from stepwell.segments.model import ENTERED, LEFT, LIST_ADDED, LIST_REMOVED
from stepwell.segments.moving import live
from stepwell.segments.ordering import in_order
from stepwell.segments.reading import properties_of

Derived = tuple[str, dict[str, Any]]
_KEEP_UNKNOWN_S = 3_600
_REMOVED = 0


class CompiledSegments:
    """The segments of a workspace, compiled once a save.

    A static list changes by events: `on_event` notes them in the membership (a negative time: added just now, 0:
    removed just now), and `evaluate` tells and clears the notes, so that a list and a rule are told alike.

    Attributes:
        properties: Event properties that conditions filter by.
        counted: Events that conditions count.

    Args:
        documents: One of `stepwell.segments.model.compiled_form` a segment, in any order.
        moving: Names of computed attributes that time changes, beside those under `moving` in the documents; scores
            are known by their names (`…_score`).
    """

    def __init__(self, documents: Iterable[Mapping[str, Any]], moving: Collection[str] = ()) -> None:
        forms = {str(form["id"]): form for form in documents}
        conditions = {
            segment: from_json(form["condition"]) for segment, form in forms.items() if "condition" in form
        }
        references = {segment: referenced(condition).segments for segment, condition in conditions.items()}
        order, _ = in_order({segment: named & conditions.keys() for segment, named in references.items()})
        told = {str(name) for form in forms.values() for name in form.get("moving", ())}
        moves = live({*moving, *told})
        self._static = frozenset(forms.keys() - conditions.keys())
        self._known = self._static | frozenset(order)
        self._tests: list[tuple[str, Test]] = [(s, compile_condition(conditions[s])) for s in order]
        found = (time_change(conditions[segment], moves) for segment in order)
        self._changes: list[Change] = [change for change in found if change is not None]
        self._nested = any(references[segment] for segment in order)
        self._quiet = {s: int(forms[s]["quiet_until"]) for s in order if forms[s].get("quiet_until")}
        self.properties: frozenset[str] = frozenset().union(*map(properties_of, conditions.values()))
        self.counted = frozenset(name for c in conditions.values() for name in referenced(c).events)

    def evaluate(
        self, members: Mapping[str, int], facts: Facts, now: datetime
    ) -> tuple[dict[str, int], list[Derived]]:
        """Decide to which segments a contact belongs.

        Args:
            members: Since when it is in a segment, as stored and as `on_event` left it.
            facts: What is known of the contact; its `segments` are not read.
            now: The pass's time (aware).

        Returns:
            The new membership (segment id: since, epoch seconds) and the derived events.
        """
        told: list[Derived] = []
        current: dict[str, int] | None = None
        if members and (min(members.values()) <= _REMOVED or not members.keys() <= self._known):
            current, told = self._lists(members, now)
        if self._nested:
            if current is None:
                current = dict(members)
            facts = Facts(
                facts.profile,
                facts.event,
                facts.enrollment,
                facts.engagement,
                facts.history,
                current,
                facts.default_zone,
            )
        inside: Mapping[str, int] = members if current is None else current
        for segment, test in self._tests:
            if test(facts, now):
                if segment not in inside:
                    if current is None:
                        inside = current = dict(members)
                    current[segment] = int(now.timestamp())
                    told.append((ENTERED, self._properties(segment, now)))
            elif segment in inside:
                if current is None:
                    inside = current = dict(members)
                del current[segment]
                told.append((LEFT, self._properties(segment, now)))
        return (dict(members) if current is None else current), told

    def _properties(self, segment: str, now: datetime) -> dict[str, Any]:
        properties: dict[str, Any] = {"segment": segment}
        if self._quiet and now.timestamp() < self._quiet.get(segment, 0):
            properties["backfill"] = True
        return properties

    def _lists(self, members: Mapping[str, int], now: datetime) -> tuple[dict[str, int], list[Derived]]:
        current = dict(members)
        told: list[Derived] = []
        known = self._known
        for segment, since in members.items():
            if since <= _REMOVED:
                if since < _REMOVED:
                    current[segment] = -since
                    told.append((ENTERED, {"segment": segment}))
                else:
                    del current[segment]
                    told.append((LEFT, {"segment": segment}))
            elif segment not in known and now.timestamp() - since > _KEEP_UNKNOWN_S:
                # Younger ones may be of a segment that other processes know and this one does not yet.
                del current[segment]
        return current, told

    def next_change(self, facts: Facts, now: datetime, *, settled: bool = False) -> datetime | None:
        """Return a lower bound of when any membership can change without an event; None: never.

        Args:
            facts: What is known of the contact; `segments` hold the static lists that it is on.
            now: The pass's time (aware).
            settled: Whether `segments` are what `evaluate` has just answered.
        """
        if self._nested and not settled:
            # The rules that others refer to are asked again: facts made before `evaluate` know the former answers.
            current = self._followed(dict.fromkeys(facts.segments, 1), facts, now)
            facts = replace(facts, segments=current)
        earliest: datetime | None = None
        for change in self._changes:
            at = change(facts, now)
            if at is not None and (earliest is None or at < earliest):
                earliest = at
        return earliest

    def _followed(self, current: dict[str, int], facts: Facts, now: datetime) -> dict[str, int]:
        facts = replace(facts, segments=current)
        for segment, test in self._tests:
            if test(facts, now):
                current.setdefault(segment, 1)
            else:
                current.pop(segment, None)
        return current

    def on_event(self, members: dict[str, int], event: Event) -> bool:
        """Note in `members` what an event does to a static list; tell whether it did anything."""
        if event.kind != "engagement" or event.name not in (LIST_ADDED, LIST_REMOVED):
            return False
        segment = event.properties.get("segment")
        if not isinstance(segment, str) or segment in self._known - self._static:
            return False
        before = members.get(segment)
        if event.name == LIST_ADDED:
            if before is None:
                members[segment] = -max(int(event.when.timestamp()), 1)
            elif before == _REMOVED:
                members[segment] = max(int(event.when.timestamp()), 1)
            else:
                return False
            return True
        if before is None or before == _REMOVED:
            return False
        if before < _REMOVED:
            del members[segment]
        else:
            members[segment] = _REMOVED
        return True
