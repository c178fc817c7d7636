"""Runs one node for one cohort: the shell around every node Lambda.

Order matters, and each step may be repeated after a crash: fence → replay the trace if this visit has one →
drop tokens that are no longer this run's → hold if paused → decide or act → write the trace (the acknowledgment)
→ carry out the outcomes (end, fork, park) → answer with those who go on here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import loop_text, split_member
from stepwell.contracts.node_io import CONTINUE_AS_NEW_STEPS, NodeResult, NodeTask
from stepwell.contracts.tokens import EndReason, Token, TokenState, Trace, Via
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.runtime.effects import Ports
from stepwell.runtime.ending import end_tokens
from stepwell.runtime.outcomes import Outcomes, parked_before, run_node
from stepwell.runtime.parking import Parking, park
from stepwell.runtime.ports import RunStore
from stepwell.runtime.published import Published, published
from stepwell.runtime.settling import settle
from stepwell.runtime.starting import hand_over
from stepwell.workflows.graph import FINISH

_LOOK_AFTER_DUE = timedelta(minutes=15)
_HELD_RETRY_S = 60
_HELD_RETRY_MAX_S = 3_600
_KNOWN_RUNS = 100
_cohorts: WeakKeyDictionary[RunStore, dict[tuple[str, str], tuple[str, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Step:
    """One Task as it is carried out.

    Attributes:
        task: The payload.
        ports: What it may reach.
        invocation: Id of this invocation.
        version: The published version.
        cohort: Token ids in the task's order, each once.
        epochs: Epoch a token id as the task names it.
        tokens: Stored tokens (those that exist).
    """

    task: NodeTask
    ports: Ports
    invocation: str
    version: Published
    cohort: tuple[str, ...]
    epochs: Mapping[str, int]
    tokens: Mapping[str, Token] = field(default_factory=dict)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcome handles of the node."""
        if self.task.node == FINISH:
            return ()
        return self.version.graph[self.task.node].outcomes

    @property
    def since(self) -> datetime | None:
        """When the cohort's last wait inside the machine ended."""
        return from_iso(self.task.since) if self.task.since else None

    def live(self, token: str) -> bool:
        """Tell whether the token is still this run's, at the task's epoch."""
        stored = self.tokens.get(token)
        return (
            stored is not None
            and stored.state is TokenState.RUNNING
            and stored.run == self.task.run
            and stored.epoch == self.epochs[token]
        )

    def elements(self, tokens: Sequence[str]) -> list[str]:
        """Return cohort elements of live tokens."""
        return [f"{t}:{self.epochs[t]}" for t in tokens if self.live(t)]


def run_task(task: NodeTask, ports: Ports, invocation: str) -> NodeResult:
    """Carry out one Task.

    Args:
        task: The payload.
        ports: What it may reach.
        invocation: The Lambda's request id, unique an attempt.

    Returns:
        Who goes on by which outcome in this execution.

    Raises:
        Unavailable: A store did not answer; Step Functions tries again.
    """
    version = published(ports.versions, task.tenant, task.workflow, task.version)
    epochs = dict(split_member(element) for element in task.cohort)
    step = Step(task, ports, invocation, version, tuple(epochs), epochs)
    if not epochs:
        return _result(step, {})
    if ports.runs.attempt(task.tenant, task.run) > task.attempt:
        return _nobody(step)  # fenced: a newer attempt owns this run and will close it
    loop = loop_text(dict(task.loop))
    trace = ports.runs.trace(task.tenant, task.run, task.node, loop, task.part)
    step = _with_tokens(step, strong=trace is not None or not _guarded_later(step))
    if trace is None:
        done = _decide(step)
        if done is None:
            return _close(step, _nobody(step))
        if isinstance(done, NodeResult):
            return done
        trace = ports.runs.put_trace(
            task.tenant,
            Trace(
                run=task.run,
                node=task.node,
                loop=loop,
                part=task.part,
                attempt=task.attempt,
                at=ports.clock.now(),
                outcomes=done.outcomes,
                reasons=done.reasons,
                later=done.later,
                due=done.due,
            ),
            _run_cohort(step),
        )
        wait_s = done.wait_s
    else:
        wait_s = 0
    survivors, stay = settle(step, trace)
    return _close(
        step,
        _result(
            step,
            survivors,
            later=step.elements(trace.later),
            wait_s=wait_s,
            due=iso(trace.due) if trace.due is not None and any(survivors.values()) else "",
            stay=stay,
        ),
    )


def _with_tokens(step: Step, *, strong: bool) -> Step:
    """Read the cohort's tokens, if not strongly then for half the price.

    A replica may be behind by a moment. Whoever is live there goes on as if he had left that moment later; what
    moves him is a compare-and-set, and a send reads anew. That somebody is not live only a strong read says: he
    may have come just now.
    """
    task, get = step.task, step.ports.tokens.get
    found = replace(step, tokens=get(task.tenant, task.workflow, step.cohort, strong=strong))
    behind = [] if strong else [t for t in step.cohort if not found.live(t)]
    if not behind:
        return found
    return replace(step, tokens={**found.tokens, **get(task.tenant, task.workflow, behind)})


def _guarded_later(step: Step) -> bool:
    """Tell whether all that this step does to a token is guarded anew: by compare-and-set, or read again to send.

    Not so: calls to somebody else's systems, and parallel sections, which make tokens of their own.
    """
    if step.task.node == FINISH:
        return True
    type_ = step.version.graph[step.task.node].type
    return type_.kind not in ("parallel", "merge") and (type_.function == "step_cohort" or bool(type_.sends))


def _run_cohort(step: Step) -> Sequence[str]:
    """Return the run's cohort; it never changes, so a process that carries the run on reads it once."""
    known = _cohorts.setdefault(step.ports.runs, {})
    key = (step.task.tenant, step.task.run)
    if key not in known:
        run = step.ports.runs.get(*key)
        if run is None:
            return list(step.cohort)
        if len(known) >= _KNOWN_RUNS:
            known.clear()
        known[key] = tuple(split_member(e)[0] for e in run.cohort)
    return known[key]


def _decide(step: Step) -> Outcomes | NodeResult | None:
    """Find out what becomes of the live tokens; None: nobody is left; a result: they left this execution."""
    task, ports = step.task, step.ports
    live = [t for t in step.cohort if step.live(t)]
    if task.arrivals:
        named = Counter(split_member(e)[0] for e in task.cohort)
        live = [t for t in live if named[t] >= task.arrivals]
    if not live and not parked_before(step):
        return None
    status = ports.workspaces.control(task.tenant).status(task.workflow)
    if status in (WorkflowStatus.PAUSED_DISCARD, WorkflowStatus.STOPPED):
        stopped = status is WorkflowStatus.STOPPED
        reason = EndReason.STOPPED if stopped else EndReason.DISCARDED
        end_tokens(ports, task.tenant, task.workflow, [step.tokens[t] for t in live], reason)
        return None
    if status is WorkflowStatus.PAUSED:
        held = _hold(step, live)
        if held is not None:
            return held
    if task.node == FINISH:
        return Outcomes(outcomes={"completed": live})
    if task.steps >= CONTINUE_AS_NEW_STEPS and task.node not in step.version.inside_parallel:
        return _continue_as_new(step, live)
    return run_node(step, live)


def _hold(step: Step, live: Sequence[str]) -> NodeResult | None:
    """Hold tokens while the workflow or tenant is paused; None: this step may run all the same.

    Inside an inline parallel section a contact stands at several nodes at once and cannot park: what sends comes
    back later, what only computes goes on.
    """
    task = step.task
    if task.node in step.version.inside_parallel:
        if not step.version.graph[task.node].type.can_defer:
            return None
        wait_s = min(_HELD_RETRY_S * 2 ** min(task.part, 10), _HELD_RETRY_MAX_S)
        return _result(step, {}, later=step.elements(live), wait_s=wait_s)
    resume = None if task.node == FINISH else task.node
    parkings = [
        Parking(step.tokens[t], task.node, resume, "held", hold="paused", loop=task.loop) for t in live
    ]
    park(step.ports, task.tenant, task.workflow, task.version, parkings)
    return _close(step, _nobody(step))


def _continue_as_new(step: Step, live: Sequence[str]) -> NodeResult:
    """Go on in a fresh execution before this one's history is full."""
    task = step.task
    hand_over(
        step.ports,
        task.tenant,
        task.workflow,
        task.version,
        [step.tokens[t] for t in live],
        entry=task.node,
        via=Via(task.node, "continued"),
        loop=task.loop,
        since=step.since,
        seed=f"{task.run}/{task.node}/{loop_text(dict(task.loop))}/{task.part}/continued",
        owner=task.run,
    )
    return _close(step, _nobody(step))


def _result(
    step: Step,
    out: Mapping[str, Sequence[str]],
    *,
    later: Sequence[str] = (),
    wait_s: int = 0,
    due: str = "",
    stay: str = "",
) -> NodeResult:
    elements = {outcome: step.elements(out.get(outcome, ())) for outcome in step.outcomes}
    return NodeResult(elements, later, wait_s, due, stay)


def _nobody(step: Step) -> NodeResult:
    return _result(step, {})


def _close(step: Step, result: NodeResult) -> NodeResult:
    """Close the run when nobody of this execution is left, or say when to look again while it waits."""
    task = step.task
    if task.close and not result.later and not any(result.out.values()):
        step.ports.runs.close(task.tenant, task.run)
    elif result.due:
        step.ports.runs.expect(task.tenant, task.run, from_iso(result.due) + _LOOK_AFTER_DUE)
    return result
