"""What sending at the best time gains: opens and clicks of those it was chosen for, and of the control group.

The groups are drawn by a hash (`choosing.in_control`), so that whoever counts an open knows the group without a
look-up. Counts lie beside those of the message's node, each contact's first open and click alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

ARMS = ("best", "control")
COUNTED = ("accepted", "delivered", "opened", "clicked")
_Z = 1.959964
"""Of 95 percent."""


class Timed(NamedTuple):
    """A message that goes at the best time.

    Attributes:
        wait: Id of the node that waits for it, which drew the groups.
        control: Percent of the control group.
    """

    wait: str
    control: float


def outcome_of(arm: str, what: str) -> str:
    """Return the name under which something of a group is counted at the message's node."""
    return f"{arm}_time_{what}"


@dataclass(frozen=True, slots=True)
class Arm:
    """One group.

    Attributes:
        sent: Contacts that got the message.
        opened: Contacts that opened it.
        clicked: Contacts that clicked in it.
    """

    sent: int
    opened: int
    clicked: int


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much a rate of those with a best time is above that of the control group.

    Attributes:
        difference: Of the rates, 0.02 for two percentage points.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    difference: float
    low: float
    high: float


def arms(counts: Mapping[str, int]) -> tuple[Arm, Arm]:
    """Read both groups from the counts of a message's node, the best time's first."""
    found = []
    for arm in ARMS:
        told = {what: counts.get(outcome_of(arm, what), 0) for what in COUNTED}
        # Notifications are not told as accepted, and some providers tell no delivery.
        sent = max(told["accepted"], told["delivered"], told["opened"], told["clicked"])
        found.append(Arm(sent, told["opened"], told["clicked"]))
    return found[0], found[1]


def gain(best: tuple[int, int], control: tuple[int, int]) -> Gain | None:
    """Compare two shares, ``(successes, of)`` each; None: one of the groups is empty.

    The interval is Newcombe's hybrid of two Wilson intervals (R. Newcombe, "Interval estimation for the difference
    between independent proportions", Statistics in Medicine 17, 1998, method 10): right for small groups too.
    """
    if not best[1] or not control[1]:
        return None
    one, other = best[0] / best[1], control[0] / control[1]
    low_one, high_one = _wilson(*best)
    low_other, high_other = _wilson(*control)
    difference = one - other
    return Gain(
        difference,
        difference - sqrt((one - low_one) ** 2 + (high_other - other) ** 2),
        difference + sqrt((high_one - one) ** 2 + (other - low_other) ** 2),
    )


def _wilson(successes: int, number: int) -> tuple[float, float]:
    share = successes / number
    middle = share + _Z**2 / (2 * number)
    width = _Z * sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2))
    whole = 1 + _Z**2 / number
    return max((middle - width) / whole, 0.0), min((middle + width) / whole, 1.0)
