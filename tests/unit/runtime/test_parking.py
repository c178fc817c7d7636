from __future__ import annotations

from datetime import timedelta

from stepwell.contracts.tokens import Token, TokenState
from stepwell.runtime.parking import Parking, park

from tests.unit.runtime.kitchen import Kitchen


def test_who_parks_in_another_version_is_stored_there():
    """A migration parks those who wait inside a machine of the old version."""
    kitchen = Kitchen()
    world = kitchen.world
    now = world.clock.now()
    token = Token(f"{'a' * 16}.0.1", TokenState.RUNNING, 1, "r", "rest", 1, now, now)
    world.tokens.create("acme", "w", [token])
    due = now + timedelta(days=1)
    parked = park(kitchen.ports, "acme", "w", 2, [Parking(token, "pause", "mail", "next", due)])
    (stored,) = world.tokens.of_profile("acme", "w", "a" * 16)
    assert stored == parked[token.id]
    assert (stored.version, stored.state, stored.node, stored.due) == (2, TokenState.PARKED, "pause", due)
