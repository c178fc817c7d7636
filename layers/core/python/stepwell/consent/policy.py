"""What workflow and workspace ask of their messages, read once a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from stepwell.consent.calendar import DAYS, QuietWindow
from stepwell.consent.limits import Cap, caps_of
from stepwell.contracts.preferences import ALL
from stepwell.contracts.workspace import SendingRules, Workspace


@dataclass(frozen=True, slots=True)
class Policy:
    """What the workflow and the workspace ask of messages of a channel.

    Attributes:
        caps: Frequency caps.
        quiet: Quiet hours of the workflow.
        time_zone: Zone of contacts whose own is unknown; empty: the workspace's.
        common: Quiet hours of the workspace; both hold.
    """

    caps: tuple[Cap, ...] = ()
    quiet: QuietWindow | None = None
    time_zone: str = ""
    common: tuple[QuietWindow, ...] = ()

    @classmethod
    def of_settings(
        cls, settings: Mapping[str, Any], workspace: Workspace | None = None, channel: str = "email"
    ) -> Policy:
        """Read a workflow's settings as plain data (`stepwell.workflows.model.Settings`), and the workspace's."""
        own = settings.get("quiet_hours")
        zone = settings.get("time_zone") or ""
        rules = workspace.sending if workspace is not None else SendingRules()
        common = (rules.quiet_hours.get(name) for name in (channel, ALL))
        return cls(
            caps=caps_of((*(settings.get("frequency_caps") or ()), *rules.caps)),
            quiet=_window(own) if own else None,
            common=tuple(_window(told) for told in common if told),
            # The model's default says nothing about this workflow's contacts.
            time_zone="" if zone == "UTC" else zone,
        )


def _window(told: Mapping[str, Any]) -> QuietWindow:
    return QuietWindow(
        time.fromisoformat(told["start"]),
        time.fromisoformat(told["end"]),
        told.get("otherwise", "next_open_time"),
        frozenset(DAYS.index(day) for day in told.get("closed_days") or ()),
    )
