"""Config fields that all nodes share which send a message, and the checks of these."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from stepwell.workflows.nodes._fields import Purpose
from stepwell.workflows.nodes._timing import TimedConfig, within_limit
from stepwell.workflows.nodes.base import Found

Topic = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,39})?$")]


class SendingConfig(TimedConfig):
    """How the gate treats a message, and when it goes."""

    tag: str = Field("", title="Cap tag", description="Frequency caps may count by tag.", max_length=60)
    topic: Topic = Field("", title="Topic", description="Who declined this topic does not get the message.")
    priority: int = Field(
        3,
        title="Priority",
        description="1 to 5. A held message keeps its place under caps against those of lower priority.",
        ge=1,
        le=5,
    )
    ignore_frequency_cap: bool = Field(
        False, title="Ignore caps", description="Send even when the contact is capped."
    )
    count: bool = Field(True, title="Count", description="Count this message towards frequency caps.")
    purpose: Purpose = Field("", title="Purpose", description="Empty: the workflow's.")
    at_least_once: bool = Field(
        False,
        title="Send at least once",
        description="Transactional only: repeat a send whose fate is unknown; a duplicate is possible.",
    )


def sending_faults(config: SendingConfig) -> list[Found]:
    """Return what no message may ask for."""
    found = []
    if config.at_least_once and config.purpose == "marketing":
        found.append(
            Found(
                "at_least_once_marketing",
                "Marketing messages are never repeated when their fate is unknown: turn `at_least_once` off.",
                "at_least_once",
            )
        )
    if config.send_time_optimization and not within_limit(config.send_within):
        found.append(
            Found("send_within", "The best time is looked for within 7 days at most.", "send_within")
        )
    return found
