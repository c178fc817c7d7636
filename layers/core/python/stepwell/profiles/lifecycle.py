"""The lifecycle stage of a contact: the last stage whose condition holds, asked once a pass.

It depends on what is known of the contact alone, never on how it came there, so order and batching of events change
nothing. A stage that shall never be left is one whose condition never turns false again (`did(purchase)`).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from stepwell.conditions import Facts, Test, compile_condition
from stepwell.conditions.changes import Moving, time_change
from stepwell.conditions.fading import Change
from stepwell.contracts.computed import LIFECYCLE_STAGE, STAGE
from stepwell.profiles.schema import Lifecycle

CHANGED = "lifecycle_stage_changed"


class CompiledLifecycle:
    """A workspace's stages.

    Args:
        lifecycle: The stages; None: the workspace has none.
        moving: When time changes the value of a profile's field.
    """

    def __init__(self, lifecycle: Lifecycle | None, moving: Moving) -> None:
        stages = () if lifecycle is None else lifecycle.stages
        self._stages: list[tuple[str, Test | None]] = [
            (stage.name, None if stage.condition is None else compile_condition(stage.condition))
            for stage in reversed(stages)
        ]
        self._order = {stage.name: number for number, stage in enumerate(stages)}
        changes = [time_change(stage.condition, moving) for stage in stages if stage.condition is not None]
        self._changes: list[Change] = [change for change in changes if change is not None]

    def settle(
        self, states: MutableMapping[str, Any], facts: Facts, now: datetime
    ) -> list[tuple[str, dict[str, Any]]]:
        """Bring the stage up to date; return the derived event if it changed.

        Args:
            states: The profile's computed states, changed in place.
            facts: What is known of the contact.
            now: The pass's time.
        """
        if not self._stages:
            states.pop(LIFECYCLE_STAGE, None)
            return []
        stage = next((name for name, test in self._stages if test is None or test(facts, now)), "")
        known = states.get(LIFECYCLE_STAGE)
        before = known[3][0] if known is not None else ""
        if stage == before:
            return []
        if stage:
            states[LIFECYCLE_STAGE] = [STAGE, "", 0, [stage, int(now.timestamp())]]
        else:
            del states[LIFECYCLE_STAGE]
        up = self._order.get(stage, -1) > self._order.get(before, -1)
        return [(CHANGED, {"stage": stage, "from_stage": before, "direction": "up" if up else "down"})]

    def next_change(self, facts: Facts, now: datetime) -> datetime | None:
        """Return a lower bound of when time alone may change the stage, None: never."""
        return min((at for change in self._changes if (at := change(facts, now)) is not None), default=None)
