"""Counts of one pass: conversions, and what became of messages, written once a workflow version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stepwell.contracts.events import Event

CHANNELS = frozenset({"email", "push", "sms"})
"""Channels whose events are named `<channel>_<what>`; what became of a message is counted under the latter."""

# `sent` and `failed` are the node's own outcomes, counted from its trace: these are the provider's words for what
# came after it.
LINKS = "~links"
"""After a workflow's id: where clicks are counted by link, in an item of their own that only clicks make grow."""
_WORDS = {"sent": "accepted", "failed": "bounced"}
_BACK = ("_resubscribed", "_subscribed")
_TICK_S = 0.001  # recent events keep their time to the millisecond

Recent = Sequence[tuple[str, float, Mapping[str, Any]]]
"""See `Profile.recent`."""


@dataclass(slots=True)
class Tally:
    """Counts of one pass, written once a workflow version."""

    counts: dict[tuple[str, int], dict[tuple[str, str], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, workflow: str, version: int, node: str, outcome: str) -> None:
        """Count one."""
        self.counts[workflow, version][node, outcome] += 1


def tally_engagement(event: Event, tally: Tally, recent: Recent = ()) -> None:
    """Count what became of a message at its node: `accepted`, `delivered`, `opened`, `opened_machine`.

    Args:
        event: What is told.
        tally: Where it is counted.
        recent: The contact's recent events, this one among them: whoever is out already leaves no second time,
            whether by another click or because the provider tells it too.
    """
    told = event.properties
    workflow, node, version = told.get("workflow"), told.get("node"), told.get("version")
    if event.kind != "engagement" or not (workflow and node) or not isinstance(version, int):
        return
    channel, _, what = event.name.partition("_")
    if what in ("resubscribed", "subscribed"):
        return  # outcomes of messages are what they did to whoever got them
    if what == "unsubscribed" and channel != "push" and _out(event, channel, recent):
        return
    outcome = _WORDS.get(what, what) if channel in CHANNELS else event.name
    if event.name == "email_bounced" and told.get("bounce_type") != "Permanent":
        outcome = "bounced_soft"
    tally.add(str(workflow), version, str(node), f"{outcome}_machine" if event.machine else outcome)
    link = told.get("link_id")
    if what == "clicked" and isinstance(link, str) and link and not event.machine:
        tally.add(f"{workflow}{LINKS}", version, str(node), f"link:{link[:40]}")


def _out(event: Event, channel: str, recent: Recent) -> bool:
    """Tell whether an earlier end of the channel was counted and not taken back since."""
    before, back = event.when.timestamp() - _TICK_S, {channel + what for what in _BACK}
    told = [
        (at, name)
        for name, at, properties in recent
        if at < before and (name in back or (name == event.name and properties.get("node")))
    ]
    return bool(told) and max(told)[1] == event.name
