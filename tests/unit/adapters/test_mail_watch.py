"""Asking for a look at mail: once in a while, late enough that all that was counted until then is seen."""

from __future__ import annotations

from stepwell.adapters.move_queue import LOOK_AFTER_S, LOOK_EVERY_S, SqsMailWatch
from stepwell.publishing.records import Move


class Queue:
    def __init__(self) -> None:
        self.sent: list[tuple[Move, int]] = []

    def send(self, move: Move, delay_s: int = 0) -> None:
        self.sent.append((move, delay_s))


def test_one_look_covers_what_a_process_counts_until_it_may_ask_again() -> None:
    queue, now = Queue(), [0.0]
    watch = SqsMailWatch(queue, monotonic=lambda: now[0])  # type: ignore[arg-type]
    watch.look("acme")
    watch.look("acme")
    watch.look("other")
    assert [(move.kind, move.tenant, delay) for move, delay in queue.sent] == [
        ("mail", "acme", LOOK_AFTER_S),
        ("mail", "other", LOOK_AFTER_S),
    ]
    now[0] = LOOK_EVERY_S
    watch.look("acme")
    assert len(queue.sent) == 3
    assert LOOK_AFTER_S > LOOK_EVERY_S, "a complaint right before the next ask is looked at as well"
    assert Move.parse(queue.sent[0][0].document()) == queue.sent[0][0]
