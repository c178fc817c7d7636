"""Explanations in words: what each field said, how strongly, and why a pair was decided as it was."""

from __future__ import annotations

from collections.abc import Mapping

from stepwell.profiles.matching.model import Explanation, FieldEvidence, MatchDecision, Reason

AGREEMENTS: Mapping[str, str] = {
    "same": "the same",
    "one_typo": "the same but for one typing error",
    "two_typos": "the same but for two typing errors",
    "similar": "similar",
    "roughly_similar": "roughly similar",
    "swapped": "swapped with a neighbouring field",
    "short_form": "one looks like a short form of the other",
    "in_full_name": "part of the other's full name",
    "some_shared": "partly shared",
    "day_month": "the same with one typing error, or day and month swapped",
    "same_year": "only the year is the same",
    "same_area": "only the area is the same",
    "same_network": "only the network is the same",
    "same_local_part": "the same before the @",
    "same_ending": "the same last digits",
    "different": "different",
    "missing": "not known of both",
}

FIELDS: Mapping[str, str] = {
    "given_name": "Given name",
    "surname": "Surname",
    "middle_names": "Middle names",
    "date_of_birth": "Date of birth",
    "address_line": "Address",
    "address_line_2": "Second address line",
    "street_number": "House number",
    "city": "City",
    "postcode": "Postcode",
    "region": "Region",
    "country": "Country",
    "phone": "Phone",
    "email": "E-mail",
    "company": "Company",
    "job_title": "Occupation",
    "gender": "Gender",
    "ip_address": "IP address",
    "device_fingerprint": "Device",
    "behavior_patterns": "Behaviour",
}

REASONS: Mapping[Reason, str] = {
    Reason.AT_THRESHOLD: "The probability reaches the threshold.",
    Reason.JOINED_BY_GROUP: "Below the threshold by itself, but both belong to a group that holds together.",
    Reason.BELOW_THRESHOLD: "The probability is below the threshold.",
    Reason.BELOW_FLOOR: "The probability is too low to ask anybody.",
    Reason.CUSTOMER_IDS: "They carry different customer ids.",
    Reason.VERIFIED_EMAILS: "They own different verified e-mail addresses.",
    Reason.GROUP_CONFLICT: "It would join others that carry different customer ids or verified addresses.",
    Reason.GROUP_TOO_LARGE: "It would make one person of more profiles than allowed without asking.",
    Reason.WEAK_SUPPORT: "It alone would join two groups whose other members do not look alike.",
    Reason.REVIEWED_SAME: "Somebody looked and said: one person.",
    Reason.REVIEWED_DIFFERENT: "Somebody looked and said: two people.",
}

# Less than this changes a probability by a hundredth at most.
_NOTEWORTHY_BITS = 0.05


def explain(explanation: Explanation) -> list[str]:
    """Return the waterfall, a line a step: the start, the fields from strongest to weakest, the sum."""
    start = f"Start: {_odds(explanation.prior_bits)} of two profiles drawn at random ({explanation.prior_bits:+.1f})"
    told = [f for f in explanation.fields if f.agreement != "missing"]
    told.sort(key=lambda f: (-abs(f.bits + f.rarity_bits), f.field))
    unknown = [name(f.field).lower() for f in explanation.fields if f.agreement == "missing"]
    lines = [start, *map(_line, told)]
    if unknown:
        lines.append(f"Not known of both, says nothing: {', '.join(unknown)}")
    percent = 100 * explanation.probability
    lines.append(f"Sum: {explanation.bits:+.1f} bits, a probability of {_percent(percent)}")
    return lines


def sentences(decision: MatchDecision) -> list[str]:
    """Return why a pair was decided as it was."""
    return [REASONS[reason] for reason in decision.reasons]


def name(field: str) -> str:
    """Return a field's name for people."""
    return FIELDS.get(field, field.replace("_", " ").capitalize())


def _line(evidence: FieldEvidence) -> str:
    text = f"{name(evidence.field)}: {AGREEMENTS[evidence.agreement]} ({evidence.bits:+.1f}"
    if abs(evidence.rarity_bits) >= _NOTEWORTHY_BITS:
        kind = "a rare value" if evidence.rarity_bits > 0 else "a common value"
        text += f"; {kind} {evidence.rarity_bits:+.1f}"
    return text + ")"


def _odds(bits: float) -> str:
    return f"one in {1 + 2.0 ** min(-bits, 1000.0):,.0f} pairs" if bits < 0 else "most pairs"


def _percent(percent: float) -> str:
    if percent > 99.9:
        return "over 99.9 %"
    return "under 0.1 %" if percent < 0.1 else f"{percent:.1f} %"
