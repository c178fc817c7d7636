"""Why a contact is not in a workflow: what its triggers, filter and rules say now, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from stepwell.conditions import explain
from stepwell.conditions.values import zone_named
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import WorkflowStatus, Workspace
from stepwell.publishing.audience import entry_rules
from stepwell.publishing.records import WorkflowRecord
from stepwell.runtime.ports import TokenStore
from stepwell.runtime.sentences import moment
from stepwell.workflows.facts import ProfileHistory, compiled, profile_facts
from stepwell.workflows.graph import Graph

_REENTRY = {
    "reentry_never": "The re-entry rule `never` keeps out whoever was in before.",
    "reentry_active": "The contact is in the workflow now, and enters again only after its exit.",
    "reentry_interval": "The last entry was too short ago for the re-entry interval.",
    "reentry_cap": "The contact entered as often as the re-entry rule allows.",
}


def why_not(
    tenant: str,
    record: WorkflowRecord,
    graph: Graph | None,
    profile: Profile,
    *,
    tokens: TokenStore,
    workspace: Workspace,
    now: datetime,
) -> Sequence[str]:
    """Say what stands between a contact and a workflow now; an empty list: nothing does."""
    from stepwell.publishing.audience import reentry_refusal

    if graph is None:
        return [f"`{record.id}` was never published."]
    said = []
    if record.status is not WorkflowStatus.ACTIVE:
        said.append(f"The workflow is {str(record.status).replace('_', ' ')}: nobody enters.")
    facts = profile_facts(profile, zone_named(workspace.time_zone) or UTC, now=now)
    history = ProfileHistory(profile)
    for trigger in graph.triggers:
        rules = entry_rules(graph, trigger)
        for event in rules.events:
            if event == "*":
                continue
            last = history.last(event)
            if last is None:
                said.append(f"`{trigger}`: the contact never did `{event}`.")
            elif record.published_at and last < record.published_at:
                said.append(
                    f"`{trigger}`: the last `{event}` was {moment(last)}, before version {record.live} was published."
                )
        for reason, text in rules.conditions:
            told = explain(compiled(text).condition, facts, now)
            if not told.result:
                what = "entry filter" if reason == "filter" else f"audience of `{trigger}`"
                said.append(f"The {what} does not hold: {told.sentence}.")
    refusal = reentry_refusal(tenant, record.id, profile, graph.workflow.settings.reentry, tokens, now)
    if refusal and not graph.workflow.settings.entry_key:
        said.append(_REENTRY[refusal])
    return list(dict.fromkeys(said))
