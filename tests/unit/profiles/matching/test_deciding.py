from __future__ import annotations

import pytest
from stepwell.profiles.matching.deciding import decide
from stepwell.profiles.matching.grouping import Groups, group
from stepwell.profiles.matching.model import (
    Decision,
    Explanation,
    MatchCandidate,
    MatchDecision,
    MatchSettings,
    Reason,
)
from stepwell.profiles.matching.reviews import Settled
from stepwell.profiles.matching.vetoes import DeterministicIds

SETTINGS = MatchSettings(threshold=0.8, review_floor=0.4)
NOBODY = Groups({}, {})
TOGETHER = Groups({"a": "a", "b": "a"}, {})
TWO_CUSTOMERS = {"a": DeterministicIds(frozenset({"1"})), "b": DeterministicIds(frozenset({"2"}))}


def decided(
    probability: float,
    groups: Groups = NOBODY,
    ids: dict[str, DeterministicIds] | None = None,
    settled: Settled | None = None,
) -> MatchDecision:
    pair = MatchCandidate("a", "b", probability, Explanation(0.0))
    return decide(pair, SETTINGS, groups, ids=ids or {}, settled=settled or Settled())


@pytest.mark.parametrize(
    ("probability", "groups", "decision", "reason"),
    [
        (0.8, TOGETHER, Decision.MERGE, Reason.AT_THRESHOLD),
        (0.3, TOGETHER, Decision.MERGE, Reason.JOINED_BY_GROUP),
        (0.79, NOBODY, Decision.REVIEW, Reason.BELOW_THRESHOLD),
        (0.4, NOBODY, Decision.REVIEW, Reason.BELOW_THRESHOLD),
        (0.39, NOBODY, Decision.REJECT, Reason.BELOW_FLOOR),
        (0.99, Groups({}, {("a", "b"): Reason.GROUP_TOO_LARGE}), Decision.REVIEW, Reason.GROUP_TOO_LARGE),
    ],
)
def test_a_probability_leads_to_a_decision(
    probability: float, groups: Groups, decision: Decision, reason: Reason
) -> None:
    made = decided(probability, groups)

    assert (made.decision, made.reasons) == (decision, (reason,))
    assert made.group == ("a" if decision is Decision.MERGE else "")


def test_certain_evidence_sends_a_likely_pair_to_a_person_and_never_to_a_merge() -> None:
    made = decided(0.9999, ids=TWO_CUSTOMERS)

    assert (made.decision, made.reasons) == (Decision.REVIEW, (Reason.CUSTOMER_IDS,))
    assert decided(0.9999, TOGETHER, TWO_CUSTOMERS).decision is Decision.REVIEW
    assert decided(0.1, ids=TWO_CUSTOMERS).decision is Decision.REJECT


def test_a_person_has_the_last_word() -> None:
    same, different = Settled(same=frozenset({("a", "b")})), Settled(different=frozenset({("a", "b")}))

    groups = group([("a", "b", -2.0)], SETTINGS, ids=TWO_CUSTOMERS, settled=same)
    assert decided(0.2, groups, TWO_CUSTOMERS, same).decision is Decision.MERGE
    assert decided(0.2, groups, TWO_CUSTOMERS, same).reasons == (Reason.REVIEWED_SAME,)
    made = decided(0.9999, settled=different)
    assert (made.decision, made.reasons) == (Decision.REJECT, (Reason.REVIEWED_DIFFERENT,))
