"""Splits contacts at random by weight, the same way each time for the same contact at the same node.

The share is a hash and nothing is stored: bucket = first 8 bytes of sha256(tenant, workflow, node,
profile), joined by the byte 1F, modulo 10,000. The weights cut the range 0–9999 in the order in which they
are named. So a contact that enters again, or passes again in a loop, goes the same way, whatever the
version of the workflow.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Field, model_validator

from stepwell.workflows.nodes._fields import Handle
from stepwell.workflows.nodes.base import Hints, Member, Moment, NodeConfig, NodeType

BUCKETS = 10_000


class Config(NodeConfig):
    """Weight of each way, e.g. percent."""

    weights: dict[Handle, Annotated[int, Field(ge=0, le=10_000)]] = Field(
        title="Weights", examples=[{"a": 50, "b": 50}], min_length=2, max_length=20
    )

    @model_validator(mode="after")
    def _something(self) -> Config:
        if sum(self.weights.values()) <= 0:
            raise ValueError("at least one weight must be above zero")
        return self


def bucket(tenant: str, workflow: str, node: str, profile: str) -> int:
    """Return the contact's bucket 0–9999 at this node."""
    digest = hashlib.sha256("\x1f".join((tenant, workflow, node, profile)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def _decide(config: Config, member: Member, moment: Moment) -> str:
    drawn = bucket(moment.tenant, moment.workflow, moment.node, member.profile.id)
    total = sum(config.weights.values())
    upto = 0
    last = ""
    for name, weight in config.weights.items():
        upto += weight
        if weight:
            last = name
        if drawn * total < upto * BUCKETS:
            return name
    return last


NODE = NodeType(
    name="random_split",
    kind="split",
    category="logic",
    config=Config,
    reads_profile=lambda _config: False,
    outcomes=lambda config: tuple(config.weights),
    decide=_decide,
    hints=Hints(
        label="Random split",
        icon="percentage",
        description="Sends fixed shares of the contacts different ways; a contact always goes the same way.",
        widgets={"weights": "weights"},
        summary="{weights}",
    ),
)
