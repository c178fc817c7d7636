"""Circuits: who fails again and again is left alone, ever longer, and asked again; little is read and written."""

from __future__ import annotations

from datetime import timedelta

from stepwell.adapters.circuits import FAILURES, FIRST_S, DynamoCircuits

from tests.contract.conftest import Emulator
from tests.fakes import World


class Seconds:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_it_opens_after_some_failures_and_closes_again(emulator: Emulator) -> None:
    world, seconds = World(), Seconds()
    table = emulator.table("engine")
    mine = DynamoCircuits(table, world.clock, monotonic=seconds)
    other = DynamoCircuits(table, world.clock, monotonic=seconds)
    for _ in range(FAILURES - 1):
        mine.failed("acme", "email.a")
    assert mine.open_until("acme", "email.a") == 0
    mine.failed("acme", "email.a")
    first = mine.open_until("acme", "email.a")
    assert first == int(world.clock.now().timestamp() * 1000) + int(FIRST_S * 1000)
    assert other.open_until("acme", "email.a") == first, "all processes know"
    assert other.open_until("other", "email.a") == 0
    world.clock.advance(timedelta(seconds=FIRST_S + 1))
    assert mine.open_until("acme", "email.a") == 0
    mine.failed("acme", "email.a")
    assert mine.open_until("acme", "email.a") - world.clock.now().timestamp() * 1000 > FIRST_S * 1500
    mine.worked("acme", "email.a")
    assert mine.open_until("acme", "email.a") == 0
    seconds.at += 10
    assert other.open_until("acme", "email.a") == 0


def test_a_shut_account_opens_it_at_once(emulator: Emulator) -> None:
    circuits = DynamoCircuits(emulator.table("engine"), World().clock, monotonic=Seconds())
    circuits.failed("acme", "email.a", at_once=True)
    assert circuits.open_until("acme", "email.a") > 0
