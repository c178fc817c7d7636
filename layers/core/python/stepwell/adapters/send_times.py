"""When a workspace's contacts are active: the document `TIMING`, kept a minute; a day later a new one is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.errors import StepwellError
from stepwell.timing.prior import ID, KIND, Prior

if TYPE_CHECKING:
    from stepwell.publishing.records import Move

ASK_EVERY_S = 600.0


class Moves(Protocol):
    """The queue of `move_enrollments`."""

    def send(self, move: Move) -> None:
        """Queue a command."""
        ...


class KeptPriors:
    """See `stepwell.runtime.effects.Priors`.

    Args:
        documents: Documents of workspaces.
        moves: Where an estimate is asked for.
        monotonic: Seconds, for how often one process asks.
    """

    def __init__(
        self, documents: KeptDocuments, moves: Moves, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._documents = documents
        self._moves = moves
        self._monotonic = monotonic
        self._read: dict[str, tuple[Mapping[str, Any] | None, Prior]] = {}
        self._asked: dict[str, float] = {}

    def prior(self, tenant: str, now: datetime) -> Prior:
        """Return what is known, have it estimated anew where that is a day old; never waits for an estimate."""
        body = self._documents.body(tenant, KIND, ID)
        kept = self._read.get(tenant)
        if kept is None or kept[0] is not body:
            kept = self._read[tenant] = (body, Prior.parse(body))
        if not kept[1].known(now):
            self._ask(tenant)
        return kept[1]

    def _ask(self, tenant: str) -> None:
        now = self._monotonic()
        if now - self._asked.get(tenant, -ASK_EVERY_S) < ASK_EVERY_S:
            return
        self._asked[tenant] = now
        from stepwell.publishing.send_times import timing_move  # once a day, not at each cold start

        try:
            self._moves.send(timing_move(tenant))
        except StepwellError:
            # Whoever waits for a best time goes by what is known; the next process asks again.
            return
