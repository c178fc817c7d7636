"""Messaging records in table `profiles`: consent and the last sends, well under 1 KB for a busy contact."""

from __future__ import annotations

from datetime import timedelta

from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.contracts.ids import base36, short_hash
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord

KEPT_CLAIMS = 16
# A claim is settled or closed within a day; after two nobody compares claimants any more.
CLAIMANT_KEPT = timedelta(days=2)
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
    )


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
    """Return the key of a suppressed address; e-mail addresses are compared without case."""
    plain = address.strip()
    if channel == "email":
        plain = plain.lower()
    return f"{tenant}#S#{channel}#{short_hash(channel, plain, length=32)}", "s"
