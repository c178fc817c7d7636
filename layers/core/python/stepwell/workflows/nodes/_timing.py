"""Sending at the contact's best time: config fields, the wait that a message gets put before it, hours without mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Literal

from pydantic import Field

from stepwell.workflows.local_time import WEEKDAYS, clock_time
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import Duration
from stepwell.workflows.nodes.base import Expansion, Moment, NodeConfig

WAIT = "best_time"
"""Suffix of the id of the wait before a message; the message keeps its own."""
NODE_TYPE = "send_time_optimization"
LONGEST_DAYS = 7
_OWN = {"send_time_optimization": "", "send_within": "", "send_time_control": "", "send_time_control_at": ""}


class TimedConfig(NodeConfig):
    """Whether a message waits for the contact's best time."""

    send_time_optimization: Literal["", "ai_powered"] = Field(
        "",
        title="Best time",
        description="`ai_powered`: at the time at which the contact is likeliest to be active, learned from its "
        "visits, opens and clicks; who is little known gets it when most of its segments and the workspace are active.",
    )
    send_within: Duration = Field(
        "24_hours",
        title="Best time within",
        description="How long it may wait for it; up to 7 days.",
        examples=["24_hours", "3_days"],
    )
    send_time_control: float = Field(
        10.0,
        title="Best time: control share",
        description="Percent of contacts without it, so that the gain can be measured.",
        ge=0,
        le=90,
    )
    send_time_control_at: Literal["now", "random"] = Field(
        "now",
        title="Best time: control group",
        description="Gets the message at once, or at a random time within the window.",
    )


def timed(config: TimedConfig, kind: str, channel: str) -> Expansion:
    """Return the wait and the message that a message at the best time stands for; nothing for any other one."""
    if not config.send_time_optimization:
        return Expansion(nodes=[], edges=[])
    message = config.model_dump(exclude=set(_OWN), exclude_defaults=True, mode="json")
    wait = {
        "within": config.send_within,
        "control": config.send_time_control,
        "control_at": config.send_time_control_at,
        "channel": channel,
    }
    return Expansion(
        nodes=[(WAIT, NODE_TYPE, wait), ("", kind, message)],
        edges=[
            (WAIT, "next", ""),
            *(("", outcome, f":{outcome}") for outcome in ("sent", "skipped", "failed")),
        ],
    )


def within_limit(text: str) -> bool:
    """Tell whether a window is no longer than a week: weekdays repeat."""
    return (
        not text
        or parse_duration(text).days < LONGEST_DAYS
        or parse_duration(text).total_seconds() == (LONGEST_DAYS * 86_400)
    )


def not_quiet(moment: Moment, channel: str, zone: tzinfo) -> Callable[[datetime], bool]:
    """Return what tells whether marketing may go at a time, by the hours of workflow and workspace.

    Only a help in choosing: the send gate asks again, with all rules, when the message goes.
    """
    if moment.purpose == "transactional":
        return lambda _at: True
    rules: list[Mapping[str, Any]] = []
    if own := moment.settings.get("quiet_hours"):
        rules.append(own)
    kept = moment.workspace.sending.quiet_hours
    rules += [kept[name] for name in ("all", channel) if name in kept]
    windows = [
        (clock_time(rule.get("start") or "00:00"), clock_time(rule.get("end") or "00:00"), _days(rule))
        for rule in rules
    ]

    def allowed(at: datetime) -> bool:
        local = at.astimezone(zone)
        wall, day = local.time(), WEEKDAYS[local.weekday()]
        for start, end, closed in windows:
            quiet = start <= wall < end if start <= end else wall >= start or wall < end
            if quiet or day in closed:
                return False
        return True

    return allowed


def _days(rule: Mapping[str, Any]) -> Sequence[str]:
    return [str(day) for day in rule.get("closed_days") or ()]
