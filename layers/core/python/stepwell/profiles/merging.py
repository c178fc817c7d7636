"""What two profiles that are one person become: as if all events had come to one. Pure; ADR 12.

Fields by their rules and stamps; counts, computed attributes and scores add up, for all are sums over events; an
opt-out of either stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, TypeVar

from stepwell.conditions.uniting import united
from stepwell.contracts import scores
from stepwell.contracts.consent_kinds import merged_proofs
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Claim, MessagingRecord
from stepwell.contracts.preferences import LIMIT, stricter_limit
from stepwell.contracts.profiles import Profile
from stepwell.profiles import computed_merging
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.matching.vetoes import DeterministicIds, vetoes
from stepwell.profiles.schema import Attribute
from stepwell.profiles.sizing import HOT_BYTES, copied, size
from stepwell.profiles.writing import MENTIONED, write
from stepwell.timing import hours

T = TypeVar("T")
AttributeOf = Callable[[str], Attribute]
MAX_ALIASES = 20
"""Who was merged more often is a shared device or address: a person looks before another one is added."""
MAX_ANONYMOUS = 5
MIN_HISTORY_BYTES = 160
KEPT_CLAIMS = 16
_HUMAN = ("email_opened", "email_clicked")
_LATE = datetime.max.replace(tzinfo=UTC)


def rank(profile: Profile) -> tuple[int, datetime, str]:
    """Return what decides who stays, the least first: strength of identity, first seen, id."""
    traits = profile.traits
    strength = 0 if profile.user_id else 1 if profile.email else 2 if traits.get("phone") else 3
    return strength, profile.first_seen or _LATE, profile.id


def in_order(one: Profile, other: Profile) -> tuple[Profile, Profile]:
    """Return the profile that stays and the one that goes; the same whatever the order given."""
    return (one, other) if rank(one) < rank(other) else (other, one)


def certain_ids(profile: Profile) -> DeterministicIds:
    """Return the customer id, and the address if the person proved to own it.

    It is proved when the customer says so (the field `email_verified`) or when somebody opened or clicked a
    message: machines that do are not in the history.
    """
    customer = frozenset({profile.user_id} - {""})
    events = profile.history.get("e") or {}
    proved = profile.traits.get("email_verified") is True or any(name in events for name in _HUMAN)
    address = frozenset({profile.email} - {""}) if proved else frozenset()
    return DeterministicIds(customer, address)


def against(one: Profile, other: Profile) -> tuple[Reason, ...]:
    """Return what forbids that events or matching merge two profiles; empty: nothing."""
    found = vetoes(certain_ids(one), certain_ids(other))
    if len(one.aliases) + len(other.aliases) >= MAX_ALIASES:
        return (*found, Reason.GROUP_TOO_LARGE)
    return found


def merged(winner: Profile, loser: Profile, attribute_of: AttributeOf) -> Profile:
    """Return the contact that both are, under the winner's id and revision.

    Args:
        winner: The profile that stays.
        loser: The profile that goes.
        attribute_of: The workspace's attribute of a field.
    """
    traits, stamps = _fields(winner, loser, attribute_of)
    states = {name: copied(state) for name, state in winner.scores.items()}
    for model, state in loser.scores.items():
        known = states.get(model)
        states[model] = copied(state) if known is None else scores.merged(known, state)
    segments = dict(loser.segments) | {
        name: min(since, loser.segments.get(name, since)) for name, since in winner.segments.items()
    }
    computed = computed_merging.merged(winner.computed, loser.computed)
    sequences = _sequences(winner.sequences, loser.sequences)
    pending = {one.key: one for one in (*loser.pending, *winner.pending)}
    times = [at for at in (winner.first_seen, loser.first_seen) if at is not None]
    last = [at for at in (winner.last_seen, loser.last_seen) if at is not None]
    result = winner.evolve(
        traits=traits,
        stamps=stamps,
        computed=computed,
        scores=states,
        segments=segments,
        sequences=sequences,
        derived=(*loser.derived, *winner.derived),
        due=min((at for at in (winner.due, loser.due) if at), default=0),
        user_id=winner.user_id or loser.user_id,
        anonymous_ids=_last((*loser.anonymous_ids, *winner.anonymous_ids), MAX_ANONYMOUS),
        aliases=tuple(dict.fromkeys((*winner.aliases, *loser.ids))),
        history={},
        recent=(),
        seen=interleaved(winner.seen, loser.seen),
        applied=interleaved(winner.applied, loser.applied),
        pending=tuple(pending.values()),
        first_seen=min(times, default=None),
        last_seen=max(last, default=None),
        hours=hours.added(winner.hours, loser.hours),
    )
    history, recent = united(
        (winner.history, winner.recent), (loser.history, loser.recent), history_room(result)
    )
    return result.evolve(history=history, recent=recent)


def history_room(profile: Profile) -> int:
    """Return how many bytes the rest of the hot kilobyte leaves for the history."""
    rest = [profile.traits, profile.computed, profile.scores, profile.segments, profile.sequences]
    marks = (
        hours.size_of(profile.hours)
        + 7 * len(profile.seen)
        + 17 * (len(profile.applied) + len(profile.aliases))
    )
    return max(HOT_BYTES - size(rest) - marks - 15 * len(profile.stamps), MIN_HISTORY_BYTES)


def _fields(
    winner: Profile, loser: Profile, attribute_of: AttributeOf
) -> tuple[dict[str, Any], dict[str, tuple[int, str]]]:
    traits, stamps = dict(winner.traits), dict(winner.stamps)
    for field in dict.fromkeys((*loser.traits, *loser.stamps)):
        stamp = loser.stamps.get(field)
        value = loser.traits.get(field)
        if stamp is None:
            # What a workflow wrote has no stamp: it fills a gap.
            if field not in traits and field not in stamps:
                traits[field] = value
        elif stamp[0] < 0:
            if field in stamps or field not in traits:
                write(traits, stamps, field, value, stamp, MENTIONED)
        else:
            write(traits, stamps, field, value, stamp, attribute_of(field))
    return traits, stamps


def _sequences(ours: Any, theirs: Any) -> dict[str, Any]:
    """Return what is half done of both; what both have begun goes on as the one that got further."""
    found: dict[str, Any] = copied(dict(theirs))
    for name, keys in ours.items():
        mine = found.setdefault(name, {})
        for key, prefixes in keys.items():
            mine[key] = max(copied(prefixes), mine.get(key, []), key=_progress)
    return found


def _progress(prefixes: Sequence[Sequence[Any]]) -> tuple[int, str]:
    done = [number for number, ways in enumerate(prefixes, 1) if ways]
    return max(done, default=0), repr(prefixes)


def interleaved(ours: Sequence[T], theirs: Sequence[T]) -> tuple[T, ...]:
    """Return the elements of both, each once, the newest (last) of both last."""
    found: dict[T, None] = {}
    for pair in zip_longest(reversed(ours), reversed(theirs)):
        found.update(dict.fromkeys(one for one in pair if one is not None))
    return tuple(reversed(found))


def _last(values: Iterable[T], most: int) -> tuple[T, ...]:
    newest = dict.fromkeys(reversed(tuple(values)))
    return tuple(reversed(tuple(newest)[:most]))


def merged_record(winner: MessagingRecord, loser: MessagingRecord, phone: object = "") -> MessagingRecord:
    """Return the messaging record of both: the stricter of each consent, the newest sends.

    A denial of either stands; what one has granted and nobody denied is granted; of two limits the stricter holds.

    Args:
        winner: Of who stays.
        loser: Of who goes.
        phone: The number of the contact that both become: a proof of it stays, whoever had it.
    """
    consent = {**loser.consent, **winner.consent}
    for name in loser.consent.keys() & winner.consent.keys():
        if name.startswith(LIMIT):
            consent[name] = stricter_limit(winner.consent[name], loser.consent[name])
    consent |= merged_proofs(winner.consent, loser.consent, phone if isinstance(phone, str) else "")
    consent |= {name: "denied" for one in (winner, loser) for name in denied(one)}
    aliases = dict.fromkeys((*winner.aliases, loser.profile, *loser.aliases))
    return replace(
        winner,
        consent=consent,
        claims=newest((*loser.claims, *winner.claims)),
        aliases=tuple(aliases),
        places=(*loser.places, *winner.places),
    )


def denied(record: MessagingRecord) -> list[str]:
    """Return what the contact said no to."""
    return [name for name, answer in record.consent.items() if answer == "denied"]


def newest(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the newest sends, each visit once, oldest first."""
    by_visit = {claim.visit: claim for claim in sorted(claims, key=lambda claim: (claim.at, claim.visit))}
    ordered = sorted(by_visit.values(), key=lambda claim: (claim.at, claim.visit))
    return tuple(ordered[-KEPT_CLAIMS:])


def pointers_of(tenant: str, profile: Profile) -> list[str]:
    """Return the ids of identities and aliases that may point to a profile, its own id aside."""
    known = [("user", profile.user_id), ("email", profile.email), ("phone", profile.traits.get("phone"))]
    known += [("anonymous", one) for one in profile.anonymous_ids]
    ids = [profile_id(tenant, kind, value) for kind, value in known if isinstance(value, str) and value]
    return [one for one in dict.fromkeys((*profile.aliases, *ids)) if one != profile.id]
