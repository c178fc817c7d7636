"""The prior of send times as node functions read it: kept, and asked for anew once it is a day old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.adapters.items.config import document_key, write_body
from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.adapters.send_times import ASK_EVERY_S, KeptPriors
from stepwell.errors import Unavailable
from stepwell.publishing.records import Move
from stepwell.runtime.effects import Priors
from stepwell.timing.prior import ID, KIND, Prior

NOW = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)


class Table:
    """Items of one document."""

    def __init__(self) -> None:
        self.items: dict[Any, Any] = {}
        self.reads = 0

    def get(self, key: Any) -> Any:
        self.reads += 1
        return self.items.get(key)

    def keep(self, prior: Prior) -> None:
        self.items[document_key("acme", KIND, ID)] = {"body": write_body(prior.document())}


class Queue:
    def __init__(self) -> None:
        self.sent: list[Move] = []
        self.broken = False

    def send(self, move: Move) -> None:
        if self.broken:
            raise Unavailable("The queue does not answer.")
        self.sent.append(move)


class Desk:
    def __init__(self) -> None:
        self.table, self.queue, self.seconds = Table(), Queue(), 0.0
        documents = KeptDocuments(self.table, monotonic=lambda: self.seconds)  # type: ignore[arg-type]
        self.priors: Priors = KeptPriors(documents, self.queue, monotonic=lambda: self.seconds)


def test_without_a_document_all_hours_are_alike_and_one_is_asked_for_once_in_a_while() -> None:
    desk = Desk()
    assert desk.priors.prior("acme", NOW) == Prior()
    desk.priors.prior("acme", NOW)
    assert [(move.kind, move.tenant) for move in desk.queue.sent] == [("timing", "acme")]
    desk.seconds += ASK_EVERY_S
    desk.priors.prior("acme", NOW)
    assert len(desk.queue.sent) == 2


def test_a_fresh_one_is_kept_for_a_minute_and_asks_nobody() -> None:
    desk = Desk()
    desk.table.keep(Prior(at=NOW, contacts=7))
    assert desk.priors.prior("acme", NOW).contacts == 7
    desk.priors.prior("acme", NOW)
    assert (desk.table.reads, desk.queue.sent) == (1, [])
    desk.table.keep(Prior(at=NOW, contacts=8))
    desk.seconds += 61
    assert desk.priors.prior("acme", NOW).contacts == 8


def test_an_old_one_is_used_while_another_is_asked_for_even_if_nobody_hears() -> None:
    desk = Desk()
    desk.table.keep(Prior(at=NOW, contacts=7))
    desk.queue.broken = True
    assert desk.priors.prior("acme", NOW + timedelta(days=2)).contacts == 7
    desk.queue.broken = False
    desk.seconds += ASK_EVERY_S
    assert desk.priors.prior("acme", NOW + timedelta(days=2)).contacts == 7
    assert len(desk.queue.sent) == 1
