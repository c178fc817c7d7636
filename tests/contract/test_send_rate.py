"""The send rate: shared by the account, a share a tenant, never more than the bucket holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from stepwell.adapters.send_rate import DynamoSendRate
from stepwell.deliverability.warming import until_tomorrow

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


def warming(emulator: Emulator, world: World, cap: int | None, **more: Any) -> DynamoSendRate:
    return DynamoSendRate(
        emulator.table("engine"),
        clock=world.clock,
        workspaces=world.workspaces,
        account_rate=lambda: 1_000,
        sleep=lambda _: None,
        cap=lambda tenant, stream: cap if (tenant, stream) == ("acme", "marketing") else None,
        **more,
    )


def test_a_warm_up_lets_so_many_go_a_day(emulator: Emulator) -> None:
    world = World()
    lease = warming(emulator, world, 50)
    assert lease.acquire("acme", 30, "marketing") == (30, 0.0)
    assert lease.acquire("acme", 30, "marketing") == (20, 1.0)
    granted, wait_s = lease.acquire("acme", 1, "marketing")
    midnight = until_tomorrow(world.clock.now())
    assert granted == 0
    assert midnight <= wait_s <= midnight + 600
    # Other streams and workspaces have no part in it.
    assert lease.acquire("acme", 100, "transactional") == (100, 0.0)
    assert lease.acquire("other", 100, "marketing") == (100, 0.0)
    world.clock.advance(timedelta(seconds=wait_s))
    assert lease.acquire("acme", 80, "marketing")[0] == 50


def test_what_the_rate_refuses_is_left_of_the_days_cap(emulator: Emulator) -> None:
    world = World()
    lease = warming(emulator, world, 50, leased=lambda *_: ("email.grid", 10.0))
    assert lease.acquire("acme", 30, "marketing") == (10, 1.0)
    world.clock.advance(timedelta(seconds=60))
    total = 0
    for _ in range(20):
        total += lease.acquire("acme", 10, "marketing")[0]
        world.clock.advance(timedelta(seconds=1))
    assert total == 40


def test_rivals_never_pass_the_cap_together(emulator: Emulator) -> None:
    lease = warming(emulator, World(), 40)
    with ThreadPoolExecutor(4) as pool:
        granted = list(pool.map(lambda _: lease.acquire("acme", 9, "marketing")[0], range(12)))
    assert sum(granted) == 40


def test_each_provider_has_a_lease_of_its_own(emulator: Emulator) -> None:
    world = World()
    lease = warming(emulator, world, None, leased=lambda tenant, stream: (f"email.{stream}", 5.0))
    assert lease.acquire("acme", 100, "marketing")[0] == 5
    assert lease.acquire("acme", 100, "transactional")[0] == 5
    assert lease.acquire("other", 100, "marketing")[0] == 5
    assert not lease.grant("acme", "email.marketing", 5.0)
    assert lease.grant("acme", "email.spare", 5.0)
    # Without a stream it is the account's.
    assert lease.acquire("acme", 100) == (100, 0.0)
