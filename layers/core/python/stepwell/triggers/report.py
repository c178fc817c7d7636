"""What a pass did, for one log line, and which records must be set aside or delivered again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from stepwell.errors import StepwellError
from stepwell.triggers.person import Delivery
from stepwell.triggers.poison import Poison


@dataclass(slots=True)
class Report:
    """What a pass did.

    Attributes:
        events: Events folded first now.
        repeated: Events seen before.
        profiles: Contacts written.
        enrolled: Entries an outcome of enrolling.
        woken: Tokens woken.
        ended: Enrollments ended.
        merged: Merges of two contacts into one.
        uncounted: Counter writes that failed (numbers only, never contacts).
        unusable: Values of traits that were dropped (code `invalid_trait`), by field; never the values.
        poison: Records to be set aside.
        failed: Sequence numbers of records to be delivered again, with the reason's code.
    """

    events: int = 0
    repeated: int = 0
    profiles: int = 0
    enrolled: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    woken: int = 0
    ended: int = 0
    merged: int = 0
    uncounted: int = 0
    unusable: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    poison: list[Poison] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def set_aside(self, deliveries: Iterable[Delivery], error: Exception) -> None:
        """Note records as poison, or as failed when the fault is not theirs; each once."""
        retryable = isinstance(error, StepwellError) and error.retryable
        code = error.code if isinstance(error, StepwellError) else type(error).__name__
        known = {poison.sequence for poison in self.poison}
        for delivery in deliveries:
            if retryable:
                self.failed[delivery.sequence] = code
            elif delivery.sequence not in known:
                # Messages of foreign exceptions may quote what they choked on: personal data.
                message = error.message if isinstance(error, StepwellError) else type(error).__name__
                self.poison.append(Poison(delivery.sequence, delivery.key, delivery.data, code, message))
