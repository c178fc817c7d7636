"""Merging by hand: previews, merges, their undoing and the queue of pairs that people look at, audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stepwell.contracts.merges import Merge, MergeReason
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound
from stepwell.profiles.matching.model import (
    Decision,
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchDecision,
    Reason,
)
from stepwell.profiles.matching.reviews import Verdict
from stepwell.profiles.matching.words import AGREEMENTS, explain, sentences
from stepwell.profiles.merge_preview import Preview, preview
from stepwell.profiles.merges import Merging
from stepwell.profiles.merging import AttributeOf
from stepwell.profiles.schema import schema_of
from stepwell.profiles.traits import Attributes
from stepwell.profiles.unmerging import Parted
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rules import RulesStore
from stepwell.publishing.segment_settling import refresh
from stepwell.runtime.ports import EventSink

_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class ByHand:
    """Merging as people do it.

    Attributes:
        merging: Merges contacts.
        rules: The workspace's schema says whose value of a field stands.
        events: The stream: the pass settles segments, scores and stages of contacts that were changed.
        publishing: The audit log and the clock.
    """

    merging: Merging
    rules: RulesStore
    events: EventSink
    publishing: PublishingPorts

    def preview(self, tenant: str, one: str, other: str) -> Preview:
        """See `stepwell.profiles.merge_preview`."""
        return preview(self.merging.ports, tenant, one, other, self._attributes(tenant))

    def merge(self, tenant: str, one: str, other: str, actor: str) -> Profile:
        """Merge two contacts, whatever speaks against it; nothing happens when they are one already."""
        return self._same(tenant, one, other, actor, MergeReason.MANUAL)

    def _same(self, tenant: str, one: str, other: str, actor: str, reason: MergeReason) -> Profile:
        attribute_of = self._attributes(tenant)
        done = self.merging.decide(tenant, one, other, Verdict.SAME, attribute_of, by=actor, reason=reason)
        if done is None:
            raise NotFound("There is no such contact.", code="no_contact")
        self._note(tenant, actor, "contact.merged", done.id, merged=sorted({one, other} - {done.id}))
        self._refresh(tenant, [done.id], f"merge:{one}:{other}")
        return done

    def undo(self, tenant: str, merge: str, actor: str) -> Parted:
        """Undo a merge; see `Merging.undo`."""
        parted = self.merging.undo(tenant, merge, self._attributes(tenant), by=actor)
        ids = [parted.winner.profile.id, parted.loser.profile.id]
        self._note(tenant, actor, "contact.unmerged", ids[0], merge=merge, contact=ids[1])
        self._refresh(tenant, ids, f"undo:{merge}")
        return parted

    def answer(self, tenant: str, left: str, right: str, verdict: Verdict, actor: str) -> Profile | None:
        """Note what somebody said of a pair of the queue.

        Raises:
            NotFound: It is not in the queue.
        """
        first, second = sorted((left, right))
        if self.merging.ports.reviews.find(tenant, (first, second)) is None:
            raise NotFound("This pair is not in the queue.", code="no_review")
        if verdict is Verdict.SAME:
            return self._same(tenant, first, second, actor, MergeReason.REVIEW)
        self.merging.decide(tenant, first, second, verdict, self._attributes(tenant), by=actor)
        self._note(tenant, actor, "contact.reviewed", first, other=second, verdict=str(verdict))
        return None

    def take(self, tenant: str, decisions: Sequence[MatchDecision], actor: str) -> int:
        """Carry out what matching decided; may be repeated. Return how many decisions led to anything."""
        taken = self.merging.take(tenant, decisions, self._attributes(tenant))
        if taken:
            self.publishing.note(tenant, actor, "contacts.matched", "contacts", taken=taken)
        ids = [one.candidate.left for one in decisions if one.decision is Decision.MERGE]
        found = self.merging.ports.profiles.get(tenant, ids)
        owners = dict.fromkeys(profile.id for profile in found.values())
        self._refresh(tenant, list(owners), f"match:{actor}")
        return taken

    def merges(
        self, tenant: str, *, reason: str, undone: bool | None, limit: int, cursor: str | None
    ) -> tuple[list[Merge], str | None]:
        """Page through merges, newest first.

        Args:
            tenant: Tenant id.
            reason: Only those for this reason; empty: all.
            undone: Only those that were (not) undone; None: all.
            limit: Merges at most; a page may hold fewer although there are more.
            cursor: Where the last page ended.
        """
        found: list[Merge] = []
        for _ in range(_MOST_PAGES):
            page, cursor = self.merging.ports.merges.page(tenant, limit - len(found), cursor)
            found += [
                one
                for one in page
                if (not reason or one.reason == reason)
                and (undone is None or undone == (one.undone_at is not None))
            ]
            if cursor is None or len(found) >= limit:
                break
        return found, cursor

    def merges_of(self, tenant: str, profile: Profile) -> list[Merge]:
        """Return the merges that made a contact what it is, newest first."""
        return self.merging.ports.merges.of_losers(tenant, profile.aliases)

    def _attributes(self, tenant: str) -> AttributeOf:
        document, _ = self.rules.read(tenant)
        return Attributes(schema_of(document.get("schema"))).of

    def _note(self, tenant: str, actor: str, action: str, profile: str, **details: Any) -> None:
        self.publishing.note(tenant, actor, action, f"contact/{profile}", **details)

    def _refresh(self, tenant: str, profiles: Sequence[str], why: str) -> None:
        refresh(self.events, tenant, profiles, why, self.publishing.now())


def told(decision: MatchDecision) -> Mapping[str, Any]:
    """Return a pair of the queue as people read it."""
    candidate = decision.candidate
    # Without fields it was an event that named both, not a likeness.
    evidence = explain(candidate.explanation) if candidate.explanation.fields else []
    return {
        "pair": f"{candidate.left}.{candidate.right}",
        "left": candidate.left,
        "right": candidate.right,
        "probability": candidate.probability,
        "reasons": [str(reason) for reason in decision.reasons],
        "why": sentences(decision),
        "evidence": evidence or ["An event named identities of both."],
    }


def decision_of(row: Mapping[str, Any]) -> MatchDecision:
    """Read a row of `pairs.parquet`.

    Raises:
        InvalidInput: It is none.
    """
    try:
        evidence = tuple(
            FieldEvidence(str(f["field"]), _known(f["agreement"]), float(f["bits"]), float(f["rarity_bits"]))
            for f in row.get("evidence") or ()
        )
        candidate = MatchCandidate(
            str(row["left"]),
            str(row["right"]),
            float(row["probability"]),
            Explanation(float(row.get("prior_bits") or 0.0), evidence),
        )
        reasons = tuple(Reason(reason) for reason in row.get("reasons") or ())
        return MatchDecision(candidate, Decision(row["decision"]), reasons, str(row.get("group") or ""))
    except (KeyError, TypeError, ValueError):
        raise InvalidInput("This is no decision of matching.", code="bad_decision") from None


def _known(agreement: object) -> str:
    if agreement not in AGREEMENTS:
        raise ValueError("unknown agreement")
    return str(agreement)
