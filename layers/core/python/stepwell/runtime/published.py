"""Published versions as the runtime walks them: read once, kept as long as the process lives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from stepwell.runtime.ports import VersionStore
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
from stepwell.workflows.plan import Plan


@dataclass(frozen=True)
class Published:
    """A published version.

    Attributes:
        graph: Its expanded graph.
        plan: How the compiler carried each node out.
    """

    graph: Graph
    plan: Plan

    @cached_property
    def inside_parallel(self) -> frozenset[str]:
        """Nodes in an inline parallel section: a contact stands at several of them, so it cannot park there."""
        found: set[str] = set()
        for parallel in self.plan.merges.values():
            if parallel not in self.plan.forks:
                found |= self.graph.section(parallel)
        return frozenset(found)


_cache: WeakKeyDictionary[VersionStore, dict[tuple[str, str, int], Published]] = WeakKeyDictionary()


def published(versions: VersionStore, tenant: str, workflow: str, version: int) -> Published:
    """Return a published version; it never changes, so it is read once a process.

    Raises:
        NotFound: No such version.
    """
    known = _cache.setdefault(versions, {})
    key = (tenant, workflow, version)
    found = known.get(key)
    if found is None:
        graph = Graph(Workflow.model_validate(versions.document(tenant, workflow, version)))
        found = known[key] = Published(graph, Plan(graph))
    return found
