"""Wires what answers browsers about notifications; loaded when the first of them asks."""

from __future__ import annotations

from functools import cache

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.bootstrap import container
from stepwell.triggers.push_reports import PushReports, ReportPorts


@cache
def push_reports() -> PushReports:
    """Return the process's answers."""
    wired = container()
    return PushReports(
        ReportPorts(
            clock=wired.clock,
            keys=wired.keys,
            documents=KeptDocuments(wired._config_table),
            stream=wired.sink,
            link_keys=wired.secrets.link_keys,
        )
    )
