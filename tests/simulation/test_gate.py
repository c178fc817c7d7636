"""The gate's invariants over random lives (`gate_model`); and each guard, once removed, is missed by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from stepwell.consent import decide
from stepwell.contracts.messages import ClaimState
from stepwell.profiles import merging
from stepwell.runtime.gate import Gate as RuntimeGate

from tests.fakes import profiles
from tests.fakes.profiles import MemoryMessaging
from tests.simulation.gate_model import CHANNELS, Gate, live

QUIETLY = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
LIVES = settings(QUIETLY, max_examples=60, stateful_step_count=40)
SEEDS = range(150)
Patch = Callable[[pytest.MonkeyPatch], None]


def test_no_life_that_hypothesis_draws_breaks_a_rule() -> None:
    run_state_machine_as_test(Gate, settings=LIVES)


def test_no_life_by_chance_breaks_a_rule_and_messages_do_arrive() -> None:
    Gate.seen.clear()
    for seed in SEEDS:
        live(seed)
    for channel in CHANNELS:
        for purpose in ("marketing", "transactional"):
            assert Gate.seen[channel, purpose] > 100, Gate.seen


def _set(owner: Any, name: str, value: Any) -> Patch:
    return lambda patch: patch.setattr(owner, name, value)


def _lost_answers_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    def settle(self: MemoryMessaging, tenant: str, profile: str, visit: str, state: str) -> None:
        assert state == ClaimState.UNKNOWN.value
        for claim in self.records(tenant, [profile])[profile].claims:
            if claim.visit == visit:
                self.release(tenant, profile, visit, claim.claimant)

    patch.setattr(MemoryMessaging, "settle", settle)


MUTANTS: dict[str, Patch] = {
    "consent, topics, suppression and control group": _set(decide, "_refused", lambda *_: None),
    "a denial": _set(decide, "DENIED", "never"),
    "proof of consent": _set(decide, "enough", lambda *_: True),
    "the number that a proof is of": _set(decide, "kind_for", lambda noted, _: noted.partition("@")[0]),
    "topics": _set(decide, "TOPIC", "none:"),
    "control group": _set(decide, "held_out", lambda *_: False),
    "caps": _set(decide, "capped", lambda *_: None),
    "contacts' own limits": _set(decide, "wishes", lambda *_: []),
    "quiet hours": _set(decide, "next_open_of", lambda _, now: now),
    "hours of texts": _set(decide, "windows_of", lambda *_: []),
    "visits": _set(decide, "_done", lambda *_: None),
    "suppressed addresses": _set(MemoryMessaging, "suppressed", lambda *_, **__: {}),
    "denials that outlive a merge": _set(merging, "denied", lambda _: []),
    "the condition of a claim": _set(profiles, "_at_rev", lambda _: lambda _: True),
    "deciding anew after a lost claim": _set(RuntimeGate, "passes", lambda *_: True),
    "claims of lost answers": _lost_answers_are_forgotten,
}


@pytest.mark.parametrize("guard", MUTANTS)
def test_a_removed_guard_is_missed(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[guard](monkeypatch)
    with pytest.raises(AssertionError):
        for seed in SEEDS:
            live(seed)
