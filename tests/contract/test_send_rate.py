"""The send rate: shared by the account, a share a tenant, never more than the bucket holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from stepwell.adapters.send_rate import DynamoSendRate

from tests.contract.conftest import Emulator
from tests.fakes import World


def rate(emulator: Emulator, world: World, account: float = 10) -> DynamoSendRate:
    return DynamoSendRate(
        emulator.table("engine"),
        clock=world.clock,
        workspaces=world.workspaces,
        account_rate=lambda: account,
        sleep=lambda _: None,
    )


def test_a_second_holds_a_second_of_sends(emulator: Emulator) -> None:
    world = World()
    lease = rate(emulator, world)
    assert lease.acquire("acme", 4) == (4, 0.0)
    assert lease.acquire("other", 100) == (6, 1.0)
    assert lease.acquire("acme", 1) == (0, 1.0)
    world.clock.advance(timedelta(seconds=0.5))
    assert lease.acquire("acme", 100)[0] == 5
    world.clock.advance(timedelta(hours=1))
    assert lease.acquire("acme", 100)[0] == 10
    assert lease.acquire("acme", 0) == (0, 0.0)


def test_a_tenant_has_its_share(emulator: Emulator) -> None:
    world = World()
    world.workspaces.settings["acme"] = replace(world.workspaces.workspace("acme"), send_rate=3)
    lease = rate(emulator, world)
    assert lease.acquire("acme", 100) == (3, 1.0)
    assert lease.acquire("other", 100)[0] == 7
    world.clock.advance(timedelta(seconds=1))
    assert lease.acquire("other", 9)[0] == 9
    assert lease.acquire("acme", 3)[0] == 1
    world.clock.advance(timedelta(milliseconds=200))
    assert lease.acquire("acme", 3)[0] == 2


def test_slow_rates_and_none(emulator: Emulator) -> None:
    world = World()
    slow = rate(emulator, world, account=0.1)
    assert slow.acquire("acme", 5) == (1, 10.0)
    assert slow.acquire("acme", 5) == (0, 10.0)
    world.clock.advance(timedelta(seconds=10))
    assert slow.acquire("acme", 1) == (1, 0.0)
    assert rate(emulator, world, account=0).acquire("acme", 5) == (0, 60.0)


def test_rivals_never_get_more_together(emulator: Emulator) -> None:
    lease = rate(emulator, World(), account=40)
    with ThreadPoolExecutor(4) as pool:
        granted = list(pool.map(lambda _: lease.acquire("acme", 9)[0], range(12)))
    assert sum(granted) <= 40
