"""Tells a team which contacts came to a node: one message for the whole cohort, by e-mail or SNS.

A repeated Task may tell a team twice: colleagues bear it, and no claim is spent on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import cast

from stepwell.channels.email import sender_line
from stepwell.consent.addresses import allowed, sendable_address
from stepwell.contracts.messages import Email
from stepwell.errors import NotReady, OutcomeUnknown, StepwellError
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.workflows.nodes.base import Member, NotifyTeam

_LISTED = 50
_FIELDS = ("company", "score", "lead_status")


def notify_teams(context: StepContext, work: Work) -> EffectResult:
    """Carry out `NotifyTeam` effects; leaves by `next`, or by `failed` when nobody could be told."""
    groups: dict[NotifyTeam, list[Member]] = {}
    for member, effect in work:
        groups.setdefault(cast(NotifyTeam, effect), []).append(member)
    outcomes: dict[str, tuple[str, str]] = {}
    for told, members in groups.items():
        reason = _tell(context, told, members)
        outcome = ("failed", reason) if reason else ("next", "")
        outcomes |= {member.token.id: outcome for member in members}
    return EffectResult(outcomes)


def _tell(context: StepContext, told: NotifyTeam, members: Sequence[Member]) -> str:
    """Tell every recipient; return why none could be told, or an empty text."""
    targets = recipients(context, told)
    if not targets:
        return "no_recipients"
    reasons = [_tell_one(context, told, members, target) for target in targets]
    return "" if "" in reasons else reasons[0]


def recipients(context: StepContext, told: NotifyTeam) -> list[str]:
    """Resolve team names by the workspace; addresses and topics stand for themselves; each once."""
    teams = context.moment.workspace.teams
    found: dict[str, None] = {}
    for name in told.recipients:
        known = teams.get(name, (name,) if "@" in name or name.startswith("arn:") else ())
        found |= dict.fromkeys(known)
    topics = told.channel == "sns"
    return [target for target in found if target.startswith("arn:") == topics]


def _tell_one(context: StepContext, told: NotifyTeam, members: Sequence[Member], target: str) -> str:
    try:
        if told.channel == "sns":
            tenant, text = context.moment.tenant, _text(context, told, members)
            context.ports.topics.publish(tenant, target, told.subject, text)
            return ""
        address = sendable_address(target)
        if address is None:
            return "invalid_address"
        if not allowed(address, context.moment.workspace.allowlist):
            return "not_allowlisted"
        context.ports.mailer.send(_email(context, told, members, address))
    except OutcomeUnknown:
        return ""
    except NotReady as error:
        return error.code
    except StepwellError as error:
        return "unavailable" if error.retryable else "provider_rejected"
    return ""


def _email(context: StepContext, told: NotifyTeam, members: Sequence[Member], address: str) -> Email:
    moment = context.moment
    text = _text(context, told, members)
    return Email(
        to=address,
        sender=sender_line(moment.workspace.sender),
        subject=" ".join(told.subject.split())[:200],
        text=text,
        html=f'<pre style="font:15px/1.5 sans-serif;white-space:pre-wrap">{escape(text)}</pre>',
        # No enrollment among the tags: its bounces and clicks are no contact's.
        tags={"tenant": moment.tenant, "workflow": moment.workflow, "node": moment.node, "kind": "team"},
        configuration_set=context.ports.delivery.configuration_set,
    )


def _text(context: StepContext, told: NotifyTeam, members: Sequence[Member]) -> str:
    lines = [_line(member) for member in members[:_LISTED]]
    if len(members) > _LISTED:
        lines.append(f"… and {len(members) - _LISTED} more")
    count = "1 contact" if len(members) == 1 else f"{len(members)} contacts"
    head = f"{told.message.strip()}\n\n" if told.message.strip() else ""
    return f"{head}{count} in {context.moment.workflow}:\n\n" + "\n".join(lines) + "\n"


def _line(member: Member) -> str:
    traits = member.profile.traits
    name = " ".join(str(traits[field]) for field in ("first_name", "last_name") if traits.get(field))
    who = " ".join(filter(None, (name, f"<{member.profile.email}>" if member.profile.email else "")))
    facts = ", ".join(f"{field}: {traits[field]}" for field in _FIELDS if traits.get(field) not in (None, ""))
    line = f"- {who or member.profile.id}" + (f" ({facts})" if facts else "")
    return " ".join(line.split())[:300]
