"""Each guard, once removed, is missed: its scenario fails."""

from __future__ import annotations

import pytest

from tests.simulation.mutants.guards import GUARDS, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda g: g.name.replace(" ", "-"))
def test_a_removed_guard_is_noticed(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    guard.remove(monkeypatch)
    with pytest.raises((AssertionError, LookupError, ValueError)):
        guard.noticed_by()
