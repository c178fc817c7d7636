"""What two profiles are when their merge is undone: each as it was, and what came in since stays with the winner.

The merged state is computed once more from what both were. Where the winner still holds what it held right after
the merge, it gets back what it held before; sums give back the loser's share whatever came since. An opt-out
stays with both. Pure; ADR 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from stepwell.conditions.uniting import parted
from stepwell.contracts import scores
from stepwell.contracts.merges import Side
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.profiles import computed_merging
from stepwell.profiles.merging import (
    AttributeOf,
    denied,
    history_room,
    interleaved,
    merged,
    merged_record,
    newest,
)
from stepwell.timing import hours

V = TypeVar("V")


class Parted(NamedTuple):
    """Both contacts after an undo.

    Attributes:
        winner: The one that stayed, under its present revisions.
        loser: The one that comes back, under the revisions that it had.
        kept: Names of fields that somebody told since: they stay with the winner.
    """

    winner: Side
    loser: Side
    kept: tuple[str, ...]


def unmerged(now: Side, winner: Side, loser: Side, attribute_of: AttributeOf) -> Parted:
    """Take a contact apart again.

    Args:
        now: The winner as it stands.
        winner: The winner as it was before the merge.
        loser: The loser as it was.
        attribute_of: The workspace's attribute of a field.
    """
    base = merged(winner.profile, loser.profile, attribute_of)
    profile, kept = _winner(now.profile, base, winner.profile, loser.profile)
    back = loser.profile.evolve(
        # Message marks of both go to both: a record that is delivered again must not count on either side.
        seen=interleaved(loser.profile.seen, now.profile.seen),
        applied=interleaved(loser.profile.applied, now.profile.applied),
        # What was pending was enrolled, or is to be, as the winner.
        pending=(),
        derived=(),
    )
    record = merged_record(winner.record, loser.record, base.traits.get("phone"))
    ours, theirs = _records(now.record, record, winner.record, loser.record)
    return Parted(Side(profile, ours), Side(back, theirs), kept)


def _winner(now: Profile, base: Profile, before: Profile, loser: Profile) -> tuple[Profile, tuple[str, ...]]:
    traits: dict[str, Any] = {}
    stamps: dict[str, tuple[int, str]] = {}
    kept: list[str] = []
    for field in dict.fromkeys((*before.traits, *before.stamps, *now.traits, *now.stamps)):
        held = [(p.traits.get(field), p.stamps.get(field)) for p in (now, base)]
        source = before if held[0] == held[1] else now
        if source is now and (field in loser.traits or field in before.traits):
            kept.append(field)
        if field in source.traits:
            traits[field] = source.traits[field]
        if field in source.stamps:
            stamps[field] = source.stamps[field]
    states = {
        model: scores.apart(now.scores[model], base.scores.get(model), before.scores.get(model))
        for model in now.scores
    }
    gone = {one for one in base.anonymous_ids if one not in before.anonymous_ids}
    result = now.evolve(
        traits=traits,
        stamps=stamps,
        computed=computed_merging.apart(now.computed, base.computed, before.computed),
        scores={model: state for model, state in states.items() if state is not None},
        segments=_same(now.segments, base.segments, before.segments),
        sequences=_same(now.sequences, base.sequences, before.sequences),
        user_id=before.user_id if now.user_id == base.user_id else now.user_id,
        anonymous_ids=tuple(one for one in now.anonymous_ids if one not in gone),
        aliases=tuple(one for one in now.aliases if one not in loser.ids),
        history={},
        recent=(),
        first_seen=before.first_seen if now.first_seen == base.first_seen else now.first_seen,
        last_seen=before.last_seen if now.last_seen == base.last_seen else now.last_seen,
        hours=hours.apart(now.hours, base.hours, before.hours),
    )
    history, recent = parted(
        (now.history, now.recent),
        (base.history, base.recent),
        (before.history, before.recent),
        history_room(result),
    )
    return result.evolve(history=history, recent=recent), tuple(sorted(kept))


def _same(now: Mapping[str, V], base: Mapping[str, V], before: Mapping[str, V]) -> dict[str, V]:
    found: dict[str, V] = {}
    for name in dict.fromkeys((*before, *now)):
        source = before if now.get(name) == base.get(name) else now
        if name in source:
            found[name] = source[name]
    return found


def _records(
    now: MessagingRecord, base: MessagingRecord, winner: MessagingRecord, loser: MessagingRecord
) -> tuple[MessagingRecord, MessagingRecord]:
    refused = dict.fromkeys(denied(now), "denied")
    known = {claim.visit for claim in base.claims}
    # What was sent since counts for both: neither is to get it twice.
    since = tuple(claim for claim in now.claims if claim.visit not in known)
    gone = {loser.profile, *loser.aliases}
    return (
        replace(
            now,
            consent=_same(now.consent, base.consent, winner.consent) | refused,
            claims=newest((*winner.claims, *since)),
            aliases=tuple(one for one in now.aliases if one not in gone),
        ),
        replace(loser, consent={**loser.consent, **refused}, claims=newest((*loser.claims, *since))),
    )
