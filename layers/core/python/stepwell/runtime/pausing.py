"""Lets go on what a pause held, and ejects contacts when a workflow is stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from stepwell.contracts.ids import TokenId, loop_text, split_member
from stepwell.contracts.tokens import Token, TokenState, Via
from stepwell.runtime.effects import Ports
from stepwell.runtime.ending import Exiter
from stepwell.runtime.waking import Waker

_AT_ONCE = 1_000


def release_held(tenant: str, workflow: str, ports: Ports, most: int = 100_000) -> int:
    """Let held tokens go on at the node where they were held.

    Args:
        tenant: Tenant id.
        workflow: Workflow id.
        ports: Stores and machines.
        most: Stop after about this many, so that a Lambda keeps within its time; call again for more.

    Returns:
        How many go on. 0: nothing is held any more.
    """
    released = 0
    while released < most:
        ids = ports.parking.held(tenant, workflow, _AT_ONCE)
        if not ids:
            return released
        tokens = ports.tokens.get(tenant, workflow, ids)
        groups: dict[tuple[int, str, str], list[Token]] = defaultdict(list)
        for token in tokens.values():
            if token.state is TokenState.PARKED and token.hold:
                groups[token.version, token.resume or "", loop_text(dict(token.loop))].append(token)
        for (version, resume, _loop), group in sorted(groups.items()):
            via = Via(group[0].node, "resumed")
            released += len(Waker(ports).resume(tenant, workflow, version, group, resume or None, via))
        gone = [i for i in ids if i not in tokens or not tokens[i].hold]
        if gone:
            ports.parking.release(tenant, workflow, gone)
        if not groups and not gone:
            return released
    return released


def active_enrollments(
    tenant: str, workflow: str, ports: Ports, cursor: str | None, limit: int = 20
) -> tuple[dict[str, Token], str | None]:
    """Page through the tokens of a workflow that have not ended, run by run.

    A token is found through the run that owns it (or owned it last), so each is named once.

    Args:
        tenant: Tenant id.
        workflow: Workflow id.
        ports: Stores.
        cursor: Where to go on; None: the newest run.
        limit: Runs a page.
    """
    runs, following = ports.runs.of_workflow(tenant, workflow, limit, cursor)
    found: dict[str, Token] = {}
    for run in runs:
        ids = [split_member(element)[0] for element in run.cohort]
        for token in ports.tokens.get(tenant, workflow, ids).values():
            if token.run == run.id and token.state is not TokenState.ENDED:
                found[token.id] = token
    return found, following


def eject(
    tenant: str,
    workflow: str,
    ports: Ports,
    reason: str,
    only: Callable[[Token], bool] | None = None,
    cursor: str | None = None,
) -> tuple[int, str | None]:
    """End a page of active enrollments at once, wherever they stand.

    Args:
        tenant: Tenant id.
        workflow: Workflow id.
        ports: Stores.
        reason: See `EndReason`.
        only: Which tokens; None: all.
        cursor: Where to go on.

    Returns:
        (enrollments ended, cursor of the next page or None when through).
    """
    tokens, following = active_enrollments(tenant, workflow, ports, cursor)
    chosen = {TokenId.parse(t.id).enrollment for t in tokens.values() if only is None or only(t)}
    exiter = Exiter(ports)
    ended = 0
    for profile in sorted({TokenId.parse(e).profile for e in chosen}):
        ended += len(exiter.end(tenant, workflow, profile, reason, only=lambda t: t.id in chosen))
    return ended, following
