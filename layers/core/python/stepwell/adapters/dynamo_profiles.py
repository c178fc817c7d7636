"""ProfileStore on DynamoDB: one read and one conditional write a contact and pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_statements import change, execute, insert
from stepwell.adapters.items.profiles import (
    apply_patch,
    decode_profile,
    encode_pointer,
    encode_profile,
    profile_id_of,
    profile_key,
)
from stepwell.adapters.items.squeezing import squeeze
from stepwell.adapters.items.wire import Plain, key_of, pack, unpack
from stepwell.contracts.profiles import Profile, ProfilePatch
from stepwell.errors import InvalidInput

_TRIES = 5


class DynamoProfiles:
    """See `stepwell.runtime.ports.ProfileStore`.

    Args:
        table: Table `profiles`.
        pack: Writes JSON bodies.
        unpack: Reads them.
        squeeze: Makes them small.
    """

    def __init__(
        self,
        table: DynamoTable,
        *,
        pack: Callable[[Any], str | bytes] = pack,
        unpack: Callable[[str | bytes], Any] = unpack,
        squeeze: Callable[[str | bytes], str | bytes] = squeeze,
    ) -> None:
        self._table = table
        self._pack = pack
        self._squeeze = squeeze
        self._unpack = unpack

    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        """Read profiles; unknown ones are absent; a pointer is followed and returned under the asked id."""
        at = {asked: asked for asked in ids}
        items: dict[str, Plain] = {}
        wanted = set(at.values())
        while wanted:
            found = self._table.get_many(profile_key(tenant, profile) for profile in sorted(wanted))
            items.update((profile_id_of(pk), item) for (pk, _), item in found.items())
            missing = wanted - items.keys()
            at = {asked: items.get(profile, {}).get("to", profile) for asked, profile in at.items()}
            wanted = set(at.values()) - items.keys() - missing
        return {
            asked: decode_profile(items[profile], self._unpack)
            for asked, profile in at.items()
            if "b" in items.get(profile, {})
        }

    def put(self, tenant: str, profiles: Sequence[Profile]) -> set[str]:
        """Write profiles, each conditional on the stored rev being ``profile.rev``; return ids written."""
        statements = []
        for profile in profiles:
            item = encode_profile(
                tenant, profile, rev=profile.rev + 1, pack=self._pack, squeeze=self._squeeze
            )
            if profile.rev == 0:
                statements.append(insert(self._table, item))
            else:
                put = {"v": item["v"], "b": item["b"]}
                statements.append(change(self._table, key_of(item), put, (), {"v": profile.rev}))
        results = execute(self._table, statements)
        return {profile.id for profile, result in zip(profiles, results, strict=True) if result.applied}

    def patch(self, tenant: str, patches: Sequence[ProfilePatch]) -> dict[str, str]:
        """Apply patches at most once a visit; return an error code a profile id that failed."""
        errors: dict[str, str] = {}
        left = list(patches)
        for _ in range(_TRIES):
            left = self._patch_once(tenant, left, errors)
            if not left:
                return errors
        return {**errors, **{patch.profile: "conflict" for patch in left}}

    def _patch_once(
        self, tenant: str, patches: Sequence[ProfilePatch], errors: dict[str, str]
    ) -> list[ProfilePatch]:
        profiles = self.get(tenant, [patch.profile for patch in patches])
        patched: dict[str, Profile] = {}
        waiting: dict[str, list[ProfilePatch]] = {}
        for patch in patches:
            profile = profiles.get(patch.profile)
            if profile is None:
                errors[patch.profile] = "not_found"
                continue
            try:
                after = apply_patch(patched.get(profile.id, profile), patch)
            except InvalidInput as error:
                errors[patch.profile] = error.code
                continue
            if after is not None:
                patched[profile.id] = after
                waiting.setdefault(profile.id, []).append(patch)
        done = self.put(tenant, list(patched.values()))
        return [patch for profile, group in waiting.items() if profile not in done for patch in group]

    def link(self, tenant: str, pointers: Mapping[str, str]) -> dict[str, str]:
        """Put pointers ``{profile id of an identity: profile id}`` unless taken; return who owns each."""
        new = [(identity, profile) for identity, profile in pointers.items() if identity != profile]
        results = execute(
            self._table,
            [insert(self._table, encode_pointer(tenant, identity, profile)) for identity, profile in new],
        )
        owners = dict(pointers)
        taken = [identity for (identity, _), result in zip(new, results, strict=True) if not result.applied]
        if taken:
            stored = self._table.get_many(profile_key(tenant, identity) for identity in taken)
            owners.update(
                (profile_id_of(pk), item.get("to", profile_id_of(pk))) for (pk, _), item in stored.items()
            )
        return owners
