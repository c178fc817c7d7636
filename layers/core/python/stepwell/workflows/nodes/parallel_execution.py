"""Sends the contact down several branches at once; `merge_branches` brings them together."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import Duration, Handle, widgets
from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """The branches."""

    branches: (
        Annotated[int, Field(ge=2, le=10)] | Annotated[tuple[Handle, ...], Field(min_length=2, max_length=10)]
    ) = Field(2, title="Branches", description="How many, or their names.", examples=[2, ["email", "sms"]])
    time_limit: Duration = Field(
        "30_days",
        title="Time limit",
        description="How long the merge waits for all branches before it goes on by `timed_out`.",
        examples=["30_days"],
    )

    @model_validator(mode="after")
    def _distinct(self) -> Config:
        if len(set(self.names)) < len(self.names):
            raise ValueError("branch names must differ")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Outcome of each branch."""
        if isinstance(self.branches, int):
            return tuple(f"branch_{number}" for number in range(1, self.branches + 1))
        return self.branches

    @property
    def limit(self) -> timedelta:
        """How long the merge waits."""
        return parse_duration(self.time_limit)


NODE = NodeType(
    name="parallel_execution",
    kind="parallel",
    category="logic",
    config=Config,
    reads_profile=lambda _config: False,
    outcomes=lambda config: config.names,
    hints=Hints(
        label="Parallel",
        icon="arrows-shuffle",
        description="Sends the contact down several branches at the same time.",
        widgets=widgets(Config) | {"branches": "list"},
        summary="{branches}",
    ),
)
