"""Plays a drawn workflow for one contact in virtual time: path, reasons, waits, rendered messages. Nothing is written.

The walk is the oracle's (`stepwell.workflows.interpreter`), the same that `stepwell simulate` prints and that compiled
machines are held to; this adds the workspace: who the contact is, what its templates say, what its checks forbid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from stepwell.consent.addresses import allowed, sendable_address
from stepwell.contracts.fields import fields
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Workspace
from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.publishing.checking import violations
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rendering import Letters
from stepwell.workflows.documents import from_document
from stepwell.workflows.expansion import Expanded, expand_with_origin
from stepwell.workflows.interpreter import Journey, Message, SimulatedContact, SimulatedEvent, Step, simulate
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes import node_type
from stepwell.workflows.sample_contact import read_contact, read_time

MAX_STEPS = 1_000
MAX_DAYS = 1_100
MAX_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Known:
    """A stored contact who is to walk.

    Attributes:
        profile: As stored.
        record: Its consent and last sends.
        suppressed: Why its address is suppressed, or empty.
    """

    profile: Profile
    record: MessagingRecord
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What to try.

    Attributes:
        document: The graph as drawn.
        told: A made-up contact and the future, see `workflows.sample_contact`; beats what is stored.
        known: A stored contact, if one is to walk.
        start: When it enters: ISO time; empty: now.
        days: How long to watch.
        trigger: Trigger node to enter by; empty: the first.
    """

    document: Mapping[str, Any]
    told: Mapping[str, Any] = field(default_factory=dict)
    known: Known | None = None
    start: str = ""
    days: int = 400
    trigger: str = ""


def attempt(
    ports: PublishingPorts, tenant: str, asked: Attempt, letters: Callable[[Workspace], Letters]
) -> dict[str, Any]:
    """Play a workflow for one contact.

    Args:
        ports: Stores, read only.
        tenant: Tenant id.
        asked: What to try.
        letters: Makes what renders messages.

    Raises:
        ValidationFailed: The graph breaks rules without which nothing can walk through it.
        InvalidInput: The contact or its future cannot be read, or there is no such trigger.
    """
    drawn = from_document(dict(asked.document))
    found = violations(ports, tenant, drawn)
    broken = [
        v.document() for v in found if v.severity == "error" and not v.publish_only and not _absent(v.code)
    ]
    if broken:
        raise ValidationFailed(f"The workflow cannot be tried: {broken[0]['message']}", broken)
    workspace = ports.inventory.workspace(tenant)
    expanded = expand_with_origin(drawn)
    start = read_time(asked.start or ports.now().replace(microsecond=0), None)
    trigger = _trigger(expanded.workflow, asked.trigger)
    who = _who(asked, start, workspace)
    if not who.trigger:
        who = replace(who, trigger=_event_of(expanded.workflow, trigger))
    own = drawn.settings.time_zone
    zone = own if own != "UTC" else workspace.time_zone or "UTC"
    journey = simulate(
        drawn,
        who,
        start,
        min(asked.days, MAX_DAYS),
        trigger=trigger,
        time_zone=str(asked.told.get("time_zone") or zone),
        tenant=tenant,
        opt_in=workspace.marketing_opt_in,
        max_steps=MAX_STEPS,
    )
    return _told(journey, expanded, start, trigger, letters(workspace))


def _absent(code: str) -> bool:
    # What a walk can do without: a template that is not there yet shows up at its message.
    return code in ("unknown_template", "template_missing")


def _trigger(workflow: Workflow, wanted: str) -> str:
    triggers = [n.id for n in workflow.nodes if node_type(n.type).kind == "trigger"]
    if wanted and wanted not in triggers:
        raise InvalidInput(f"There is no trigger `{wanted}`.", code="no_trigger")
    if not triggers:
        raise InvalidInput("The workflow has no trigger.", code="no_trigger")
    return wanted or triggers[0]


def _event_of(workflow: Workflow, trigger: str) -> str:
    node = next(n for n in workflow.nodes if n.id == trigger)
    kind = node_type(node.type)
    names = tuple(kind.events(kind.config.model_validate(dict(node.config)))) if kind.events else ()
    return next((name for name in names if name != "*"), "")


def _who(asked: Attempt, start: datetime, workspace: Workspace) -> SimulatedContact:
    told = {k: v for k, v in asked.told.items() if k not in ("start", "time_zone")}
    who = read_contact(told, (), start)
    known = asked.known
    if known is not None:
        stored = {k: v for k, v in fields(known.profile, start).items() if v is not None}
        who = replace(
            who,
            profile=known.profile.id,
            traits={**stored, "segments": sorted(known.profile.segments), **who.traits},
            consent={**known.record.consent, **who.consent},
            suppressed=who.suppressed or known.suppressed,
            events=(*_past(known.profile, start), *who.events),
            sent=tuple(
                Message(c.at, "", c.channel, "", tag=c.tag, counted=c.counted) for c in known.record.claims
            ),
        )
    return replace(who, blocked=_blocked(who.traits.get("email"), workspace))


def _past(profile: Profile, start: datetime) -> list[SimulatedEvent]:
    events = [
        SimulatedEvent(datetime.fromtimestamp(float(at), UTC), str(name), dict(properties))
        for name, at, properties in profile.recent
    ]
    return [event for event in events if event.at <= start]


def _blocked(address: object, workspace: Workspace) -> str:
    if not isinstance(address, str) or not address:
        return ""  # the walk says so itself
    sendable = sendable_address(address)
    if sendable is None:
        return "invalid_address"
    return "" if allowed(sendable, workspace.allowlist) else "not_allowlisted"


def _told(
    journey: Journey, expanded: Expanded, start: datetime, trigger: str, letters: Letters
) -> dict[str, Any]:
    nodes = {node.id: node for node in expanded.workflow.nodes}
    numbers = {id(message): n for n, message in enumerate(journey.messages)}

    def place(node: str) -> dict[str, Any]:
        this = nodes.get(node)
        return {
            "node": node,
            "drawn_node": expanded.origin.get(node, node),
            "name": (this.name if this else "") or node,
            "type": this.type if this else "",
        }

    return {
        "workflow": expanded.workflow.id,
        "trigger": trigger,
        "started_at": start,
        "ended_at": journey.ended_at,
        "end_reason": journey.end_reason,
        "cut_off": journey.cut_off,
        "steps": [{**place(s.node), **_step(s, numbers)} for s in journey.steps],
        "standing": [
            {**place(s.node), "branch": s.branch, "since": s.since, "until": s.due, "why": s.why}
            for s in journey.standing
        ],
        "messages": [
            {**place(m.node), **_message(m), **letters.write(nodes[m.node], m, n < MAX_LETTERS)}
            for n, m in enumerate(journey.messages)
        ],
        "goals": [{"event": event, "at": at} for event, at in journey.goals],
        "traits": dict(journey.traits),
    }


def _step(step: Step, numbers: Mapping[int, int]) -> dict[str, Any]:
    waited = step.waited or step.due is not None
    return {
        "at": step.at,
        "arrived_at": step.since or step.at,
        "branch": step.branch,
        "loop": step.loop,
        "outcome": step.outcome,
        "reason": step.reason,
        "explanation": step.explanation,
        "conditions": [told.to_json() for told in step.conditions],
        "wait": {"until": step.due, "why": step.waited} if waited else None,
        "bucket": step.bucket,
        "message": numbers.get(id(step.message)) if step.message is not None else None,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "at": message.at,
        "channel": message.channel,
        "template": message.template,
        "branch": message.branch,
        "loop": message.loop,
        "tag": message.tag,
        "counted": message.counted,
    }
