"""Wiring of send times: loaded when a contact waits for the best one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.adapters.move_queue import SqsMoves
from stepwell.adapters.send_times import KeptPriors

if TYPE_CHECKING:
    from stepwell.bootstrap import Container


def priors(parts: Container) -> KeptPriors:
    """Return when contacts are active; an estimate is asked for by the queue of moves."""
    sqs, url = parts._client("sqs"), parts.settings.require("moves_queue_url")
    return KeptPriors(KeptDocuments(parts._config_table), SqsMoves(sqs, url))
