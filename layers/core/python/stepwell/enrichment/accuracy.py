"""How often a provider is right: what it said against what the person said, or somebody checked by hand.

A share of few samples says little, so a provider is paused only when the whole Wilson interval of 95 % lies below
the minimum (E. B. Wilson, "Probable inference", JASA 22 (1927) 209-212): then it is below it beyond doubt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stepwell.contracts.enrichment import ENRICHING

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""
TOLERANCE = 0.2
"""Numbers are right within a fifth: head counts and revenue are estimates, and change."""
OVERLAP = 0.5
"""Lists are right when they hold half of what is true."""
_FORMS = re.compile(
    r"\b(inc|incorporated|llc|ltd|limited|gmbh|ag|se|sa|sas|bv|nv|plc|corp|corporation|co|company)\b"
)
_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some facts were right.

    Attributes:
        right: Facts that agree with what is known better.
        compared: All facts that could be compared.
    """

    right: int = 0
    compared: int = 0

    @property
    def accuracy(self) -> float | None:
        """Share of right ones; None: nothing was compared."""
        return self.right / self.compared if self.compared else None

    def interval(self) -> tuple[float, float]:
        """Return the Wilson interval of 95 %; everything is possible without samples."""
        return wilson(self.right, self.compared)

    def plus(self, right: bool) -> Share:
        """Return it with one more comparison."""
        return Share(self.right + right, self.compared + 1)

    def document(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        low, high = self.interval()
        share = self.accuracy
        return {
            "right": self.right,
            "compared": self.compared,
            "accuracy": None if share is None else round(share, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }


def wilson(right: int, compared: int, z: float = Z) -> tuple[float, float]:
    """Return the Wilson score interval of a share."""
    if compared == 0:
        return 0.0, 1.0
    share, square = right / compared, z * z
    middle = (share + square / (2 * compared)) / (1 + square / compared)
    half = (
        z
        * math.sqrt(share * (1 - share) / compared + square / (4 * compared * compared))
        / (1 + square / compared)
    )
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(slots=True)
class Tally:
    """Comparisons of one provider.

    Attributes:
        fields: Shares a field.
    """

    fields: dict[str, Share] = field(default_factory=dict)

    @property
    def total(self) -> Share:
        """All fields together."""
        return Share(
            sum(share.right for share in self.fields.values()),
            sum(share.compared for share in self.fields.values()),
        )

    def add(
        self, said: Mapping[str, Any], traits: Mapping[str, Any], stamps: Mapping[str, tuple[int, str]]
    ) -> None:
        """Compare what a provider said about a contact with what is known better."""
        for name, truth in truths(traits, stamps, said):
            self.fields[name] = self.fields.get(name, Share()).plus(agree(said[name], truth))

    def too_low(self, minimum: float, samples: int) -> bool:
        """Tell whether the accuracy is below the minimum beyond doubt, with enough samples."""
        total = self.total
        return total.compared >= samples and total.interval()[1] < minimum

    def document(self, minimum: float, samples: int) -> dict[str, Any]:
        """Return it as the API shows it."""
        total = self.total
        low, high = total.interval()
        verdict = "unknown"
        if total.compared >= samples:
            verdict = "too_low" if high < minimum else "good" if low >= minimum else "unclear"
        return {
            **total.document(),
            "minimum": minimum,
            "minimum_samples": samples,
            "verdict": verdict,
            "fields": {name: share.document() for name, share in sorted(self.fields.items())},
        }


def truths(
    traits: Mapping[str, Any], stamps: Mapping[str, tuple[int, str]], names: Iterable[str]
) -> Iterable[tuple[str, Any]]:
    """Yield the fields of these whose value somebody else told outright, with it: not a provider, no mention."""
    for name in names:
        stamp = stamps.get(name)
        if name in traits and stamp is not None and stamp[0] >= 0 and stamp[1] not in ENRICHING:
            yield name, traits[name]


def agree(said: Any, truth: Any) -> bool:
    """Tell whether a fact is right."""
    if isinstance(truth, list | tuple) or isinstance(said, list | tuple):
        true = {_plain(one) for one in (truth if isinstance(truth, list | tuple) else [truth])}
        told = {_plain(one) for one in (said if isinstance(said, list | tuple) else [said])}
        return bool(true) and len(true & told) >= OVERLAP * len(true)
    numbers = _number(said), _number(truth)
    if numbers[0] is not None and numbers[1] is not None:
        return abs(numbers[0] - numbers[1]) <= TOLERANCE * abs(numbers[1])
    return _plain(said) == _plain(truth)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _plain(value: Any) -> str:
    """Return a text without case, punctuation, legal forms of companies, and the way to a web site."""
    text = str(value).casefold().strip()
    text = re.sub(r"^https?://(www\.)?", "", text).rstrip("/")
    words = _MARKS.sub(" ", text).strip()
    return _MARKS.sub(" ", _FORMS.sub(" ", words)).strip() or words
