"""Wakes parked tokens: whoever wakes takes them by compare-and-set into a run that enters at the outcome's target.

The machine does not visit the wait node again; the run's `via` says how they left it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from stepwell.contracts.ids import loop_text
from stepwell.contracts.tokens import Token, TokenState, Via
from stepwell.runtime.effects import Ports
from stepwell.runtime.lost_answers import confirm, is_row
from stepwell.runtime.parking import forget
from stepwell.runtime.ports import WaitRow
from stepwell.runtime.published import published
from stepwell.runtime.starting import complete, hand_over


class Waker:
    """Wakes tokens; the pass and the sweeper hold one.

    Args:
        ports: Stores and machines.
    """

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    def waiters(self, tenant: str, profile: str) -> list[tuple[WaitRow, Token]]:
        """Return the profile's waiter rows with their tokens as stored; stale rows are removed.

        Rows of lost answers are among them, whatever their token does by now.
        """
        rows = self.ports.parking.waiters(tenant, profile)
        by_workflow: dict[str, list[WaitRow]] = defaultdict(list)
        for row in rows:
            by_workflow[row.workflow].append(row)
        found: list[tuple[WaitRow, Token]] = []
        stale: list[WaitRow] = []
        for workflow, its_rows in by_workflow.items():
            tokens = self.ports.tokens.get(tenant, workflow, sorted({r.token for r in its_rows}))
            for row in its_rows:
                token = tokens.get(row.token)
                waits = token is not None and token.state is TokenState.PARKED and token.epoch == row.epoch
                if token is not None and (waits or is_row(row)):
                    found.append((row, token))
                elif token is None or token.epoch >= row.epoch:
                    # A row of a later epoch belongs to a park that is just being written: leave it.
                    stale.append(row)
        if stale:
            self.ports.parking.delete_waiters(tenant, stale)
        return found

    def confirm(self, tenant: str, row: WaitRow) -> None:
        """Note that a message whose answer was lost reached the provider (see `lost_answers`)."""
        confirm(tenant, row, self.ports)

    def wake(
        self,
        tenant: str,
        workflow: str,
        version: int,
        wakes: Sequence[tuple[Token, str]],
        seen: Mapping[str, datetime] | None = None,
    ) -> set[str]:
        """Let parked tokens go on by an outcome of the node where they stand.

        Args:
            tenant: Tenant id.
            workflow: Workflow id.
            version: Their version.
            wakes: (token as read, outcome); tokens of one node or of several.
            seen: Time of the event that wakes it, by token id; later events may end its next wait.

        Returns:
            Ids of the tokens woken by this call.
        """
        graph = published(self.ports.versions, tenant, workflow, version).graph
        groups: dict[tuple[str, str, str], list[Token]] = defaultdict(list)
        for token, outcome in wakes:
            groups[token.node, outcome, loop_text(dict(token.loop))].append(token)
        woken: set[str] = set()
        for (node, outcome, _loop), tokens in sorted(groups.items()):
            target = graph.target(node, outcome)
            woken |= self.resume(tenant, workflow, version, tokens, target, Via(node, outcome), seen)
        return woken

    def resume(
        self,
        tenant: str,
        workflow: str,
        version: int,
        tokens: Sequence[Token],
        target: str | None,
        via: Via,
        seen: Mapping[str, datetime] | None = None,
    ) -> set[str]:
        """Take parked tokens of one loop vector to a target (None: they complete), then drop their rows."""
        via = replace(via, loop=loop_text(dict(tokens[0].loop)))
        if target is None:
            done = complete(self.ports, tenant, workflow, version, tokens, via=via, loop=tokens[0].loop)
        else:
            loop = _loop_at(self.ports, tenant, workflow, version, target, tokens[0])
            done = hand_over(
                self.ports, tenant, workflow, version, tokens, entry=target, via=via, loop=loop, seen=seen
            )
        forget(self.ports, tenant, workflow, [t for t in tokens if t.id in done])
        return done


def _loop_at(
    ports: Ports, tenant: str, workflow: str, version: int, target: str, token: Token
) -> dict[str, int]:
    """Keep of a token's loop vector what still encloses the target."""
    enclosing = published(ports.versions, tenant, workflow, version).graph.enclosing_loops(target)
    return {node: index for node, index in token.loop.items() if node in enclosing}
