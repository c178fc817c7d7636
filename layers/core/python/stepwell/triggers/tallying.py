"""Counts of one pass: conversions, and what became of messages, written once a workflow version."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from stepwell.contracts.events import Event


@dataclass(slots=True)
class Tally:
    """Counts of one pass, written once a workflow version."""

    counts: dict[tuple[str, int], dict[tuple[str, str], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, workflow: str, version: int, node: str, outcome: str) -> None:
        """Count one."""
        self.counts[workflow, version][node, outcome] += 1


def tally_engagement(event: Event, tally: Tally) -> None:
    """Count what became of a message at its node: `accepted`, `delivered`, `opened`, `opened_machine`."""
    told = event.properties
    workflow, node, version = told.get("workflow"), told.get("node"), told.get("version")
    if event.kind != "engagement" or not (workflow and node) or not isinstance(version, int):
        return
    # `sent` is the node's own outcome, counted from its trace: the provider's word for it is `accepted`.
    outcome = "accepted" if event.name == "email_sent" else event.name.removeprefix("email_")
    if event.name == "email_bounced" and told.get("bounce_type") != "Permanent":
        outcome = "bounced_soft"
    tally.add(str(workflow), version, str(node), f"{outcome}_machine" if event.machine else outcome)
