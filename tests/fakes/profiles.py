"""Profiles and messaging records in memory, over the same items as DynamoDB."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from stepwell.adapters.items.messaging import (
    address_key,
    asked_key,
    claimed,
    decode_asked,
    decode_record,
    encode_asked,
    encode_record,
    messaging_key,
    owners_of,
    with_place,
)
from stepwell.adapters.items.profiles import (
    apply_patch,
    decode_profile,
    encode_pointer,
    encode_profile,
    profile_key,
)
from stepwell.adapters.items.suppressions import suppressing
from stepwell.adapters.items.wire import Plain, key_item, millis
from stepwell.contracts.clock import Clock
from stepwell.contracts.confirmations import with_asked
from stepwell.contracts.consent_kinds import with_changes
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord, Place
from stepwell.contracts.profiles import Profile, ProfilePatch
from stepwell.errors import InvalidInput

from tests.fakes.table import MemoryTable, absent, unique


def _at_rev(rev: int) -> Callable[[Plain | None], bool]:
    return absent if rev == 0 else lambda item: item is not None and item.get("v") == rev


class MemoryProfiles:
    """See `stepwell.runtime.ports.ProfileStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        found = {}
        for asked in unique(ids):
            item = self._table.get(profile_key(tenant, asked), "profiles.get")
            while item is not None and "to" in item:
                item = self._table.get(profile_key(tenant, item["to"]), "profiles.get")
            if item is not None and "b" in item:
                found[asked] = decode_profile(item)
        return found

    def put(self, tenant: str, profiles: Sequence[Profile]) -> set[str]:
        return {
            profile.id
            for profile in profiles
            if self._table.put(
                encode_profile(tenant, profile, rev=profile.rev + 1),
                f"profiles.put:{profile.id}",
                _at_rev(profile.rev),
            )
        }

    def patch(self, tenant: str, patches: Sequence[ProfilePatch]) -> dict[str, str]:
        errors: dict[str, str] = {}
        for patch in patches:
            for _ in range(5):
                profile = self.get(tenant, [patch.profile]).get(patch.profile)
                if profile is None:
                    errors[patch.profile] = "not_found"
                    break
                try:
                    patched = apply_patch(profile, patch)
                except InvalidInput as error:
                    errors[patch.profile] = error.code
                    break
                if patched is None or self.put(tenant, [patched]):
                    break
            else:
                errors[patch.profile] = "conflict"
        return errors

    def link(self, tenant: str, pointers: Mapping[str, str]) -> dict[str, str]:
        owners = {}
        for identity, profile in pointers.items():
            if identity != profile:
                self._table.put(
                    encode_pointer(tenant, identity, profile), f"profiles.link:{identity}", absent
                )
            stored = self._table.items.get(profile_key(tenant, identity))
            owners[identity] = identity if stored is None else stored.get("to", identity)
        return owners


class MemoryMessaging:
    """See `stepwell.runtime.ports.MessagingStore`."""

    def __init__(self, table: MemoryTable, clock: Clock | None = None) -> None:
        self._table = table
        self._clock = clock

    def records(
        self, tenant: str, profiles: Sequence[str], *, strong: bool = True
    ) -> dict[str, MessagingRecord]:
        return {profile: self._record(tenant, profile, strong) for profile in unique(profiles)}

    def _record(self, tenant: str, profile: str, strong: bool) -> MessagingRecord:
        owner = profile
        item = self._table.get(messaging_key(tenant, profile), "messaging.records", strong=strong)
        while item is not None and "to" in item:
            owner = item["to"]
            item = self._table.get(messaging_key(tenant, owner), "messaging.records", strong=strong)
        if item is None:
            return MessagingRecord(profile, merged_into=owner if owner != profile else "")
        return decode_record(item, profile)

    def claim(self, tenant: str, claims: Sequence[tuple[MessagingRecord, Claim]]) -> set[str]:
        assert len(claims) <= 25, "at most 25 claims a call"
        return {
            record.profile for record, claim in claims if self._put(tenant, claimed(record, claim), "claim")
        }

    def keep_places(self, tenant: str, places: Sequence[tuple[MessagingRecord, Place]]) -> set[str]:
        assert len(places) <= 25, "at most 25 places a call"
        return {
            record.profile
            for record, place in places
            if self._put(tenant, with_place(record, place), "place")
        }

    def release(self, tenant: str, profile: str, visit: str, claimant: str) -> None:
        def drop(record: MessagingRecord) -> MessagingRecord:
            kept = tuple(c for c in record.claims if (c.visit, c.claimant) != (visit, claimant))
            return replace(record, claims=kept)

        self._change(tenant, profile, drop, "release")

    def settle(self, tenant: str, profile: str, visit: str, state: str) -> None:
        def mark(record: MessagingRecord) -> MessagingRecord:
            claims = tuple(
                replace(c, state=ClaimState(state)) if c.visit == visit else c for c in record.claims
            )
            return replace(record, claims=claims)

        self._change(tenant, profile, mark, "settle")

    def set_consent(self, tenant: str, profile: str, changes: Mapping[str, str]) -> None:
        self._change(
            tenant,
            profile,
            lambda record: replace(record, consent=with_changes(record.consent, changes)),
            "consent",
            True,
        )

    def suppressed(
        self, tenant: str, channel: str, addresses: Sequence[str], *, strong: bool = True
    ) -> dict[str, str]:
        found = {
            a: self._table.get(address_key(tenant, channel, a), "messaging.suppressed", strong=strong)
            for a in unique(addresses)
        }
        now = 0 if self._clock is None else millis(self._clock.now())
        return {address: reason for address, item in found.items() if (reason := suppressing(item, now))}

    def suppress(
        self, tenant: str, channel: str, address: str, reason: str, at: datetime, source: str
    ) -> None:
        key = address_key(tenant, channel, address)
        item = {**key_item(key), "reason": reason, "at": millis(at), "source": source}
        self._table.put(item, f"messaging.suppress:{key[0]}")
        for known in owners_of(tenant, channel, address):
            if owner := self._owner(tenant, known):
                self.set_consent(tenant, owner, {})

    def _owner(self, tenant: str, asked: str) -> str:
        while asked:
            item = self._table.get(profile_key(tenant, asked), "messaging.owner")
            if item is None or "to" not in item:
                return asked if item is not None else ""
            asked = item["to"]
        return ""

    def unsuppress(self, tenant: str, channel: str, address: str) -> None:
        key = address_key(tenant, channel, address)
        self._table.delete(key, f"messaging.unsuppress:{key[0]}")

    def ask(self, tenant: str, channel: str, address: str, visit: str, now: datetime) -> bool:
        key = asked_key(tenant, channel, address)
        item = self._table.get(key, "messaging.asked")
        before = decode_asked(item)
        after = with_asked(before, visit, now)
        if after is None or visit in before:
            return after is not None
        return self._table.put(encode_asked(key, after, 1), f"messaging.ask:{key[0]}")

    def _put(self, tenant: str, record: MessagingRecord, what: str) -> bool:
        item = encode_record(tenant, record, rev=record.rev + 1)
        return self._table.put(item, f"messaging.{what}:{record.owner}", _at_rev(record.rev))

    def _change(
        self,
        tenant: str,
        profile: str,
        change: Callable[[MessagingRecord], MessagingRecord],
        what: str,
        always: bool = False,
    ) -> None:
        while True:
            record = self.records(tenant, [profile])[profile]
            changed = change(record)
            if (changed == record and not always) or self._put(tenant, changed, what):
                return
