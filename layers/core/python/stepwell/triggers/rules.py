"""What a workspace derives from events: one compiled document a tenant, made at each save, kept warm by the pass.

The document is plain JSON (config item `RULES`)::

    {"v": 1, "schema": Schema, "computed": [Computed, …], "lifecycle": Lifecycle,
     "scores": {model: …}, "segments": {segment: …}, "sequences": {sequence: …},
     "wanted": [rule, …], "retention": Retention, "forms": {form: Form},
     "changes": {part: {"rev", "at", "by", "note"}}}

`changes` says who saved schema, computed and lifecycle last, for those who edit them; the pass does not read it.

Rules of `wanted` are kept like segments, under ids that no segment can have: whoever they become true for is looked
up at enrichment providers, or checked by hand. They have no lists of members, and nothing is told when they end.

Every part may be missing. ADR 9 says in which order the parts act and why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from stepwell.conditions import referenced
from stepwell.conditions.times import millis_of
from stepwell.contracts.computed import LIFECYCLE_STAGE
from stepwell.contracts.enrichment import (
    ATTRIBUTES_PURGED,
    ENRICHMENT_WANTED,
    VERIFICATION_WANTED,
    VERIFY_RULE,
    WANTED_PREFIX,
)
from stepwell.contracts.events import Event
from stepwell.profiles.computed import CompiledComputed
from stepwell.profiles.fold import Fold, FoldRules
from stepwell.profiles.lifecycle import CompiledLifecycle
from stepwell.profiles.retention import CompiledRetention, Retention
from stepwell.profiles.schema import Computed, Lifecycle, schema_of
from stepwell.profiles.traits import Attributes
from stepwell.scoring.compiled import CompiledModels
from stepwell.segments.compiled import CompiledSegments
from stepwell.segments.model import ENTERED
from stepwell.segments.moving import live
from stepwell.segments.reading import properties_of
from stepwell.triggers.sequences import CompiledSequences

TIMELINE = frozenset(
    {
        "amount",
        "campaign",
        "currency",
        "form",
        "name",
        "node",
        "order_id",
        "path",
        "product",
        "sku",
        "subject",
        "title",
        "total",
        "url",
        "value",
        "workflow",
    }
)
"""Properties that a contact's timeline shows: recent events keep them although no rule asks for them."""


class Told(NamedTuple):
    """A derived event.

    Attributes:
        name: Its name.
        at: When (epoch milliseconds).
        properties: What it says.
    """

    name: str
    at: int
    properties: Mapping[str, Any]


Remember = Callable[[Iterable[Told]], list[Told]]


class TenantRules:
    """A workspace's document, compiled.

    Attributes:
        fold: What the fold itself needs of it.
        derives: Whether anything follows from events but fields.
        forms: Its forms as documents, by id.

    Args:
        document: See the module's docstring; empty when nothing was saved.
        asked: Event properties that published workflows ask of past events; None: not known, all small ones are kept.
        counted: Events that they count.
    """

    def __init__(
        self, document: Mapping[str, Any], asked: Iterable[str] | None = (), counted: Iterable[str] = ()
    ) -> None:
        definitions = [Computed.model_validate(one) for one in document.get("computed") or ()]
        stored = document.get("lifecycle")
        lifecycle = Lifecycle.model_validate(stored) if stored else None
        computed = CompiledComputed(definitions)
        self._computed = computed
        moving = [one.name for one in definitions if one.window_days or one.kind == "days_since"]
        self._models = CompiledModels(document.get("scores") or {})
        wanted = document.get("wanted") or ()
        self._segments = CompiledSegments([*(document.get("segments") or {}).values(), *wanted], moving)
        self._sequences = CompiledSequences(document.get("sequences") or {})
        self._lifecycle = CompiledLifecycle(lifecycle, live(moving))
        stages = (
            [] if lifecycle is None else [s.condition for s in lifecycle.stages if s.condition is not None]
        )
        kept = self._segments.properties.union(*map(properties_of, stages)) | TIMELINE
        schema = schema_of(document.get("schema"))
        self._retention = CompiledRetention(
            schema.by_name.values(), Retention.model_validate(document.get("retention") or {})
        )
        self.forms: Mapping[str, Any] = document.get("forms") or {}
        self.fold = FoldRules(
            Attributes(schema),
            computed,
            None if asked is None else kept.union(asked),
            self._segments.counted.union(counted, *(referenced(stage).events for stage in stages)),
        )
        self._has_models = bool(document.get("scores"))
        self._has_segments = bool(document.get("segments") or wanted)
        self._has_sequences = bool(document.get("sequences"))
        derives = self._has_models or self._has_segments or self._has_sequences or self._retention.active
        self.derives = derives or lifecycle is not None

    def on_event(self, folding: Fold, event: Event) -> Collection[Told]:
        """Count a fresh event, folded already, for scores, sequences and lists; return what it completes."""
        if self._has_models:
            self._models.on_event(folding.scores, event, folding.facts, folding.until)
        if event.kind == "engagement" and self._segments.on_event(folding.segments, event):
            folding.changed = True
        if not self._has_sequences:
            return ()
        at = folding.at
        # What was complete before this event stays so, whatever the event is.
        told = self._sequences.expire(folding.sequences, at) if folding.sequences else []
        told += self._sequences.on_event(folding.sequences, event, folding.facts)
        return [Told(name, at, properties) for name, properties in told]

    def settle(self, folding: Fold, now: datetime, now_ms: int, remember: Remember) -> list[Told]:
        """Bring everything up to the pass's time, once, in the order of ADR 9.

        Args:
            folding: The contact.
            now: The pass's time.
            now_ms: The same (epoch milliseconds).
            remember: Puts what follows into the contact's history, for what is asked after it.

        Returns:
            What follows, as `remember` returned it.
        """
        if folding.computed:
            self._computed.tidy(folding.computed)
        told: list[tuple[str, Mapping[str, Any]]] = []
        if self._retention.active and (purged := self._retention.purge(*folding.held(), now_ms)):
            told.append((ATTRIBUTES_PURGED, {"fields": purged}))
        if folding.sequences:
            told += self._sequences.expire(folding.sequences, now_ms)
        if folding.scores:
            told += self._models.settle(folding.scores, now_ms)
        found = remember([Told(name, now_ms, properties) for name, properties in told]) if told else []
        facts = folding.settled = folding.facts.settled()
        if LIFECYCLE_STAGE in folding.computed or self.derives:
            stages = self._lifecycle.settle(folding.computed, facts, now)
            found += (
                remember([Told(name, now_ms, properties) for name, properties in stages]) if stages else []
            )
        if self._has_segments or folding.segments:
            folding.segments, moves = self._segments.evaluate(folding.segments, facts, now)
            if moves:
                found += remember(
                    [Told(name, now_ms, properties) for name, properties in filter(None, map(_wanted, moves))]
                )
        return found

    def next_change(self, folding: Fold, now: datetime, now_ms: int) -> int | None:
        """Return when time alone may change something next (epoch ms), None: never."""
        if not self.derives:
            return None
        times: list[int] = []
        if self._retention.active and (at := self._retention.next_change(*folding.held())) is not None:
            times.append(at)
        if folding.scores and (at := self._models.next_change(folding.scores, now_ms)) is not None:
            times.append(at)
        if folding.sequences and (at := self._sequences.next_change(folding.sequences, now_ms)) is not None:
            times.append(at)
        facts = folding.settled or folding.facts.settled()
        facts.segments = folding.segments.keys()
        moments = (
            self._segments.next_change(facts, now, settled=True),
            self._lifecycle.next_change(facts, now),
        )
        times += [millis_of(moment) + 1 for moment in moments if moment is not None]
        return min(times, default=None)


def _wanted(move: tuple[str, dict[str, Any]]) -> tuple[str, dict[str, Any]] | None:
    """Return what a move of a segment is told as; None: a rule of `wanted` ceased to hold."""
    name, properties = move
    rule = str(properties["segment"])
    if not rule.startswith("_"):
        return move
    if name != ENTERED:
        return None
    if rule == VERIFY_RULE:
        return VERIFICATION_WANTED, {}
    return ENRICHMENT_WANTED, {"trigger": rule.removeprefix(WANTED_PREFIX)}
