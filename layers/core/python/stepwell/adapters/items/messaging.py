"""Messaging records in table `profiles`: consent and the last sends, well under 1 KB for a busy contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from stepwell.adapters.items.wire import Key, Plain, from_millis, key_item, millis, pack, unpack
from stepwell.contracts.confirmations import WITHIN
from stepwell.contracts.ids import base36, profile_id, short_hash
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord, Place

KEPT_CLAIMS = 16
KEPT_PLACES = 8
# A claim is settled or closed within a day; after two nobody compares claimants any more.
CLAIMANT_KEPT = timedelta(days=2)
# Whoever has not come again by then left his workflow meanwhile.
PLACE_KEPT = timedelta(hours=1)
# By what an address identifies its owner.
_IDENTITY_OF = {"email": "email", "sms": "phone"}
_STATES = {ClaimState.CLAIMED: "c", ClaimState.SENT: "s", ClaimState.UNKNOWN: "u"}
_FROM_STATES = {letter: state for state, letter in _STATES.items()}
_CHANNELS = {"email": "e", "sms": "s", "push": "p"}
_FROM_CHANNELS = {letter: channel for channel, letter in _CHANNELS.items()}


def messaging_key(tenant: str, profile: str) -> Key:
    """Return the key of a messaging record."""
    return f"{tenant}#P#{profile}", "m"


def encode_record(tenant: str, record: MessagingRecord, *, rev: int) -> Plain:
    """Write a record under the given revision; only the last claims are kept."""
    pk, sk = messaging_key(tenant, record.owner)
    item: Plain = {"pk": pk, "sk": sk, "v": rev}
    if record.consent:
        item["c"] = pack(dict(record.consent))
    if record.aliases:
        item["i"] = " ".join(record.aliases)
    if record.places:
        item["h"] = pack([_place(place) for place in record.places[-KEPT_PLACES:]])
    claims = record.claims[-KEPT_CLAIMS:]
    if claims:
        newest = max(claim.at for claim in claims)
        item["k"] = pack([_claim(claim, newest - claim.at < CLAIMANT_KEPT) for claim in claims])
    return item


def decode_record(item: Plain, asked: str = "") -> MessagingRecord:
    """Read a record; ``asked`` is the profile that led to it, if it is another one's since a merge."""
    owner = item["pk"].partition("#P#")[2]
    return MessagingRecord(
        profile=asked or owner,
        merged_into=owner if asked and asked != owner else "",
        aliases=tuple(item.get("i", "").split()),
        rev=item["v"],
        consent=unpack(item["c"]) if "c" in item else {},
        claims=tuple(_from_claim(text) for text in unpack(item["k"])) if "k" in item else (),
        places=tuple(_from_place(text) for text in unpack(item["h"])) if "h" in item else (),
    )


def claimed(record: MessagingRecord, claim: Claim) -> MessagingRecord:
    """Return a record with a claim; the place that the message kept is taken."""
    return without_place(replace(record, claims=(*record.claims, claim)), claim.visit, claim.at)


def with_place(record: MessagingRecord, place: Place) -> MessagingRecord:
    """Return a record with a place, instead of an earlier one of the visit."""
    others = tuple(one for one in record.places if one.visit != place.visit)
    return replace(record, places=(*others, place)[-KEPT_PLACES:])


def without_place(record: MessagingRecord, visit: str, now: datetime) -> MessagingRecord:
    """Return a record without the place of a visit, and without those whose time has passed."""
    if not record.places:
        return record
    kept = tuple(p for p in record.places if p.visit != visit and now - p.until < PLACE_KEPT)
    return replace(record, places=kept)


def _place(place: Place) -> str:
    channel = _CHANNELS.get(place.channel, place.channel)
    until = base36(millis(place.until))
    return "|".join((place.visit, until, channel, place.tag.replace("|", "/"), str(place.priority)))


def _from_place(text: str) -> Place:
    visit, until, channel, tag, priority = text.split("|", 4)
    return Place(visit, from_millis(int(until, 36)), _FROM_CHANNELS.get(channel, channel), tag, int(priority))


def _claim(claim: Claim, keep_claimant: bool) -> str:
    flags = _STATES[claim.state] + ("" if claim.counted else "-")
    channel = _CHANNELS.get(claim.channel, claim.channel)
    claimant = claim.claimant if keep_claimant else ""
    return "|".join(
        (claim.visit, base36(millis(claim.at)), flags, channel, claim.tag.replace("|", "/"), claimant)
    )


def _from_claim(text: str) -> Claim:
    visit, at, flags, channel, tag, claimant = text.split("|", 5)
    return Claim(
        visit=visit,
        claimant=claimant,
        at=from_millis(int(at, 36)),
        channel=_FROM_CHANNELS.get(channel, channel),
        tag=tag,
        state=_FROM_STATES[flags[0]],
        counted="-" not in flags,
    )


def address_key(tenant: str, channel: str, address: str) -> Key:
    """Return the key of a suppressed address; e-mail addresses are compared without case, domains as SMTP has them."""
    plain = address.strip()
    if channel == "email":
        plain = (plain if plain.isascii() else _carried(plain)).lower()
    return f"{tenant}#S#{channel}#{short_hash(channel, plain, length=32)}", "s"


def asked_key(tenant: str, channel: str, address: str) -> Key:
    """Return the key under which is kept when an address was asked to confirm; the row ends by itself."""
    return address_key(tenant, channel, address)[0], "a"


def decode_asked(item: Plain | None) -> dict[str, datetime]:
    """Read which visits asked, and when."""
    return {visit: from_millis(int(at)) for visit, at in item["a"].items()} if item else {}


def encode_asked(key: Key, asked: Mapping[str, datetime], rev: int) -> Plain:
    """Write which visits asked, and when."""
    ends = max(asked.values()) + WITHIN
    row = {"a": {visit: millis(at) for visit, at in asked.items()}, "ttl": millis(ends) // 1000, "v": rev}
    return {**key_item(key), **row}


def _carried(address: str) -> str:
    # Loaded for the few addresses that need it: functions that send nothing read no consent.
    from stepwell.consent.addresses import sendable_address

    return sendable_address(address) or address


def owners_of(tenant: str, channel: str, address: str) -> list[str]:
    """Return the ids of profiles that an address may identify; a domain in another script as people write it, too."""
    kind = _IDENTITY_OF.get(channel)
    written = [address]
    if kind == "email" and "xn--" in address.lower():
        from stepwell.consent.addresses import as_people_write

        written.append(as_people_write(address))
    return [profile_id(tenant, kind, one) for one in dict.fromkeys(written)] if kind else []
