"""How a consent was given: what the gate asks of a proof without reading it.

Beside a granted ``<channel>:marketing`` the messaging record says under ``proof:<channel>`` how it was given; the
proof itself lies beside the contact (`stepwell.consent.proofs`). One more word in a record that is read anyway:
the gate reads nothing more for it.
"""

from __future__ import annotations

from enum import StrEnum

PROOF = "proof:"


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


def proof_of(key: str, kind: ProofKind | str) -> dict[str, str]:
    """Return what stands in the record beside a granted consent; nothing but marketing asks for it."""
    channel, _, purpose = key.partition(":")
    return {f"{PROOF}{channel}": str(kind)} if purpose == "marketing" else {}
