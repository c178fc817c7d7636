"""From a probability to what happens: merge, ask a person, or leave apart."""

from __future__ import annotations

from collections.abc import Mapping

from stepwell.profiles.matching.grouping import Groups
from stepwell.profiles.matching.model import Decision, MatchCandidate, MatchDecision, MatchSettings, Reason
from stepwell.profiles.matching.reviews import Settled
from stepwell.profiles.matching.vetoes import NOTHING, DeterministicIds, vetoes


def decide(
    candidate: MatchCandidate,
    settings: MatchSettings,
    groups: Groups,
    *,
    ids: Mapping[str, DeterministicIds],
    settled: Settled,
) -> MatchDecision:
    """Return what shall happen to a pair.

    A verdict of a person stands. Otherwise a veto or a broken chain sends a likely pair to review; what belongs
    to one group is merged; what lies between the floor and the threshold is reviewed.
    """
    both = (candidate.left, candidate.right)
    group = groups.of.get(candidate.left, "") if groups.together(*both) else ""
    likely = candidate.probability >= settings.threshold
    if both in settled.different:
        return MatchDecision(candidate, Decision.REJECT, (Reason.REVIEWED_DIFFERENT,))
    if both in settled.same and group:
        return MatchDecision(candidate, Decision.MERGE, (Reason.REVIEWED_SAME,), group)
    certain = vetoes(ids.get(candidate.left, NOTHING), ids.get(candidate.right, NOTHING))
    if group and not certain:
        reason = Reason.AT_THRESHOLD if likely else Reason.JOINED_BY_GROUP
        return MatchDecision(candidate, Decision.MERGE, (reason,), group)
    if candidate.probability < settings.review_floor:
        return MatchDecision(candidate, Decision.REJECT, (*certain, Reason.BELOW_FLOOR))
    if certain:
        return MatchDecision(candidate, Decision.REVIEW, certain)
    reason = groups.held.get(both, Reason.WEAK_SUPPORT) if likely else Reason.BELOW_THRESHOLD
    return MatchDecision(candidate, Decision.REVIEW, (reason,))
