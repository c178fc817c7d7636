"""What matching speaks of: a pair, why it is believed to be one person, and what shall happen to it.

Evidence is counted in bits: the base-2 logarithm of how much likelier an observation is between two records of
one person than between two strangers (Fellegi and Sunter, "A theory for record linkage", 1969). Bits add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stepwell.errors import InvalidInput


class Decision(StrEnum):
    """What shall happen to a pair.

    Attributes:
        MERGE: One person, sure enough to merge without asking.
        REVIEW: A person must look.
        REJECT: Two people.
    """

    MERGE = "merge"
    REVIEW = "review"
    REJECT = "reject"


class Reason(StrEnum):
    """Why a pair got its decision; stable codes, told in words by ``words``.

    Attributes:
        AT_THRESHOLD: Its probability reaches the threshold.
        JOINED_BY_GROUP: Below the threshold, but both belong to a group that holds together.
        BELOW_THRESHOLD: Between the floor of the review and the threshold.
        BELOW_FLOOR: Not worth a look.
        CUSTOMER_IDS: Two different customer ids.
        VERIFIED_EMAILS: Two different verified e-mail addresses.
        GROUP_CONFLICT: Others that would become one person with them carry different deterministic ids.
        GROUP_TOO_LARGE: The group would grow beyond the limit.
        WEAK_SUPPORT: It alone would join two groups whose other members do not look alike.
        REVIEWED_SAME: Somebody looked and said that it is one person.
        REVIEWED_DIFFERENT: Somebody looked and said that these are two people.
    """

    AT_THRESHOLD = "at_threshold"
    JOINED_BY_GROUP = "joined_by_group"
    BELOW_THRESHOLD = "below_threshold"
    BELOW_FLOOR = "below_floor"
    CUSTOMER_IDS = "different_customer_ids"
    VERIFIED_EMAILS = "different_verified_emails"
    GROUP_CONFLICT = "group_conflict"
    GROUP_TOO_LARGE = "group_too_large"
    WEAK_SUPPORT = "weak_support"
    REVIEWED_SAME = "reviewed_same"
    REVIEWED_DIFFERENT = "reviewed_different"


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """How sure matching must be, and how much it may cost.

    Attributes:
        threshold: Probability from which a pair is merged without asking.
        review_floor: Probability from which a pair below the threshold is put to a person.
        largest_group: Profiles at most that become one person without asking.
        least_support_bits: Mean evidence that all pairs between two groups must show for them to be joined.
        evidence_cap_bits: One pair counts at most so much, for or against, when groups are compared.
        pairs_per_profile: Pairs compared at most, in the mean a profile.
        sample_pairs: Random pairs drawn to learn how often strangers agree.
        seed: Of that draw.
    """

    threshold: float = 0.8
    review_floor: float = 0.5
    largest_group: int = 50
    least_support_bits: float = 0.5
    evidence_cap_bits: float = 10.0
    pairs_per_profile: int = 150
    sample_pairs: int = 3_000_000
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.review_floor <= self.threshold < 1:
            raise InvalidInput(
                "The review floor must be above 0 and at most the threshold, which must be below 1.",
                code="bad_threshold",
                details={"threshold": self.threshold, "review_floor": self.review_floor},
            )
        if self.largest_group < 2 or self.pairs_per_profile < 1 or self.sample_pairs < 1:
            raise InvalidInput(
                "Limits of matching must be positive; a group has two members.", code="bad_limit"
            )


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What one field says about a pair.

    Attributes:
        field: Its name, such as ``surname``.
        agreement: How the two values agree, a code of ``words.AGREEMENTS``.
        bits: Evidence that this agreement gives, negative: against one person.
        rarity_bits: On top, because the shared value is rare (positive) or common (negative).
    """

    field: str
    agreement: str
    bits: float
    rarity_bits: float = 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a probability came about: the start, then each field's share.

    Attributes:
        prior_bits: Log-odds that two profiles drawn at random are one person.
        fields: Evidence a field.
    """

    prior_bits: float
    fields: tuple[FieldEvidence, ...] = ()

    @property
    def bits(self) -> float:
        """The sum."""
        return self.prior_bits + sum(f.bits + f.rarity_bits for f in self.fields)

    @property
    def probability(self) -> float:
        """The sum as a probability."""
        return probability_of(self.bits)


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A pair that was compared.

    Attributes:
        left: The smaller profile id.
        right: The greater one.
        probability: That both are one person.
        explanation: Why.
    """

    left: str
    right: str
    probability: float
    explanation: Explanation

    def __post_init__(self) -> None:
        if not self.left < self.right:
            raise InvalidInput("A pair names two profiles, the smaller id first.", code="bad_pair")


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """What shall happen to a pair, and why; what the job writes and a ``MergeQueue`` takes.

    Attributes:
        candidate: The pair with its explanation.
        decision: What shall happen.
        reasons: Why, the weightiest first.
        group: The smallest id of the group to merge into; empty unless merged.
    """

    candidate: MatchCandidate
    decision: Decision
    reasons: tuple[Reason, ...]
    group: str = ""


def probability_of(bits: float) -> float:
    """Return the probability of log-odds in bits."""
    if bits >= 0:
        return 1.0 / (1.0 + float(2.0 ** -min(bits, 1000.0)))
    odds = float(2.0 ** max(bits, -1000.0))
    return odds / (1.0 + odds)
