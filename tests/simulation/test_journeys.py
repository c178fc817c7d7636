"""One journey with a fault at every single write: exhaustive where the drawn graphs are random."""

from __future__ import annotations

import pytest

from tests.simulation.journeys import EVERY, Scenario


@pytest.mark.parametrize("scenario", EVERY, ids=lambda s: s.__name__)
def test_a_fault_at_every_write(scenario: Scenario) -> None:
    scenario()
