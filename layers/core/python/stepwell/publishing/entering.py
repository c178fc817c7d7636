"""Why a contact is not in a workflow: what its triggers, filter and rules say now, as codes and in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from stepwell.conditions import explain
from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import iso
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import WorkflowStatus, Workspace
from stepwell.publishing.audience import entry_rules
from stepwell.publishing.records import WorkflowRecord
from stepwell.runtime.explaining import WhyNot
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
) -> Sequence[WhyNot]:
    """Say what stands between a contact and a workflow now; an empty list: nothing does."""
    from stepwell.publishing.audience import reentry_refusal

    if graph is None:
        return [WhyNot("never_published", f"`{record.id}` was never published.", {"workflow": record.id})]
    said: list[WhyNot] = []
    if record.status is not WorkflowStatus.ACTIVE:
        status = str(record.status)
        said.append(
            WhyNot(
                "not_active",
                f"The workflow is {status.replace('_', ' ')}: nobody enters.",
                {"status": status},
            )
        )
    facts = profile_facts(profile, zone_named(workspace.time_zone) or UTC, now=now)
    history = ProfileHistory(profile)
    for trigger in graph.triggers:
        rules = entry_rules(graph, trigger)
        for event in rules.events:
            if event == "*":
                continue
            last = history.last(event)
            if last is None:
                said.append(
                    WhyNot(
                        "never_did",
                        f"`{trigger}`: the contact never did `{event}`.",
                        {"trigger": trigger, "event": event},
                    )
                )
            elif record.published_at and last < record.published_at:
                said.append(
                    WhyNot(
                        "did_before",
                        f"`{trigger}`: the last `{event}` was {moment(last)}, "
                        f"before version {record.live} was published.",
                        {"trigger": trigger, "event": event, "at": iso(last), "version": str(record.live)},
                    )
                )
        for reason, text in rules.conditions:
            told = explain(compiled(text).condition, facts, now)
            if not told.result:
                what = "entry filter" if reason == "filter" else f"audience of `{trigger}`"
                said.append(
                    WhyNot(
                        "filter_fails" if reason == "filter" else "audience_fails",
                        f"The {what} does not hold: {told.sentence}.",
                        {"trigger": trigger, "condition": text},
                    )
                )
    refusal = reentry_refusal(tenant, record.id, profile, graph.workflow.settings.reentry, tokens, now)
    if refusal and not graph.workflow.settings.entry_key:
        said.append(WhyNot(refusal, _REENTRY[refusal]))
    return list({(one.code, one.sentence): one for one in said}.values())
