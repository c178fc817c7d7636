"""Finds out what becomes of each contact at a node: decisions, effects, waits. One bad contact fails nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from stepwell.contracts.ids import TokenId, visit_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import EndReason, Token, TokenState
from stepwell.runtime.effects import EffectResult, StepContext
from stepwell.runtime.executors import executor_of
from stepwell.runtime.isolating import Faulty, alone, together
from stepwell.runtime.parking import Parking, park, spread
from stepwell.runtime.waking import Waker
from stepwell.workflows.model import RetryPolicy
from stepwell.workflows.nodes.base import Effect, End, Member, Moment, Nothing, Park

if TYPE_CHECKING:
    from stepwell.runtime.stepping import Step

PARKED = "parked"
ENDED = "ended"
BRANCHES = "branches"

_MACHINE_WAIT_LEAST = 25
_MACHINE_WAIT_MOST = timedelta(days=300)
_LATER_MOST_S = 3_600

T = TypeVar("T")


@dataclass(frozen=True)
class Outcomes:
    """What became of a cohort at a node.

    Attributes:
        outcomes: Token ids an outcome; beside the node's own: `parked`, `ended`, `set_aside`, `branches`.
        reasons: Token ids a reason code.
        later: Token ids that come back as the next part.
        due: Until when the machine waits.
        wait_s: Seconds before the next part.
    """

    outcomes: Mapping[str, Sequence[str]]
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    later: Sequence[str] = ()
    due: datetime | None = None
    wait_s: int = 0


class _Sorter:
    """Collects outcomes and reasons in cohort order."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[str]] = defaultdict(list)
        self.reasons: dict[str, list[str]] = defaultdict(list)

    def put(self, token: str, outcome: str, reason: str = "") -> None:
        self.outcomes[outcome].append(token)
        if reason:
            self.reasons[reason].append(token)

    def guarded(self, token: str, decide: Callable[[], T]) -> T | None:
        """Ask a node type about one contact; a failure sets that contact aside and nobody else."""
        try:
            return decide()
        except Exception as error:
            # Beside `isolating.alone`, whose callers reach the outside: node behaviour is pure, so whatever it
            # raises is this contact's.
            self.put(token, *Faulty.of(error).outcome)
            return None


def run_node(step: Step, live: Sequence[str]) -> Outcomes:
    """Run a node's behaviour for the live tokens of a cohort.

    Args:
        step: The Task at hand.
        live: Token ids that are still this run's, in cohort order.

    Returns:
        What became of them; parked ones are parked already.
    """
    kind = step.version.graph[step.task.node].type.kind
    if kind == "parallel":
        return Outcomes({BRANCHES: list(live)})
    if kind == "merge":
        return Outcomes({step.outcomes[0]: list(live)})
    context, sorter = _context(step), _Sorter()
    members = _members(step, live, sorter)
    if kind in ("split", "loop"):
        return _decide(step, context, members, sorter)
    if kind == "wait":
        return _wait(step, context, members, sorter)
    return _act(step, context, members, sorter)


def _context(step: Step) -> StepContext:
    task, graph = step.task, step.version.graph
    this = graph[task.node]
    workflow = graph.workflow
    now, timing = step.ports.clock.now(), step.ports.timing
    moment = Moment(
        now=now,
        tenant=task.tenant,
        workflow=task.workflow,
        version=task.version,
        node=task.node,
        workspace=step.ports.workspaces.workspace(task.tenant),
        loop=dict(task.loop),
        settings=workflow.settings.model_dump(),
        purpose=workflow.purpose or "",
        prior=timing.prior(task.tenant, now) if timing is not None and this.type.reads_prior else None,
    )
    return StepContext(
        moment=moment,
        config=this.config,
        retry=this.node.retry or RetryPolicy(),
        part=task.part,
        run=task.run,
        invocation=step.invocation,
        ports=step.ports,
    )


def _members(step: Step, live: Sequence[str], sorter: _Sorter) -> list[Member]:
    ids = {token: TokenId.parse(token).profile for token in live}
    profiles: dict[str, Profile] = {}
    unread: dict[str, Faulty] = {}
    this = step.version.graph[step.task.node]
    if this.type.reads_profile(this.config):
        wanted = sorted(set(ids.values()))
        for part, found in together(lambda some: step.ports.profiles.get(step.task.tenant, some), wanted):
            if isinstance(found, Faulty):
                unread |= dict.fromkeys(part, found)
            else:
                profiles |= found
    for token in live:
        if ids[token] in unread:
            sorter.put(token, *unread[ids[token]].outcome)
    readable = [token for token in live if ids[token] not in unread]
    return [Member(_rested(step, t), profiles.get(ids[t]) or Profile(id=ids[t])) for t in readable]


def _rested(step: Step, token: str) -> Token:
    """Return a token as behaviours see it: what happened while it waited inside the machine is no news."""
    stored, since = step.tokens[token], step.since
    return stored if since is None or since <= stored.as_of else stored.evolve(as_of=since)


def _decide(step: Step, context: StepContext, members: Sequence[Member], sorter: _Sorter) -> Outcomes:
    decide = step.version.graph[step.task.node].type.decide
    if decide is None:
        raise TypeError(f"node type of {step.task.node} decides nothing")
    for member in members:
        outcome = sorter.guarded(
            member.token.id,
            lambda m=member: decide(context.config, m, context.moment),  # type: ignore[misc]
        )
        if outcome is not None:
            sorter.put(member.token.id, outcome)
    return Outcomes(sorter.outcomes, sorter.reasons)


def _wait(step: Step, context: StepContext, members: Sequence[Member], sorter: _Sorter) -> Outcomes:
    this = step.version.graph[step.task.node]
    act, ready = this.type.act, this.type.ready
    if act is None:
        raise TypeError(f"node type of {step.task.node} plans no wait")
    waits: list[tuple[Member, Park]] = []
    for member in members:
        token = member.token.id
        over = (
            sorter.guarded(token, lambda m=member: (ready(context.config, m, context.moment, None),))  # type: ignore[misc]
            if ready is not None
            else (None,)
        )
        if over is None:
            continue
        if over[0] is not None:
            sorter.put(token, over[0])
            continue
        plan = sorter.guarded(token, lambda m=member: act(context.config, m, context.moment))  # type: ignore[misc]
        if isinstance(plan, Nothing):
            sorter.put(token, plan.outcome, plan.reason)
        elif isinstance(plan, Park):
            waits.append((member, plan))
    due = _machine_due(step, context.moment.now, waits)
    if due is not None:
        for member, plan in waits:
            sorter.put(member.token.id, plan.timeout)
        return Outcomes(sorter.outcomes, sorter.reasons, due=due)
    _park_waits(step, context, waits)
    parked = {m.token.id for m, _ in waits} | parked_before(step)
    for token in step.cohort:
        if token in parked:
            sorter.put(token, PARKED)
    return Outcomes(sorter.outcomes, sorter.reasons)


def _machine_due(step: Step, now: datetime, waits: Sequence[tuple[Member, Park]]) -> datetime | None:
    """Return the common due time if the cohort shall wait inside the machine, else None."""
    if not waits or not all(plan.machine_wait and plan.due is not None for _, plan in waits):
        return None
    if step.task.node in step.version.plan.forks:
        return None
    dues = {plan.due for _, plan in waits if plan.due is not None}
    longest = max(dues) - now
    if len(dues) > 1 or len(waits) < _MACHINE_WAIT_LEAST or longest >= _MACHINE_WAIT_MOST:
        return None
    return dues.pop()


def _park_waits(step: Step, context: StepContext, waits: Sequence[tuple[Member, Park]]) -> None:
    task, graph = step.task, step.version.graph
    parkings = [
        Parking(
            token=step.tokens[member.token.id],
            node=task.node,
            resume=graph.target(task.node, plan.timeout),
            timeout=plan.timeout,
            due=spread(plan.due, plan.spread_s, member.token.id) if plan.due is not None else None,
            events=plan.events,
            loop=task.loop,
        )
        for member, plan in waits
    ]
    parked = park(step.ports, task.tenant, task.workflow, task.version, parkings)
    _look_once_more(step, context, [m for m, p in waits if p.events and m.token.id in parked])


def _look_once_more(step: Step, context: StepContext, members: Sequence[Member]) -> None:
    """Look whether the wait is over since the profile was read (engine rule 4), and wake who is through."""
    ready = step.version.graph[step.task.node].type.ready
    if ready is None or not members:
        return
    task = step.task
    profiles = step.ports.profiles.get(task.tenant, sorted({m.profile.id for m in members}))
    wakes = []
    for member in members:
        profile = profiles.get(member.profile.id, member.profile)
        if profile.rev == member.profile.rev:
            continue
        again = Member(member.token, profile)
        outcome = alone(partial(ready, context.config, again, context.moment, None))
        if isinstance(outcome, Faulty):
            continue  # he stays parked, and his time limit is there
        stored = step.ports.tokens.get(task.tenant, task.workflow, [member.token.id]).get(member.token.id)
        if outcome is not None and stored is not None and stored.state is TokenState.PARKED:
            wakes.append((stored, outcome))
    if wakes:
        Waker(step.ports).wake(task.tenant, task.workflow, task.version, wakes)


def parked_before(step: Step) -> set[str]:
    """Tokens that an earlier try of this Task parked before it died; the trace names them too."""
    return {
        token
        for token, epoch in step.epochs.items()
        if (stored := step.tokens.get(token)) is not None
        and stored.state is TokenState.PARKED
        and stored.run == step.task.run
        and stored.node == step.task.node
        and stored.epoch == epoch + 1
    }


def _act(step: Step, context: StepContext, members: Sequence[Member], sorter: _Sorter) -> Outcomes:
    act = step.version.graph[step.task.node].type.act
    if act is None:
        raise TypeError(f"node type of {step.task.node} does nothing")
    groups: dict[type[Effect], list[tuple[Member, Effect]]] = defaultdict(list)
    for member in members:
        effect = sorter.guarded(member.token.id, lambda m=member: act(context.config, m, context.moment))  # type: ignore[misc]
        if isinstance(effect, Nothing):
            sorter.put(member.token.id, effect.outcome, effect.reason)
        elif isinstance(effect, End):
            emitted = alone(partial(_emit, step, member, effect))
            sorter.put(
                member.token.id, *(emitted.outcome if isinstance(emitted, Faulty) else (ENDED, effect.reason))
            )
        elif effect is not None:
            groups[type(effect)].append((member, effect))
    later: list[str] = []
    wait_s = 0
    for kind in sorted(groups, key=lambda k: k.__name__):
        result = executor_of(kind)(context, groups[kind])
        for token, (outcome, reason) in result.outcomes.items():
            sorter.put(token, outcome, reason)
        held, held_s = _hold_back(step, context, result)
        later += [*result.later, *held]
        wait_s = max(wait_s, result.wait_s, held_s)
        for token in result.parks:
            if token not in held:
                sorter.put(token, PARKED)
    for token in parked_before(step):
        sorter.put(token, PARKED)
    return Outcomes(sorter.outcomes, sorter.reasons, later, None, wait_s)


def _hold_back(step: Step, context: StepContext, result: EffectResult) -> tuple[list[str], int]:
    """Park what comes back to this node at a time of its own; inside an inline parallel it waits as `later`."""
    if not result.parks:
        return [], 0
    task = step.task
    if task.node in step.version.inside_parallel:
        first = min(result.parks.values()) - context.moment.now
        return list(result.parks), max(1, min(int(first.total_seconds()) + 1, _LATER_MOST_S))
    park(
        step.ports,
        task.tenant,
        task.workflow,
        task.version,
        [
            Parking(step.tokens[token], task.node, task.node, "held", due, loop=task.loop)
            for token, due in result.parks.items()
        ],
    )
    return [], 0


def _emit(step: Step, member: Member, effect: End) -> None:
    if not effect.emit:
        return
    task = step.task
    now = step.ports.clock.now().isoformat()
    visit = visit_id(task.tenant, task.workflow, member.token.id, task.node, dict(task.loop))
    step.ports.events.emit(
        task.tenant,
        [
            {
                "message_id": f"emit-{visit}",
                "kind": "track",
                "name": effect.emit,
                "profile": member.profile.id,
                "properties": {"workflow": task.workflow, "node": task.node},
                "occurred_at": now,
                "received_at": now,
                "source": "stepwell",
            }
        ],
    )


def end_reason(reasons: Mapping[str, Sequence[str]], token: str) -> str:
    """Return the reason under which a token is noted; `exit_node` when none is."""
    for reason, tokens in reasons.items():
        if token in tokens:
            return reason
    return EndReason.EXIT_NODE
