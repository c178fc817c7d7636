"""Waits until the contact has come from every branch of the parallel section before it."""

from __future__ import annotations

from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """Nothing to set: the time limit is the parallel node's."""


NODE = NodeType(
    name="merge_branches",
    kind="merge",
    category="logic",
    config=Config,
    reads_profile=lambda _config: False,
    outcomes=lambda _config: ("merged", "timed_out"),
    falls_through=("timed_out",),
    hints=Hints(
        label="Merge",
        icon="git-merge",
        description="Brings the branches of a parallel section together again.",
    ),
)
