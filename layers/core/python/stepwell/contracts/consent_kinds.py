"""How a consent was given: what the gate asks of a proof without reading it.

Beside a granted ``<channel>:marketing`` the messaging record says under ``proof:<channel>`` how it was given; the
proof itself lies beside the contact (`stepwell.consent.proofs`). One more word in a record that is read anyway:
the gate reads nothing more for it.

Who agrees to texts agrees for a number, not for whatever number they may have some day: the called party's consent
counts (47 U.S.C. 227(b)(1)(A)). ``<kind>@<mark>`` names it, so a grant ends with the number it was given for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from stepwell.contracts.ids import short_hash

PROOF = "proof:"
_OF_A_NUMBER = "sms"


class ProofKind(StrEnum):
    """How somebody agreed."""

    KEYWORD = "keyword"  # a text to one of our numbers
    FORM = "form"  # ticked on a page
    DOUBLE = "double"  # asked for, then confirmed by link or text
    PAGE = "page"  # behind a signed link of ours
    BROWSER = "browser"  # the browser asked
    PAPER = "paper"  # signed
    VERBAL = "verbal"
    TOLD = "told"  # somebody says so, without saying how


WRITTEN = frozenset({ProofKind.KEYWORD, ProofKind.FORM, ProofKind.DOUBLE, ProofKind.PAGE, ProofKind.PAPER})
"""What is in writing with a signature as 15 U.S.C. 7006(5) has it: a tick, a text, a pressed button are one."""


def proof_of(key: str, kind: ProofKind | str, address: str = "") -> dict[str, str]:
    """Return what stands in the record beside a granted consent; nothing but marketing asks for it.

    Args:
        key: The consent, such as `sms:marketing`.
        kind: How it was given.
        address: The number that texts were agreed to for; empty: none was known. Other channels name none.
    """
    channel, _, purpose = key.partition(":")
    if purpose != "marketing":
        return {}
    mark = f"@{_mark(address)}" if channel == _OF_A_NUMBER and address else ""
    return {f"{PROOF}{channel}": f"{kind}{mark}"}


def kind_for(noted: str, address: str) -> str:
    """Return how a consent was given for an address; empty: not at all, or for another one.

    Args:
        noted: What stands under ``proof:<channel>``; without a mark it holds for any address.
        address: Where a message would go.
    """
    kind, _, mark = noted.partition("@")
    return kind if mark in ("", _mark(address)) else ""


def with_changes(consent: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Return a record's consents after changes: a weaker proof of what is granted takes no stronger one's place.

    An import that tells again what somebody signed makes it no less signed.
    """
    after = {**consent, **changes}
    for key in changes:
        held = consent.get(key, "")
        if not key.startswith(PROOF) or consent.get(f"{key[len(PROOF) :]}:marketing") != "granted":
            continue
        marks = {held.partition("@")[2], changes[key].partition("@")[2]} - {""}
        if _strength(held) > _strength(changes[key]) and len(marks) < 2:
            after[key] = held
    return after


def merged_proofs(winner: Mapping[str, str], loser: Mapping[str, str], address: str) -> dict[str, str]:
    """Return how texts were agreed to by one of two who become one contact; empty: no proof is of their number.

    Args:
        winner: Consents of who stays.
        loser: Consents of who goes.
        address: The number of the contact that both become.
    """
    name, key = f"{PROOF}{_OF_A_NUMBER}", f"{_OF_A_NUMBER}:marketing"
    noted = [one[name] for one in (winner, loser) if one.get(key) == "granted" and name in one]
    holding = [one for one in noted if kind_for(one, address)]
    return {name: max(holding, key=_strength)} if holding else {}


def _strength(noted: str) -> int:
    kind = noted.partition("@")[0]
    if kind == ProofKind.DOUBLE:
        return 3
    return 2 if kind in WRITTEN else 1 if kind else 0


def _mark(address: str) -> str:
    return short_hash("proof", address, length=8)
