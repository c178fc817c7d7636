"""The guards, each removed by replacing one seam; README.md lists them with the rule they serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from stepwell.contracts.tokens import Token, TokenState
from stepwell.profiles.fold import Fold
from stepwell.runtime import isolating, joining, outcomes, settling, stepping
from stepwell.runtime.effects import Ports
from stepwell.runtime.letters import Letter
from stepwell.runtime.published import Published
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
from stepwell.workflows.plan import Plan

from tests.fakes import profiles
from tests.fakes.outside import MemoryRate, MemoryVersions
from tests.fakes.profiles import MemoryMessaging
from tests.fakes.tokens import MemoryTokens
from tests.simulation import cloud, journeys
from tests.simulation.journeys import Scenario

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Guard:
    """A guard and what notices that it is gone.

    Attributes:
        name: Short name.
        rule: Rule of the engine that it serves.
        remove: Takes it away.
        noticed_by: The scenario that must fail then.
    """

    name: str
    rule: str
    remove: Patch
    noticed_by: Scenario


def _unconditional_moves(patch: pytest.MonkeyPatch) -> None:
    guarded = MemoryTokens.move

    def move(self: MemoryTokens, tenant: str, workflow: str, moves: Any) -> set[str]:
        stored = self.get(tenant, workflow, [m.before.id for m in moves])
        fresh = [replace(m, before=stored.get(m.before.id, m.before)) for m in moves]
        return guarded(self, tenant, workflow, fresh)

    patch.setattr(MemoryTokens, "move", move)


def _no_reconciler(patch: pytest.MonkeyPatch) -> None:
    def close(tenant: str, run: str, ports: Ports) -> str:
        ports.runs.close(tenant, run)
        return "closed"

    patch.setattr(cloud, "reconcile_run", close)
    patch.setattr(
        cloud, "reconcile", lambda tenant, ports: [close(tenant, r, ports) for r in _open(tenant, ports)]
    )


def _open(tenant: str, ports: Ports) -> list[str]:
    return ports.runs.overdue(tenant, ports.clock.now(), 1000)


def _unconditional_claims(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(profiles, "_at_rev", lambda _rev: lambda _item: True)


def _claims_forgotten(patch: pytest.MonkeyPatch) -> None:
    guarded = MemoryMessaging.records

    def records(self: MemoryMessaging, tenant: str, profiles: Any) -> Any:
        return {p: replace(r, claims=()) for p, r in guarded(self, tenant, profiles).items()}

    patch.setattr(MemoryMessaging, "records", records)


def _no_second_look(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outcomes, "_look_once_more", lambda *_: None)


def _nothing_pending(patch: pytest.MonkeyPatch) -> None:
    guarded = Fold.result

    def result(self: Fold, *args: Any) -> Any:
        return guarded(self, *args).evolve(pending=())

    patch.setattr(Fold, "result", result)


def _ended_go_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(stepping.Step, "live", lambda self, token: token in self.tokens)


def _latest_version(patch: pytest.MonkeyPatch) -> None:
    def document(self: MemoryVersions, tenant: str, workflow: str, version: int) -> Any:
        newest = max(v for t, w, v in self.documents if (t, w) == (tenant, workflow))
        return self.documents[tenant, workflow, newest]

    patch.setattr(MemoryVersions, "document", document)

    def published(versions: Any, tenant: str, workflow: str, version: int) -> Published:
        graph = Graph(Workflow.model_validate(versions.document(tenant, workflow, version)))
        return Published(graph, Plan(graph))

    patch.setattr(stepping, "published", published)


def _nobody_ends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settling, "_end", lambda *_: None)


def _first_branch_is_enough(patch: pytest.MonkeyPatch) -> None:
    def complete(_published: Any, _parallel: str, parent: Token) -> bool:
        return bool(parent.arrived) and parent.state is TokenState.PARKED

    patch.setattr(joining, "_complete", complete)


def _no_lease(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(MemoryRate, "acquire", lambda _self, _tenant, want, _stream="": (want, 0.0))


def _no_last_look(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Letter, "owned", lambda _self, _now: True)


def _no_isolation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outcomes._Sorter, "guarded", lambda _self, _token, decide: decide())


def _no_isolation_of_effects(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(isolating, "BLAMELESS", (Exception,))


def _first_version_kept(patch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], Published] = {}

    def published(versions: Any, tenant: str, workflow: str, version: int) -> Published:
        if (tenant, workflow) not in kept:
            kept[tenant, workflow] = read(versions, tenant, workflow, version)
        return kept[tenant, workflow]

    read = stepping.published
    patch.setattr(stepping, "published", published)


GUARDS = (
    Guard(
        "a move applies only to the state and epoch read",
        "1",
        _unconditional_moves,
        journeys.exit_at_each_write,
    ),
    Guard("the reconciler starts failed runs again", "2", _no_reconciler, journeys.outage_at_each_write),
    Guard("a claim applies only to the rev read", "3", _unconditional_claims, journeys.opt_out_at_each_write),
    Guard("a claim is remembered", "3", _claims_forgotten, journeys.crash_at_each_write),
    Guard("the profile is read again after parking", "4", _no_second_look, journeys.purchase_at_each_write),
    Guard("enrollments are pending in the profile", "5", _nothing_pending, journeys.crash_at_each_write),
    Guard("a contact's error is his own", "6", _no_isolation, journeys.play_with_a_bad_contact),
    Guard(
        "an executor's stumble is its contact's own",
        "6",
        _no_isolation_of_effects,
        journeys.play_with_a_bad_letter,
    ),
    Guard("a node drops who is no longer its run's", "7", _ended_go_on, journeys.exit_at_each_write),
    Guard("a send looks again after its claim", "7", _no_last_look, journeys.exit_at_each_write),
    Guard("a run reads its own version", "8", _latest_version, journeys.play_beside_a_new_version),
    Guard("who has nothing behind him ends", "9", _nobody_ends, journeys.quiet_play),
    Guard(
        "what a process knows of a version is that version's",
        "10",
        _first_version_kept,
        journeys.play_in_two_versions,
    ),
    Guard(
        "a merge waits for the whole set of branches",
        "parallel",
        _first_branch_is_enough,
        journeys.quiet_play,
    ),
    Guard("no more is sent than the lease grants", "11", _no_lease, journeys.play_with_rate),
)
