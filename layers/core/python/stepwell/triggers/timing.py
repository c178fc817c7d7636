"""The pass for send times: opens and clicks of messages at the best time, counted by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.timing.arms import ARMS, COUNTED, Timed, outcome_of
from stepwell.timing.choosing import in_control
from stepwell.triggers.tallying import CHANNELS, Recent, Tally
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes.send_time_optimization import Config

_WORDS = {"sent": "accepted"}
_FIRST = frozenset({"opened", "clicked"})


def timed_messages(graph: Graph) -> dict[str, list[object]]:
    """Return ``[waiting node, percent of control]`` by message that comes right after a wait for the best time."""
    found: dict[str, list[object]] = {}
    for node in graph.order:
        this = graph[node]
        if isinstance(this.config, Config) and this.config.control > 0:
            target = graph.target(node, "next")
            if target is not None and graph[target].type.sends:
                found[target] = [node, this.config.control]
    return found


TimedMessages = Mapping[tuple[str, int], Mapping[str, Timed]]


def read_timed(workflows: Mapping[str, Mapping[str, Any]]) -> TimedMessages:
    """Return messages at the best time by workflow and version, from the parts of a tenant's `TRIGGERS`."""
    return {
        (name, part["version"]): {node: Timed(*told) for node, told in part["timed"].items()}
        for name, part in workflows.items()
        if part.get("timed")
    }


def tally_arms(
    events: Iterable[Event], tenant: str, contact: Profile, timed: TimedMessages, tally: Tally
) -> None:
    """Count what became of messages at the best time under the contact's group.

    Args:
        events: What is told, each once.
        tenant: Tenant id.
        contact: By whose id its group was drawn; of its recent events only first opens and clicks count.
        timed: See `read_timed`.
        tally: Where it is counted.
    """
    if not timed:
        return
    for event in events:
        told = event.properties
        workflow, node, version = told.get("workflow"), told.get("node"), told.get("version")
        channel, _, what = event.name.partition("_")
        what = _WORDS.get(what, what)
        if event.kind != "engagement" or event.machine or channel not in CHANNELS or what not in COUNTED:
            continue
        message = timed.get((str(workflow), version), {}).get(str(node)) if isinstance(version, int) else None
        if message is not None and not (what in _FIRST and _before(event, contact.recent)):
            control = in_control(message.control, (tenant, str(workflow), message.wait, contact.id))
            tally.add(str(workflow), int(str(version)), str(node), outcome_of(ARMS[control], what))


def _before(event: Event, recent: Recent) -> bool:
    told, at = event.properties, event.when.timestamp() - 0.001
    return any(
        name == event.name
        and when < at
        and kept.get("node") == told.get("node")
        and kept.get("workflow") == told.get("workflow")
        for name, when, kept in recent
    )
