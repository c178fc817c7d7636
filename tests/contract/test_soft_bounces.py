"""Soft bounces where suppressions lie: counted once, ended by time or a delivery, never for a harder reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from stepwell.adapters.dynamo_messaging import DynamoMessaging
from stepwell.adapters.soft_bounces import DynamoBounces
from stepwell.deliverability.bouncing import FINAL, SOFT_BOUNCE

from tests.contract.conftest import Emulator
from tests.fakes import World

ADA = "Ada@Example.com"


def test_an_address_rests_and_may_be_written_to_again(emulator: Emulator) -> None:
    world, table = World(), emulator.table("profiles")
    bounces, messaging = DynamoBounces(table), DynamoMessaging(table, world.clock)
    for n in range(3):
        assert bounces.bounced("acme", ADA, f"m{n}", world.clock.now()).count == n + 1
    assert bounces.bounced("acme", ADA, "m2", world.clock.now()).count == 3
    assert messaging.suppressed("acme", "email", ["ada@example.com"]) == {"ada@example.com": SOFT_BOUNCE}
    assert messaging.suppressed("other", "email", ["ada@example.com"]) == {}
    world.clock.advance(timedelta(days=1))
    assert messaging.suppressed("acme", "email", ["ada@example.com"]) == {}
    for n in range(3, FINAL):
        bounces.bounced("acme", ADA, f"m{n}", world.clock.now())
    world.clock.advance(timedelta(days=5_000))
    assert messaging.suppressed("acme", "email", ["ada@example.com"]) == {"ada@example.com": SOFT_BOUNCE}
    bounces.delivered("acme", ADA, world.clock.now())
    assert messaging.suppressed("acme", "email", ["ada@example.com"]) != {}, "given up is given up"


def test_a_delivery_forgets_what_came_before_it(emulator: Emulator) -> None:
    world, table = World(), emulator.table("profiles")
    bounces = DynamoBounces(table)
    now = world.clock.now()
    bounces.bounced("acme", ADA, "m1", now)
    bounces.delivered("acme", ADA, now - timedelta(hours=1))
    assert bounces.bounced("acme", ADA, "m2", now).count == 2
    bounces.delivered("acme", ADA, now + timedelta(hours=1))
    assert bounces.bounced("acme", ADA, "m3", now + timedelta(hours=2)).count == 1


def test_harder_reasons_stay(emulator: Emulator) -> None:
    world, table = World(), emulator.table("profiles")
    bounces, messaging = DynamoBounces(table), DynamoMessaging(table, world.clock)
    messaging.suppress("acme", "email", ADA, "complaint", world.clock.now(), "ses")
    assert bounces.bounced("acme", ADA, "m1", world.clock.now()).count == 0
    bounces.delivered("acme", ADA, world.clock.now() + timedelta(days=1))
    assert messaging.suppressed("acme", "email", [ADA]) == {ADA: "complaint"}


def test_rivals_count_each_bounce_once(emulator: Emulator) -> None:
    bounces, now = DynamoBounces(emulator.table("profiles")), World().clock.now()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: bounces.bounced("acme", ADA, f"m{n % 4}", now), range(8)))
    assert bounces.bounced("acme", ADA, "m0", now).count == 4
