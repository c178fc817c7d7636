"""Wiring of what receives mail; no other function loads it."""

from __future__ import annotations

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.bootstrap import Container
from stepwell.triggers.reply_origins import ReplyPorts


def reply_ports(parts: Container) -> ReplyPorts:
    """Return what taking an answer reaches."""
    return ReplyPorts(
        clock=parts.clock,
        profiles=parts.profiles,
        messaging=parts.messaging,
        tokens=parts.tokens,
        versions=parts.versions,
        workspaces=parts.workspaces,
        live=parts.workspaces,
        rules=KeptDocuments(parts._config_table),
        events=parts.sink,
        mailer=parts.mailer,
        configuration_set=parts.settings.configuration_set,
    )
