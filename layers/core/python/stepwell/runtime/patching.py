"""Changes profile fields of a cohort, each at most once a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from stepwell.contracts.profiles import ProfilePatch
from stepwell.contracts.refreshing import refreshing
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.isolating import Faulty, together
from stepwell.workflows.nodes.base import Member, PatchProfile


def patch_profiles(context: StepContext, work: Work) -> EffectResult:
    """Apply `PatchProfile` effects; leaves by `next`, or by `failed` with the store's code.

    Raises:
        Unavailable: The store did not answer; the Task is tried again, and no addition counts twice.
    """
    patches: dict[str, ProfilePatch] = {}
    for member, effect in work:
        change = cast(PatchProfile, effect)
        patches[member.token.id] = ProfilePatch(
            profile=member.profile.id,
            visit=context.visit(member),
            set=change.set,
            add=change.add,
            remove=change.remove,
            clamp=change.clamp,
            points=change.points,
            at=context.moment.now.timestamp(),
        )
    failed = apply_patches(context, list(patches.values()))
    _settle(context, [patch for patch in patches.values() if patch.points and patch.visit not in failed])
    return EffectResult({token: failed.get(patch.visit, ("next", "")) for token, patch in patches.items()})


def _settle(context: StepContext, patches: Sequence[ProfilePatch]) -> None:
    """Have the pass see which thresholds were crossed: only it knows the models.

    A record on the stream costs less than a row in the due index, which ends as such a record too. A Task that died
    before it is repeated: the points count once, the record is put again.
    """
    if patches:
        now = context.moment.now
        events = [event for patch in patches for event in refreshing([patch.profile], patch.visit, now)]
        context.ports.events.emit(context.moment.tenant, events)


def save_fields(
    context: StepContext, found: Sequence[tuple[Member, Mapping[str, Any]]]
) -> dict[str, tuple[str, str]]:
    """Set fields that an answer brought; return outcome and reason a token id that failed."""
    patches = {
        member.token.id: ProfilePatch(member.profile.id, context.visit(member), set=fields)
        for member, fields in found
        if fields
    }
    failed = apply_patches(context, list(patches.values()))
    return {token: failed[patch.visit] for token, patch in patches.items() if patch.visit in failed}


def apply_patches(context: StepContext, patches: Sequence[ProfilePatch]) -> dict[str, tuple[str, str]]:
    """Apply patches; two of one profile (branches, keyed entries) go one after the other.

    Returns:
        Outcome and reason a visit that failed, or over which the store stumbled.
    """
    failed: dict[str, tuple[str, str]] = {}
    waiting = list(patches)
    while waiting:
        batch = {patch.profile: patch for patch in reversed(waiting)}
        # Each patch counts once a visit: a batch that stumbled half-way may be tried again.
        for part, codes in together(
            lambda some: context.ports.profiles.patch(context.moment.tenant, some), list(batch.values())
        ):
            for patch in part:
                if isinstance(codes, Faulty):
                    failed[patch.visit] = codes.outcome
                elif patch.profile in codes:
                    failed[patch.visit] = ("failed", codes[patch.profile])
        waiting = [patch for patch in waiting if batch[patch.profile] is not patch]
    return failed
