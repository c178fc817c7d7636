"""Hot profiles in table `profiles`: one JSON body a contact, because the pass reads and writes all of it."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from stepwell.adapters.items.squeezing import expand, squeeze
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.contracts.profiles import Pending, Profile, ProfilePatch
from stepwell.contracts.scores import ADJUSTED, UNKNOWN, add, new_state
from stepwell.errors import InvalidInput

KEPT_APPLIED = 8
SEEN_LENGTH = 9
_OLD_LENGTH = 7
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def profile_key(tenant: str, profile: str) -> Key:
    """Return the key of a hot profile or of the pointer in its place."""
    return f"{tenant}#P#{profile}", "p"


def profile_id_of(pk: str) -> str:
    """Return the profile id that a partition stands for."""
    return pk.partition("#P#")[2]


def encode_profile(
    tenant: str,
    profile: Profile,
    *,
    rev: int,
    pack: Callable[[Any], str | bytes] = pack,
    squeeze: Callable[[str | bytes], str | bytes] = squeeze,
) -> Plain:
    """Write a profile under the given revision.

    Args:
        tenant: Tenant id.
        profile: The profile.
        rev: Its revision as written.
        pack: Writes its JSON.
        squeeze: Makes that small.
    """
    pk, sk = profile_key(tenant, profile.id)
    first, last = profile.first_seen, profile.last_seen
    # In this order, without what is empty.
    body: dict[str, Any] = {}
    if profile.traits:
        body["t"] = _plain(profile.traits)
    if profile.stamps:
        # In the order of the traits, so that no name is stored twice.
        body["m"] = _stamps(profile)
        if removed := _removed(profile):
            body["n"] = removed
    if profile.computed:
        body["c"] = _plain(profile.computed)
    if profile.scores:
        body["o"] = _plain(profile.scores)
    if profile.segments:
        body["g"] = _plain(profile.segments)
    if profile.sequences:
        body["e"] = _plain(profile.sequences)
    if profile.derived:
        body["x"] = [(name, at, _plain(properties)) for name, at, properties in profile.derived]
    if profile.due:
        body["w"] = profile.due
    if profile.user_id:
        body["u"] = profile.user_id
    if profile.anonymous_ids:
        body["a"] = profile.anonymous_ids
    if profile.aliases:
        body["i"] = " ".join(profile.aliases)
    if profile.history:
        body["h"] = _plain(profile.history)
    if profile.recent:
        body["r"] = profile.recent
    if profile.seen:
        body["s"] = _marks(profile.seen)
    if profile.applied:
        body["d"] = " ".join(profile.applied)
    if profile.pending:
        body["q"] = [_pending(pending) for pending in profile.pending]
    if first is not None and (at := millis(first)):
        body["f"] = at
    if last is not None and (at := millis(last)):
        body["l"] = at
    if profile.hours:
        body["k"] = profile.hours
    return {"pk": pk, "sk": sk, "v": rev, "b": squeeze(pack(body))}


def _plain(part: Mapping[str, Any]) -> dict[str, Any]:
    return part if part.__class__ is dict else dict(part)


def decode_profile(item: Plain, unpack: Callable[[str | bytes], Any] = unpack) -> Profile:
    """Read a profile; ``unpack`` reads its JSON."""
    body = unpack(expand(item["b"]))
    get = body.get
    first, last = get("f"), get("l")
    derived, recent, pending, applied = get("x"), get("r"), get("q"), get("d")
    return Profile(
        id=profile_id_of(item["pk"]),
        rev=item["v"],
        traits=get("t") or {},
        stamps=_from_stamps(body),
        computed=get("c") or {},
        scores=get("o") or {},
        segments=get("g") or {},
        sequences=get("e") or {},
        derived=tuple(map(tuple, derived)) if derived else (),
        due=get("w", 0),
        user_id=get("u", ""),
        anonymous_ids=tuple(get("a", ())),
        aliases=tuple(get("i", "").split()),
        history=get("h") or {},
        recent=tuple(map(tuple, recent)) if recent else (),
        seen=_from_marks(body["s"]) if "s" in body else (),
        applied=tuple(applied.split(" ")) if applied else (),
        pending=tuple([_from_pending(row) for row in pending]) if pending else (),
        first_seen=None if first is None else from_millis(first),
        last_seen=None if last is None else from_millis(last),
        hours=tuple(get("k", ())),
    )


def encode_pointer(tenant: str, identity: str, profile: str) -> Plain:
    """Write a pointer from an identity's profile id to the profile that owns it."""
    pk, sk = profile_key(tenant, identity)
    return {"pk": pk, "sk": sk, "to": profile}


def _stamps(profile: Profile) -> list[Any]:
    """Return the different stamps, and the number of its stamp a trait (-1: none): most were told together."""
    stamps = profile.stamps
    if not stamps:
        return []
    numbers: dict[tuple[int, str], int] = {}
    places = [
        -1 if (stamp := stamps.get(name)) is None else numbers.setdefault(stamp, len(numbers))
        for name in profile.traits
    ]
    return [list(map(list, numbers)), places]


def _removed(profile: Profile) -> dict[str, list[Any]]:
    traits = profile.traits
    if len(profile.stamps) <= len(traits) and profile.stamps.keys() <= traits.keys():
        return {}
    return {name: list(stamp) for name, stamp in profile.stamps.items() if name not in traits}


def _from_stamps(body: dict[str, Any]) -> dict[str, tuple[int, str]]:
    stamps: dict[str, tuple[int, str]] = {}
    if "m" in body:
        told, numbers = body["m"]
        different = list(map(tuple, told))
        places = zip(body.get("t", ()), numbers, strict=True)
        stamps = {name: different[number] for name, number in places if number >= 0}
    if "n" in body:
        stamps.update({name: (at, source) for name, (at, source) in body["n"].items()})
    return stamps


def _marks(marks: tuple[str, ...]) -> str:
    """Pack marks of `SEEN_LENGTH` hexadecimal digits into six characters each."""
    digits = "".join(marks)
    packed = b2a_base64(bytes.fromhex(digits + "0" * (len(digits) % 2)), newline=False).decode()
    # A single one keeps its padding: without it it would be as long as one of before.
    return packed if len(marks) == 1 else packed.rstrip("=")


def _from_marks(text: str) -> tuple[str, ...]:
    if " " in text or len(text) == _OLD_LENGTH:
        return tuple(mark for old in text.split(" ") for mark in _of_old(old))
    digits = a2b_base64(text + "=" * (-len(text) % 4)).hex()
    return tuple([digits[i : i + SEEN_LENGTH] for i in range(0, len(digits) - SEEN_LENGTH + 1, SEEN_LENGTH)])


def _of_old(mark: str) -> tuple[str, str]:
    """Return the two marks that one of before can be: it had 35 bits in base 32, this one has a bit more."""
    bits = 0
    for character in mark:
        bits = bits << 5 | _BASE32.index(character)
    return f"{bits << 1:09x}", f"{bits << 1 | 1:09x}"


def _pending(pending: Pending) -> list[Any]:
    return [
        pending.key,
        pending.workflow,
        pending.version,
        pending.entry,
        millis(pending.at),
        pending.entry_key,
        dict(pending.context),
        # Seconds after the event: a few characters of the hot kilobyte.
        0 if pending.noted is None else int((pending.noted - pending.at).total_seconds()),
    ]


def _from_pending(row: list[Any]) -> Pending:
    key, workflow, version, entry, millis_at, entry_key, context, *since = row
    at = from_millis(millis_at)
    noted = at + timedelta(seconds=since[0]) if since else None
    return Pending(key, workflow, version, entry, at, entry_key, context, noted)


def apply_patch(profile: Profile, patch: ProfilePatch) -> Profile | None:
    """Return the profile after the patch, or None if there is nothing to write (again).

    Raises:
        InvalidInput: A field to add to holds no number.
    """
    once = bool(patch.add or patch.points)
    if once and patch.visit in profile.applied:
        return None
    traits = {name: value for name, value in profile.traits.items() if name not in patch.remove}
    traits.update(patch.set)
    for name, amount in patch.add.items():
        before = traits.get(name, 0)
        if isinstance(before, bool) or not isinstance(before, int | float):
            raise InvalidInput(f"Field {name!r} holds no number to add to.", code="not_a_number")
        value = before + amount
        if name in patch.clamp:
            low, high = patch.clamp[name]
            value = min(max(value, low), high)
        traits[name] = int(value) if float(value).is_integer() else value
    applied = (*profile.applied, patch.visit)[-KEPT_APPLIED:] if once else profile.applied
    changed = profile.evolve(traits=traits, applied=applied, scores=_given(profile.scores, patch))
    return None if changed == profile else changed


def _given(before: Mapping[str, Any], patch: ProfilePatch) -> Mapping[str, Any]:
    """Return the states of scores with a patch's points; who has no state gets one that the pass completes."""
    if not patch.points:
        return before
    after = dict(before)
    for model, points in patch.points.items():
        known = before.get(model)
        state = new_state(UNKNOWN, patch.at) if known is None else deepcopy(known)
        add(state, ADJUSTED, points, patch.at)
        after[model] = state
    return after
