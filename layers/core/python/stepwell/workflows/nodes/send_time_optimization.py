"""Waits for the contact's best time within a window."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stepwell.timing.choosing import choose
from stepwell.timing.prior import Prior
from stepwell.workflows.facts import member_facts
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import Duration, widgets
from stepwell.workflows.nodes._timing import not_quiet, within_limit
from stepwell.workflows.nodes.base import (
    Effect,
    Found,
    Hints,
    Member,
    Moment,
    NodeConfig,
    NodeType,
    Nothing,
    Park,
)
from stepwell.workflows.nodes.wait_until import SPREAD_S


class Config(NodeConfig):
    """How long the wait may be, and for whom there is none so that the gain can be measured."""

    within: Duration = Field(
        "24_hours",
        title="Within",
        description="How long to wait for it at most; up to 7 days.",
        examples=["24_hours", "3_days"],
        min_length=1,
    )
    control: float = Field(
        10.0,
        title="Control share",
        description="Percent of contacts without a best time, so that the gain can be measured.",
        ge=0,
        le=90,
    )
    control_at: Literal["now", "random"] = Field(
        "now", title="Control group", description="Goes on at once, or at a random time within the window."
    )
    channel: Literal["", "email", "sms", "push"] = Field(
        "", title="Channel", description="Whose quiet hours are avoided, beside those of all channels."
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    prior = moment.prior or Prior()
    zone = member_facts(member, moment).zone
    found = choose(
        moment.now,
        parse_duration(config.within),
        zone,
        prior.of(member.profile, moment.now),
        prior,
        control=config.control,
        control_at=config.control_at,
        seed=(moment.tenant, moment.workflow, moment.node, member.profile.id),
        allowed=not_quiet(moment, config.channel, zone),
    )
    if found.at <= moment.now:
        return Nothing(outcome="next")
    return Park(due=found.at, spread_s=SPREAD_S)


def _checks(config: Config) -> list[Found]:
    if within_limit(config.within):
        return []
    return [Found("send_within", "The best time is looked for within 7 days at most.", "within")]


NODE = NodeType(
    name="send_time_optimization",
    kind="wait",
    category="logic",
    config=Config,
    checks=_checks,
    reads_prior=True,
    act=_act,
    hints=Hints(
        label="Best time",
        icon="clock-heart",
        description="Lets the contact wait until the time at which it is likeliest to be active.",
        widgets=widgets(Config),
        summary="at their best time within {within}",
    ),
)
