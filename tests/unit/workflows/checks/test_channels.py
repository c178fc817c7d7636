"""A channel that is not there yet is told once a drawn node, and only publishing minds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from stepwell.workflows.checks.safety import check_channels
from stepwell.workflows.nodes import node_type


def test_a_channel_that_is_missing_is_told_once():
    missing = replace(node_type("social_post"), function=None, missing="No telegrams yet.")
    parts = [("a", missing), ("a", missing), ("b", node_type("email_send"))]
    drawing = SimpleNamespace(parts=[(origin, SimpleNamespace(type=type_)) for origin, type_ in parts])
    (found,) = check_channels(cast(Any, drawing))
    assert (found.code, found.node, found.publish_only) == ("channel_missing", "a", True)
    assert found.message.startswith("No telegrams yet.")
