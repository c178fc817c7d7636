"""Pairs of profiles that people look at, in table `profiles`: open ones, and what was said of others."""

from __future__ import annotations

from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.profiles.matching.model import (
    Decision,
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchDecision,
    Reason,
)
from stepwell.profiles.matching.reviews import Pair, Review, Verdict


def open_partition(tenant: str) -> str:
    """Return the partition of the queue."""
    return f"{tenant}#REVIEW#MERGE"


def open_key(tenant: str, pair: Pair) -> Key:
    """Return the key of a pair in the queue."""
    return open_partition(tenant), ".".join(pair)


def answered_key(tenant: str, pair: Pair) -> Key:
    """Return the key of what was said of a pair."""
    return f"{tenant}#REVIEWED#MERGE", ".".join(pair)


def encode_decision(tenant: str, decision: MatchDecision, at_ms: int) -> Plain:
    """Write a pair that waits for somebody to look."""
    candidate = decision.candidate
    pk, sk = open_key(tenant, (candidate.left, candidate.right))
    evidence = [[f.field, f.agreement, f.bits, f.rarity_bits] for f in candidate.explanation.fields]
    told = [
        candidate.probability,
        candidate.explanation.prior_bits,
        evidence,
        str(decision.decision),
        [str(reason) for reason in decision.reasons],
        decision.group,
    ]
    return {"pk": pk, "sk": sk, "at": at_ms, "d": pack(told)}


def decode_decision(item: Plain) -> MatchDecision:
    """Read a pair."""
    left, right = item["sk"].split(".")
    probability, prior, evidence, decision, reasons, group = unpack(item["d"])
    explanation = Explanation(prior, tuple(FieldEvidence(*field) for field in evidence))
    return MatchDecision(
        MatchCandidate(left, right, probability, explanation),
        Decision(decision),
        tuple(Reason(reason) for reason in reasons),
        group,
    )


def encode_answer(tenant: str, review: Review, decision: str | None) -> Plain:
    """Write what somebody said, with what the queue said of the pair."""
    pk, sk = answered_key(tenant, (review.left, review.right))
    item = {"pk": pk, "sk": sk, "verdict": str(review.verdict), "by": review.by, "at": millis(review.at)}
    return item if decision is None else {**item, "d": decision}


def decode_answer(item: Plain) -> Review:
    """Read what somebody said."""
    left, right = item["sk"].split(".")
    return Review(left, right, Verdict(item["verdict"]), item["by"], from_millis(item["at"]))
