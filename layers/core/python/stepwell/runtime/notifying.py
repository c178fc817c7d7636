"""Tells a team which contacts came to a node: one message for the whole cohort, by e-mail or SNS.

A repeated Task may tell a team twice: colleagues bear it, and no claim is spent on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from html import escape
from typing import cast

from stepwell.channels.email import sender_line
from stepwell.consent.addresses import allowed, sendable_address
from stepwell.contracts.fields import fields
from stepwell.contracts.messages import Email, Purpose
from stepwell.errors import NotReady, OutcomeUnknown, StepwellError
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.isolating import Faulty, Ledger, alone
from stepwell.workflows.nodes.base import Member, NotifyTeam

_LISTED = 50
_FIELDS = ("company", "score", "lead_score", "lead_status")


def notify_teams(context: StepContext, work: Work) -> EffectResult:
    """Carry out `NotifyTeam` effects; leaves by `next`, or by `failed` when nobody could be told."""
    outcomes = Ledger()
    groups: dict[NotifyTeam, list[Member]] = {}
    for member, effect in work:
        told = cast(NotifyTeam, effect)
        group = outcomes.alone(member.token.id, partial(groups.setdefault, told, []))
        if group is not None:
            group.append(member)
    for told, members in groups.items():
        lines = _lines(members, outcomes, context.moment.now)
        listed = [member for member in members if member.token.id not in outcomes]
        if not listed:
            continue
        reason = alone(partial(_tell, context, told, len(listed), lines))
        outcome = ("next", "")
        if isinstance(reason, Faulty):
            outcome = reason.outcome
        elif reason:
            outcome = ("failed", reason)
        outcomes.update({member.token.id: outcome for member in listed})
    return EffectResult(outcomes)


def _lines(members: Sequence[Member], outcomes: Ledger, now: datetime) -> list[str]:
    """Describe the first contacts that can be described."""
    lines: list[str] = []
    for member in members:
        if len(lines) == _LISTED:
            break
        line = outcomes.alone(member.token.id, partial(_line, member, now))
        if line is not None:
            lines.append(line)
    return lines


def _tell(context: StepContext, told: NotifyTeam, count: int, lines: Sequence[str]) -> str:
    """Tell every recipient; return why none could be told, or an empty text."""
    targets = recipients(context, told)
    if not targets:
        return "no_recipients"
    text = _text(context, told, count, lines)
    reasons = [_tell_one(context, told, text, target) for target in targets]
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


def _tell_one(context: StepContext, told: NotifyTeam, text: str, target: str) -> str:
    try:
        if told.channel == "sns":
            context.ports.topics.publish(context.moment.tenant, target, told.subject, text)
            return ""
        address = sendable_address(target)
        if address is None:
            return "invalid_address"
        if not allowed(address, context.moment.workspace.allowlist):
            return "not_allowlisted"
        context.ports.mailer.send(_email(context, told, text, address))
    except OutcomeUnknown:
        return ""
    except NotReady as error:
        return error.code
    except StepwellError as error:
        return "unavailable" if error.retryable else "provider_rejected"
    return ""


def _email(context: StepContext, told: NotifyTeam, text: str, address: str) -> Email:
    moment = context.moment
    return Email(
        to=address,
        sender=sender_line(moment.workspace.sender),
        subject=" ".join(told.subject.split())[:200],
        text=text,
        html=f'<pre style="font:15px/1.5 sans-serif;white-space:pre-wrap">{escape(text)}</pre>',
        # No enrollment among the tags: its bounces and clicks are no contact's.
        tags={"tenant": moment.tenant, "workflow": moment.workflow, "node": moment.node, "kind": "team"},
        configuration_set=context.ports.delivery.configuration_set,
        purpose=Purpose.TRANSACTIONAL,
    )


def _text(context: StepContext, told: NotifyTeam, count: int, lines: Sequence[str]) -> str:
    listed = [*lines, f"… and {count - len(lines)} more"] if count > len(lines) else lines
    contacts = "1 contact" if count == 1 else f"{count} contacts"
    head = f"{told.message.strip()}\n\n" if told.message.strip() else ""
    return f"{head}{contacts} in {context.moment.workflow}:\n\n" + "\n".join(listed) + "\n"


def _line(member: Member, now: datetime) -> str:
    traits = fields(member.profile, now)
    name = " ".join(str(traits[field]) for field in ("first_name", "last_name") if traits.get(field))
    who = " ".join(filter(None, (name, f"<{member.profile.email}>" if member.profile.email else "")))
    facts = ", ".join(f"{field}: {traits[field]}" for field in _FIELDS if traits.get(field) not in (None, ""))
    line = f"- {who or member.profile.id}" + (f" ({facts})" if facts else "")
    return " ".join(line.split())[:300]
