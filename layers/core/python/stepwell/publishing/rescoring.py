"""Brings everybody's score up to a model's new version, without waiting for their next event.

Page by page over the hot profiles, a message a few thousand of them, the cursor in the message: whoever's points
were counted by an older version gets a `timer` event on the stream, and the pass does the rest, with one write and
in order with all else that happens to the contact. So a page may be repeated, nothing runs or costs while no
re-scoring is open, and a newer version takes over from an older one's job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stepwell.contracts.refreshing import refreshing
from stepwell.contracts.scores import VERSION
from stepwell.publishing.records import Move
from stepwell.publishing.rule_ports import RulePorts
from stepwell.runtime.ports import EventSink

PAGE, PAGES = 500, 8
"""Profiles a page and pages a message: some seconds of work."""


def rescore(ports: RulePorts, events: EventSink, move: Move) -> Move | None:
    """Carry out one message of a re-scoring.

    Args:
        ports: Stores.
        events: The stream.
        move: The command; `new` is the version that scores are brought to.

    Returns:
        The command that was queued to go on; None: done, or a newer version's job does it.
    """
    publishing = ports.publishing
    model = move.workflow.partition("/")[2]
    record = ports.models.get(move.tenant, model)
    if record is None or record.version != move.new:
        publishing.jobs.update(move.tenant, move.job, "done", details={"why": "superseded"})
        return None
    cursor = move.cursor
    asked = told = 0
    for _ in range(PAGES):
        page, cursor = publishing.profiles.page(move.tenant, PAGE, cursor)
        old = [profile.id for profile in page if _older(profile.scores, model, move.new)]
        asked += len(page)
        told += len(old)
        found = refreshing(old, f"{move.workflow}:{move.new}", publishing.now())
        if found:
            events.emit(move.tenant, found)
        if cursor is None:
            break
    counts = {"asked": asked, "told": told}
    publishing.jobs.add(move.tenant, move.job, f"{move.round}:{move.cursor or ''}"[-100:], counts)
    if cursor is not None:
        following = replace(move, cursor=cursor, round=move.round + 1)
        publishing.moves.send(following)
        return following
    publishing.jobs.update(move.tenant, move.job, "done")
    return None


def _older(scores: Mapping[str, Any], model: str, version: int) -> bool:
    return model in scores and bool(scores[model][VERSION] != version)
