"""Changes profile fields of a cohort, each at most once a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from stepwell.contracts.profiles import ProfilePatch
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.workflows.nodes.base import Member, PatchProfile


def patch_profiles(context: StepContext, work: Work) -> EffectResult:
    """Apply `PatchProfile` effects; leaves by `next`, or by `failed` with the store's code.

    Raises:
        Unavailable: The store did not answer; the Task is tried again, and no addition counts twice.
    """
    patches = []
    for member, effect in work:
        change = cast(PatchProfile, effect)
        patches.append(
            ProfilePatch(
                profile=member.profile.id,
                visit=context.visit(member),
                set=change.set,
                add=change.add,
                remove=change.remove,
                clamp=change.clamp,
            )
        )
    failed = apply_patches(context, patches)
    return EffectResult(
        {
            member.token.id: ("failed", failed[member.profile.id])
            if member.profile.id in failed
            else ("next", "")
            for member, _ in work
        }
    )


def save_fields(context: StepContext, found: Sequence[tuple[Member, Mapping[str, Any]]]) -> dict[str, str]:
    """Set fields that an answer brought; return the error code a profile id that failed."""
    patches = [
        ProfilePatch(member.profile.id, context.visit(member), set=fields)
        for member, fields in found
        if fields
    ]
    return apply_patches(context, patches)


def apply_patches(context: StepContext, patches: Sequence[ProfilePatch]) -> dict[str, str]:
    """Apply patches; two of one profile (branches, keyed entries) go one after the other."""
    failed: dict[str, str] = {}
    waiting = list(patches)
    while waiting:
        batch = {patch.profile: patch for patch in reversed(waiting)}
        failed |= context.ports.profiles.patch(context.moment.tenant, list(batch.values()))
        waiting = [patch for patch in waiting if batch[patch.profile] is not patch]
    return failed
