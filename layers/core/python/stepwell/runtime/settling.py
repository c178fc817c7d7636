"""Carries out what a trace says: ends, forks, branches and merges tokens. Repeatable: the trace decided already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stepwell.contracts.ids import TokenId, loop_text, short_hash
from stepwell.contracts.tokens import EndReason, Token, TokenState, Trace, Via
from stepwell.runtime.ending import end_tokens
from stepwell.runtime.isolating import SET_ASIDE
from stepwell.runtime.joining import arrive, split_branches
from stepwell.runtime.lost_answers import watch
from stepwell.runtime.outcomes import BRANCHES, ENDED, end_reason
from stepwell.runtime.starting import hand_over
from stepwell.workflows.graph import FINISH

if TYPE_CHECKING:
    from stepwell.runtime.stepping import Step


def settle(step: Step, trace: Trace) -> tuple[dict[str, Sequence[str]], str]:
    """Carry out a step's outcomes.

    Args:
        step: The Task at hand.
        trace: What was decided for its tokens, by this try or an earlier one.

    Returns:
        Token ids an outcome that go on in this execution, and for a fork the outcome that stays.
    """
    task = step.task
    watch(step, trace)
    _end_set_aside(step, trace.outcomes.get(SET_ASIDE, ()))
    _end_exited(step, trace)
    if task.node == FINISH:
        _end(step, trace.outcomes.get("completed", ()), EndReason.COMPLETED)
        return {}, ""
    graph = step.version.graph
    kind = graph[task.node].type.kind
    if kind == "parallel":
        return _branch(step, trace.outcomes.get(BRANCHES, ())), ""
    if kind == "merge" and step.version.plan.merges.get(task.node) in step.version.plan.forks:
        _arrive(step, [t for tokens in trace.outcomes.values() for t in tokens])
        return {}, ""
    survivors: dict[str, Sequence[str]] = {}
    for outcome in step.outcomes:
        tokens = trace.outcomes.get(outcome, ())
        if graph.target(task.node, outcome) is None and trace.due is None:
            _end(step, tokens, EndReason.COMPLETED)
        else:
            survivors[outcome] = tokens
    if task.fork is None:
        return survivors, ""
    return _fork(step, survivors)


def _fork(step: Step, survivors: Mapping[str, Sequence[str]]) -> tuple[dict[str, Sequence[str]], str]:
    """Keep the biggest outcome here and hand the others over to runs of their own."""
    task = step.task
    if not any(survivors.values()):
        return {}, ""
    # By the trace, not by who is still live: a replay must keep the same side.
    stay = max(survivors, key=lambda outcome: len(survivors[outcome]))
    for outcome, ids in survivors.items():
        target = step.version.graph.target(task.node, outcome)
        if outcome == stay or not ids or target is None:
            continue
        hand_over(
            step.ports,
            task.tenant,
            task.workflow,
            task.version,
            [step.tokens[t] for t in ids if t in step.tokens],
            entry=target,
            via=Via(task.node, outcome, loop_text(dict(task.loop))),
            loop=_loop_at(step, outcome, target),
            seed=_seed(step, outcome),
            since=step.since,
            owner=task.run,
        )
    return {stay: survivors[stay]}, stay


def _loop_at(step: Step, outcome: str, target: str) -> dict[str, int]:
    graph = step.version.graph
    loop = dict(step.task.loop)
    if graph[step.task.node].type.kind == "loop" and outcome == "body":
        loop[step.task.node] = loop.get(step.task.node, 0) + 1
    enclosing = graph.enclosing_loops(target)
    return {node: index for node, index in loop.items() if node in enclosing}


def _seed(step: Step, outcome: str) -> str:
    task = step.task
    return f"{task.run}/{task.node}/{loop_text(dict(task.loop))}/{task.part}/{outcome}"


def _branch(step: Step, tokens: Sequence[str]) -> dict[str, Sequence[str]]:
    task = step.task
    if task.node not in step.version.plan.forks:
        return dict.fromkeys(step.outcomes, tokens)
    merge = step.version.graph.meeting_points[task.node]
    parents = [
        t
        for token in tokens
        if (t := step.tokens.get(token)) is not None and (step.live(token) or _parked_at(t, task.run, merge))
    ]
    if parents:
        split_branches(
            step.ports,
            task.tenant,
            task.workflow,
            task.version,
            step.version,
            task.node,
            dict(task.loop),
            parents,
            {o: short_hash(task.tenant, task.workflow, _seed(step, o)) for o in step.outcomes},
            step.since,
        )
    return {}


def _parked_at(token: Token, run: str, merge: str | None) -> bool:
    """An earlier try of this step parked the parent but may not have started all branches."""
    return token.state is TokenState.PARKED and token.run == run and token.node == merge


def _arrive(step: Step, tokens: Sequence[str]) -> None:
    task = step.task
    mine = [
        t
        for token in tokens
        if (t := step.tokens.get(token)) is not None
        and t.run == task.run
        and (step.live(token) or t.end_reason == EndReason.MERGED)
    ]
    arrive(step.ports, task.tenant, task.workflow, task.version, step.version, task.node, mine)


def _end(step: Step, tokens: Sequence[str], reason: str) -> None:
    live = [step.tokens[t] for t in tokens if step.live(t)]
    if live:
        end_tokens(step.ports, step.task.tenant, step.task.workflow, live, reason)


def _end_exited(step: Step, trace: Trace) -> None:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for token in trace.outcomes.get(ENDED, ()):
        by_reason[end_reason(trace.reasons, token)].append(token)
    for reason, tokens in by_reason.items():
        _end(step, tokens, reason)


def _end_set_aside(step: Step, tokens: Sequence[str]) -> None:
    """End contacts whose node failed on them; a branch so ended counts as arrived at its merge."""
    task = step.task
    _end(step, [t for t in tokens if not TokenId.parse(t).branches], EndReason.ERROR)
    branches = [step.tokens[t] for t in tokens if TokenId.parse(t).branches and t in step.tokens]
    merge = _merge_of(step) if branches else None
    if merge is not None:
        arrive(
            step.ports,
            task.tenant,
            task.workflow,
            task.version,
            step.version,
            merge,
            [t for t in branches if t.run == task.run],
            EndReason.ERROR,
        )


def _merge_of(step: Step) -> str | None:
    """The merge of the innermost forked parallel section around this node."""
    graph, plan = step.version.graph, step.version.plan
    around = [
        (len(graph.section(parallel)), merge)
        for merge, parallel in plan.merges.items()
        if parallel in plan.forks and step.task.node in graph.section(parallel)
    ]
    return min(around)[1] if around else None
