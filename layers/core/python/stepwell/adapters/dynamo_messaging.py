"""MessagingStore on DynamoDB: consent, the last sends, and suppressed addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_statements import Statement, change, execute, insert
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
from stepwell.adapters.items.profiles import profile_id_of, profile_key
from stepwell.adapters.items.suppressions import suppressing
from stepwell.adapters.items.wire import Plain, key_item, key_of, millis
from stepwell.contracts.clock import Clock
from stepwell.contracts.confirmations import with_asked
from stepwell.contracts.consent_kinds import with_changes
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord, Place
from stepwell.errors import LimitExceeded, Unavailable

MAX_CLAIMS = 25
_TRIES = 10


class DynamoMessaging:
    """See `stepwell.runtime.ports.MessagingStore`.

    Args:
        table: Table `profiles`.
        clock: Says when addresses that rest may be written to again; None: never.
    """

    def __init__(self, table: DynamoTable, clock: Clock | None = None) -> None:
        self._table = table
        self._clock = clock

    def records(
        self, tenant: str, profiles: Sequence[str], *, strong: bool = True
    ) -> dict[str, MessagingRecord]:
        """Read messaging records; a profile without one gets an empty record with rev 0.

        The record of a profile that was merged into another one is that one's.
        """
        at = {profile: profile for profile in profiles}
        items: dict[str, Plain] = {}
        wanted = set(at.values())
        while wanted:
            keys = [messaging_key(tenant, profile) for profile in sorted(wanted)]
            found = self._table.get_many(keys, strong=strong)
            items.update((profile_id_of(pk), item) for (pk, _), item in found.items())
            missing = wanted - items.keys()
            at = {asked: items.get(owner, {}).get("to", owner) for asked, owner in at.items()}
            wanted = set(at.values()) - items.keys() - missing
        return {
            asked: decode_record(items[owner], asked) if owner in items else _empty(asked, owner)
            for asked, owner in at.items()
        }

    def claim(self, tenant: str, claims: Sequence[tuple[MessagingRecord, Claim]]) -> set[str]:
        """Append claims, each conditional on the record's rev (at most 25 a call); return profiles claimed.

        After a repeated request a claim may be in place though it is not returned: it then carries its
        claimant, who finds it when he reads the record again.
        """
        if len(claims) > MAX_CLAIMS:
            raise LimitExceeded(f"At most {MAX_CLAIMS} sends are claimed at a time.")
        return self._write(tenant, [claimed(record, claim) for record, claim in claims])

    def keep_places(self, tenant: str, places: Sequence[tuple[MessagingRecord, Place]]) -> set[str]:
        """Keep places of messages that are held over, each conditional on the record's rev; see `claim`."""
        if len(places) > MAX_CLAIMS:
            raise LimitExceeded(f"At most {MAX_CLAIMS} places are kept at a time.")
        return self._write(tenant, [with_place(record, place) for record, place in places])

    def _write(self, tenant: str, records: Sequence[MessagingRecord]) -> set[str]:
        results = execute(self._table, [self._statement(tenant, record) for record in records])
        return {record.profile for record, result in zip(records, results, strict=True) if result.applied}

    def _statement(self, tenant: str, record: MessagingRecord) -> Statement:
        item = encode_record(tenant, record, rev=record.rev + 1)
        if record.rev == 0:
            return insert(self._table, item)
        put = {name: value for name, value in item.items() if name not in ("pk", "sk")}
        drop = tuple(name for name in ("i", "k", "h") if name not in put)
        return change(self._table, key_of(item), put, drop, {"v": record.rev})

    def release(self, tenant: str, profile: str, visit: str, claimant: str) -> None:
        """Take a claim back after a definite refusal."""

        def drop(record: MessagingRecord) -> MessagingRecord:
            kept = tuple(c for c in record.claims if (c.visit, c.claimant) != (visit, claimant))
            return replace(record, claims=kept)

        self._change(tenant, profile, drop)

    def settle(self, tenant: str, profile: str, visit: str, state: str) -> None:
        """Set a claim's state (`sent` or `unknown`)."""

        def mark(record: MessagingRecord) -> MessagingRecord:
            claims = (replace(c, state=ClaimState(state)) if c.visit == visit else c for c in record.claims)
            return replace(record, claims=tuple(claims))

        self._change(tenant, profile, mark)

    def set_consent(self, tenant: str, profile: str, changes: Mapping[str, str]) -> None:
        """Set ``{"email:marketing": "granted"|"denied"}``; bumps rev, so that no older claim succeeds.

        A weaker proof of what is granted already takes no stronger one's place (`with_changes`).
        """
        self._change(
            tenant,
            profile,
            lambda record: replace(record, consent=with_changes(record.consent, changes)),
            always=True,
        )

    def _change(
        self,
        tenant: str,
        profile: str,
        change_record: Callable[[MessagingRecord], MessagingRecord],
        *,
        always: bool = False,
    ) -> None:
        for _ in range(_TRIES):
            record = self.records(tenant, [profile])[profile]
            changed = change_record(record)
            if (changed == record and not always) or self._write(tenant, [changed]):
                return
        raise Unavailable("The contact's messaging record is being written by too many at once.")

    def suppressed(
        self, tenant: str, channel: str, addresses: Sequence[str], *, strong: bool = True
    ) -> dict[str, str]:
        """Return the reason a suppressed address."""
        keys = {address: address_key(tenant, channel, address) for address in addresses}
        items = self._table.get_many(keys.values(), strong=strong)
        now_ms = millis(self._clock.now()) if self._clock is not None else 0
        found = {address: suppressing(items.get(key), now_ms) for address, key in keys.items()}
        return {address: reason for address, reason in found.items() if reason}

    def suppress(
        self, tenant: str, channel: str, address: str, reason: str, at: datetime, source: str
    ) -> None:
        """Suppress an address, and have claims of its owner fail that did not see it."""
        key = key_item(address_key(tenant, channel, address))
        self._table.put({**key, "reason": reason, "at": millis(at), "source": source})
        for known in owners_of(tenant, channel, address):
            if owner := self._owner(tenant, known):
                self.set_consent(tenant, owner, {})

    def _owner(self, tenant: str, asked: str) -> str:
        """Return the contact whom an identity leads to; empty: nobody is known by it."""
        while asked:
            item = self._table.get(profile_key(tenant, asked))
            if item is None:
                return ""
            if "to" not in item:
                return asked
            asked = str(item["to"])
        return ""

    def unsuppress(self, tenant: str, channel: str, address: str) -> None:
        """Lift a suppression."""
        self._table.delete(address_key(tenant, channel, address))

    def ask(self, tenant: str, channel: str, address: str, visit: str, now: datetime) -> bool:
        """Note that a visit asks an address to confirm; False: it was asked often enough."""
        key = asked_key(tenant, channel, address)
        for _ in range(_TRIES):
            item = self._table.get(key)
            before = decode_asked(item)
            after = with_asked(before, visit, now)
            if after is None or visit in before:
                return after is not None
            row = encode_asked(key, after, int(item["v"]) + 1 if item else 1)
            if item is None and self._table.put_new(row):
                return True
            if item is not None and self._table.put(row, condition="v = :v", values={":v": item["v"]}):
                return True
        raise Unavailable("Too many ask the same address to confirm at once.")


def _empty(asked: str, owner: str) -> MessagingRecord:
    return MessagingRecord(asked, merged_into=owner if owner != asked else "")
