"""Counts a node from what the runs table's stream tells: new traces and the `via` of new runs (rule 9).

A trace exists once for (run, node, loop, part), whatever was retried, so counting new traces never counts a
retry. The stream itself delivers at least once: each item's own key travels along, and the counter keeps the
marks of the last hundred that it counted in the same write. That is exact as long as a repeated delivery is
at most a hundred items of one workflow version late (a failed batch is repeated before any later one, and a
batch holds at most 100), and costs no write of its own. A conditional write on each trace would be exact for
ever and double what a trace costs.

Who left a wait because somebody woke him is told by the run he left in, not by a trace; who left a fork is
told by both. So of new runs only those count that come out of a wait, a trigger or a merge's time limit, and of
a forking wait's own trace only the outcome that stayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import short_hash
from stepwell.errors import NotFound
from stepwell.runtime.ports import RunStore, VersionStore
from stepwell.runtime.published import Published, published
from stepwell.triggers.ports import Counters

MAX_KNOWN_RUNS = 5_000
_BESIDES = frozenset({"parked", "ended", "set_aside"})
_NO_OUTCOME = frozenset({"resumed", "continued"})


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run's meta item as it was put.

    Attributes:
        tenant: Tenant id.
        run: Run id.
        workflow: Workflow id.
        version: Version.
        node: Node that its cohort left.
        outcome: Outcome by which it left.
        size: Its cohort's size.
    """

    tenant: str
    run: str
    workflow: str
    version: int
    node: str
    outcome: str
    size: int


@dataclass(frozen=True, slots=True)
class NewTrace:
    """A trace as it was put.

    Attributes:
        tenant: Tenant id.
        run: Run id.
        key: Sort key, unique in the run.
        node: Node id.
        outcomes: Tokens an outcome.
        reasons: Tokens a reason code.
    """

    tenant: str
    run: str
    key: str
    node: str
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]


def run_tells(version: Published | None, node: str, outcome: str) -> bool:
    """Tell whether a new run's `via` is the one place that tells how its cohort left a node.

    Args:
        version: The run's version, if it is known.
        node: The node that the cohort left.
        outcome: The outcome by which it left.
    """
    if outcome in _NO_OUTCOME or outcome.startswith("migrated"):
        return False
    left = version.graph.nodes.get(node) if version is not None else None
    # Branches that arrive leave traces; that some never did only the new run tells.
    late = left is not None and left.type.kind == "merge" and outcome == "timed_out"
    return outcome == "enrolled" or late or left is None or left.type.kind == "wait"


def trace_tells(version: Published | None, node: str, outcomes: Mapping[str, int]) -> frozenset[str]:
    """Return those outcomes of a trace that no new run tells as well.

    Args:
        version: The run's version, if it is known.
        node: The node.
        outcomes: How many left by each outcome.
    """
    here = version.graph.nodes.get(node) if version is not None else None
    if version is None or here is None or here.type.kind != "wait" or node not in version.plan.forks:
        return frozenset(outcomes)
    wired = [o for o in here.outcomes if version.graph.target(node, o) is not None]
    stay = max(wired, key=lambda outcome: outcomes.get(outcome, 0), default="")
    return frozenset(outcomes) & (_BESIDES | {stay} | {o for o in here.outcomes if o not in wired})


class OutcomeCounter:
    """Counts stream items; one a process, because it remembers which run belongs to which version.

    Args:
        runs: To look up the run of a trace whose meta this process has not seen.
        versions: Published graphs.
        counters: Where the counts go.
    """

    def __init__(self, runs: RunStore, versions: VersionStore, counters: Counters) -> None:
        self._runs = runs
        self._versions = versions
        self._counters = counters
        self._known: dict[tuple[str, str], tuple[str, int]] = {}

    def count(self, items: Iterable[NewRun | NewTrace]) -> int:
        """Count items; return how many counted something.

        Raises:
            Unavailable: Not all were counted; the same batch again counts the rest.
        """
        groups: dict[tuple[str, str, int], dict[str, Mapping[tuple[str, str], int]]] = defaultdict(dict)
        for item in items:
            owner = self._owner(item)
            if owner is None:
                continue
            counts = self._of_run(item) if isinstance(item, NewRun) else self._of_trace(item, *owner)
            if counts:
                key = "meta" if isinstance(item, NewRun) else item.key
                groups[item.tenant, *owner][short_hash("counted", item.run, key, length=8)] = counts
        for (tenant, workflow, version), once in sorted(groups.items(), key=lambda group: group[0]):
            self._counters.add(tenant, workflow, version, {}, once)
        return sum(len(once) for once in groups.values())

    def _owner(self, item: NewRun | NewTrace) -> tuple[str, int] | None:
        key = (item.tenant, item.run)
        if isinstance(item, NewRun):
            if len(self._known) >= MAX_KNOWN_RUNS:
                self._known.clear()
            self._known[key] = (item.workflow, item.version)
        elif key not in self._known:
            run = self._runs.get(item.tenant, item.run)
            if run is None:
                return None
            self._known[key] = (run.workflow, run.version)
        return self._known[key]

    def _published(self, tenant: str, workflow: str, version: int) -> Published | None:
        try:
            return published(self._versions, tenant, workflow, version)
        except NotFound:
            return None

    def _of_run(self, item: NewRun) -> dict[tuple[str, str], int]:
        version = self._published(item.tenant, item.workflow, item.version)
        told = item.size and run_tells(version, item.node, item.outcome)
        return {(item.node, item.outcome): item.size} if told else {}

    def _of_trace(self, item: NewTrace, workflow: str, number: int) -> dict[tuple[str, str], int]:
        version = self._published(item.tenant, workflow, number)
        told = trace_tells(version, item.node, item.outcomes)
        counts = {(item.node, outcome): n for outcome, n in item.outcomes.items() if n and outcome in told}
        return counts | {(item.node, f"reason:{code}"): n for code, n in item.reasons.items() if n}
