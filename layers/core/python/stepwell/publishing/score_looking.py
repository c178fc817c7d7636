"""Looks at scores: why a contact has the one it has, and what a model would do before it is saved. And adjusts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from stepwell.conditions.values import zone_named
from stepwell.contracts.events import Event
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Profile, ProfilePatch
from stepwell.contracts.refreshing import refreshing
from stepwell.contracts.scores import BAND, NO_BAND, UNKNOWN, VERSION, State, value_of
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.rule_ports import RulePorts, RuleRecord
from stepwell.publishing.scoring import form, model_of, models, prepared, read
from stepwell.runtime.ports import EventSink, ProfileStore
from stepwell.scoring.breakdown import Breakdown, breakdown
from stepwell.scoring.compiled import CompiledModels, meaning, weights
from stepwell.scoring.model import ScoringModel
from stepwell.workflows.facts import profile_facts

SAMPLE = 2_000
BARS = 10


def scores_of(ports: RulePorts, tenant: str, profile: Profile) -> list[Breakdown]:
    """Explain a contact's score in each model, at this moment."""
    now = ports.publishing.now()
    return [_explained(record, profile.scores.get(record.id), now) for record in models(ports, tenant)]


def _explained(record: RuleRecord, state: State | None, now: datetime) -> Breakdown:
    if state is not None and state[VERSION] == UNKNOWN:
        # The pass has not seen these points yet: it will put them on the model's base.
        states = {record.id: deepcopy(state)}
        CompiledModels(form([record])).settle(states, int(now.timestamp() * 1000))
        state = states[record.id]
    return breakdown(model_of(record), record.version, state, now)


def adjust(
    ports: RulePorts,
    profiles: ProfileStore,
    events: EventSink,
    tenant: str,
    profile: Profile,
    model: str,
    points: float,
    reason: str,
    actor: str,
) -> Breakdown:
    """Give a contact points by hand, or take some (negative); they decay like those of events.

    Raises:
        NotFound: There is no such model.
        Conflict: The contact is being changed by others all the time.
    """
    record = read(ports, tenant, model)
    now = ports.publishing.now()
    visit = f"adjust.{short_hash(tenant, profile.id, model, actor, now.isoformat())}"
    patch = ProfilePatch(profile.id, visit, points={model: points}, at=now.timestamp())
    failed = profiles.patch(tenant, [patch])
    if failed.get(profile.id) == "not_found":
        raise NotFound(f"No contact is known as `{profile.id}`.", code="no_contact")
    if failed:
        raise Conflict("The contact is being changed by others at this moment: try again.", code="busy")
    ports.publishing.note(
        tenant,
        actor,
        "contact.score_adjusted",
        f"contact/{profile.id}",
        model=model,
        points=points,
        reason=reason,
    )
    # The pass tells of thresholds that were crossed.
    events.emit(tenant, refreshing([profile.id], visit, now))
    stored = profiles.get(tenant, [profile.id]).get(profile.id, profile)
    return _explained(record, stored.scores.get(model), now)


def trial(ports: RulePorts, tenant: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a model would do, before it is saved, by a random sample of contacts.

    Points of rules that stay are scaled as saving would scale them. New rules, and those that ask for something
    else now, are counted over each contact's recent events (the last 20) only: saving counts them from then on.

    Raises:
        ValidationFailed: It has faults.
    """
    now = ports.publishing.now()
    stored = next((one for one in models(ports, tenant) if one.id == document.get("id")), None)
    model = prepared(document, stored)
    sample = ports.sample.sample(tenant, SAMPLE)
    judge = _Judge(model, stored, now, zone_named(ports.publishing.inventory.workspace(tenant).time_zone))
    asked = [judge.of(profile) for profile in sample.profiles]

    def whole(number: int) -> int:
        return round(number / sample.share)

    bands = ["none", *(band.id for band in sorted(model.bands, key=lambda band: band.threshold))]
    before = Counter(was for _, _, was in asked)
    after = Counter(now_in for _, now_in, _ in asked)
    moves = Counter((was, now_in) for _, now_in, was in asked if was != now_in)
    scores = sorted(score for score, _, _ in asked)
    return {
        "model": model.id,
        "sampled": len(asked),
        "contacts": whole(len(asked)),
        "counted_from_recent_events": sorted(judge.new),
        "distribution": [
            {"from": low, "to": high, "contacts": whole(sum(low <= score < high for score in scores))}
            for low, high in _bars(model)
        ],
        "median": scores[len(scores) // 2] if scores else model.base_score,
        "bands": [
            {"band": name, "before": whole(before[name]), "after": whole(after[name])}
            for name in dict.fromkeys([*bands, *before])
        ],
        "crossings": [
            {"from_band": was, "band": now_in, "contacts": whole(number)}
            for (was, now_in), number in sorted(moves.items())
        ],
    }


class _Judge:
    """What a model makes of contacts, compared with the stored one of its id."""

    def __init__(self, model: ScoringModel, stored: RuleRecord | None, now: datetime, zone: Any) -> None:
        self._model = model
        self._now = now
        self._zone = zone or UTC
        self._stored = None if stored is None else CompiledModels(form([stored]))
        self._stored_bands = () if stored is None else _band_names(model_of(stored))
        self._bands = _band_names(model)
        number = 1 if stored is None else stored.version + 1
        old = {} if stored is None else weights(model_of(stored))
        before = {} if stored is None else {**stored.before, str(stored.version): old}
        whole = {"version": number, "model": model.model_dump(mode="json"), "before": before}
        self._whole = CompiledModels({model.id: whole})
        news = [rule for rule in model.rules if old.get(rule.code, ["", ""])[1] != meaning(rule)]
        self.new = {rule.id for rule in news}
        part = model.model_copy(update={"rules": tuple(news)})
        self._news = CompiledModels({model.id: {**whole, "model": part.model_dump(mode="json")}})

    def of(self, profile: Profile) -> tuple[int, str, str]:
        """Return a contact's score, its band, and the band that it is in by the stored model."""
        name, seconds = self._model.id, self._now.timestamp()
        known = profile.scores.get(name)
        scores: dict[str, State] = {} if known is None else {name: deepcopy(known)}
        was = "none"
        if self._stored is not None:
            current = deepcopy(scores) or {name: self._stored.fresh(name, seconds)}
            self._stored.settle(current, int(seconds * 1000))
            was = _named(self._stored_bands, current[name][BAND])
        if not scores:
            scores[name] = self._whole.fresh(name, seconds)
        self._whole.settle(scores, int(seconds * 1000))
        if self.new:
            for event in map(_event, profile.recent):
                told = {"name": event.name, "timestamp": event.when, "properties": event.properties}
                self._news.on_event(scores, event, profile_facts(profile, self._zone, told, now=self._now))
            self._whole.settle(scores, int(seconds * 1000))
        return value_of(scores[name], seconds), _named(self._bands, scores[name][BAND]), was


def _event(recent: tuple[str, float, Mapping[str, Any]]) -> Event:
    name, at, properties = recent
    when = datetime.fromtimestamp(at, UTC)
    return Event(
        message_id="recent",
        kind="track",
        name=name,
        properties=dict(properties),
        occurred_at=when,
        received_at=when,
    )


def _band_names(model: ScoringModel) -> tuple[str, ...]:
    return tuple(band.id for band in sorted(model.bands, key=lambda band: band.threshold))


def _named(names: tuple[str, ...], band: int) -> str:
    return names[band] if NO_BAND < band < len(names) else "none"


def _bars(model: ScoringModel) -> list[tuple[int, int]]:
    low, high = model.minimum_score, model.maximum_score
    edges = [low + (high - low) * number // BARS for number in range(BARS)]
    # The last one holds the maximum too.
    return [(a, b) for a, b in zip(edges, [*edges[1:], high + 1], strict=True) if a < b]
