from __future__ import annotations

from stepwell.profiles.matching.model import (
    Decision,
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchDecision,
    Reason,
)
from stepwell.profiles.matching.words import AGREEMENTS, FIELDS, REASONS, explain, sentences

from jobs.match_profiles.comparisons import FIELDS as COMPARED

SHOWN = Explanation(
    prior_bits=-10.0,
    fields=(
        FieldEvidence("surname", "same", 7.0, 2.5),
        FieldEvidence("date_of_birth", "different", -4.0),
        FieldEvidence("city", "same", 3.0, -1.2),
        FieldEvidence("email", "same", 11.0, 0.01),
        FieldEvidence("phone", "missing", 0.0),
    ),
)


def test_a_waterfall_goes_from_the_start_over_the_strongest_to_the_sum() -> None:
    assert explain(SHOWN) == [
        "Start: one in 1,025 pairs of two profiles drawn at random (-10.0)",
        "E-mail: the same (+11.0)",
        "Surname: the same (+7.0; a rare value +2.5)",
        "Date of birth: different (-4.0)",
        "City: the same (+3.0; a common value -1.2)",
        "Not known of both, says nothing: phone",
        "Sum: +8.3 bits, a probability of 99.7 %",
    ]


def test_no_rounding_makes_a_probability_certain() -> None:
    assert explain(Explanation(30.0))[-1] == "Sum: +30.0 bits, a probability of over 99.9 %"
    assert explain(Explanation(-30.0))[-1] == "Sum: -30.0 bits, a probability of under 0.1 %"


def test_every_code_has_words() -> None:
    assert set(REASONS) == set(Reason)
    assert {field.name for field in COMPARED} == set(FIELDS)
    codes = {code for field in COMPARED for code in field.agreements(everything())}
    assert codes <= set(AGREEMENTS)


def everything() -> set[str]:
    return {need for field in COMPARED for level in field.levels for need in level.needs}


def test_a_decision_says_why() -> None:
    pair = MatchCandidate("a", "b", 0.6, SHOWN)
    told = sentences(MatchDecision(pair, Decision.REVIEW, (Reason.CUSTOMER_IDS, Reason.VERIFIED_EMAILS)))

    assert told == ["They carry different customer ids.", "They own different verified e-mail addresses."]
