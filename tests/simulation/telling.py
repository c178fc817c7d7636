"""Tells the same story of a contact from both sides, so that they can be compared.

A story is what left each node by which outcome and why, the messages, and the end. What only one side knows is
left out: where a contact parked, how runs were cut, at which merge a branch token ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stepwell.contracts.ids import TokenId, loop_text, visit_id
from stepwell.contracts.tokens import TokenState, Trace
from stepwell.workflows.graph import FINISH, Graph
from stepwell.workflows.interpreter import Journey
from stepwell.workflows.plan import Plan

from tests.simulation.audiences import START, TENANT, Person
from tests.simulation.cloud import Cloud

_INTERNAL = frozenset({"parked", "branches", "set_aside", "later"})
_NO_OUTCOME = frozenset({"enrolled", "continued", "held"})

Left = tuple[str, str, str, str]
"""Node, loop vector, outcome (of an end its reason), reason code."""


@dataclass(frozen=True)
class Story:
    """What became of a contact.

    Attributes:
        steps: How often it left a node so (once, or something is wrong).
        sent: Visit ids of messages, as often as they were sent.
        end: Terminal reason; empty while under way.
    """

    steps: Counter[Left]
    sent: Counter[str]
    end: str


def oracle_story(graph: Graph, person: Person, journey: Journey) -> Story:
    """Tell what the interpreter says."""
    steps: Counter[Left] = Counter()
    for step in journey.steps:
        if step.outcome != "split":
            steps[step.node, step.loop, step.outcome, step.reason] += 1
    sent = Counter(
        visit_id(TENANT, graph.workflow.id, _token(graph, person, m.branch, m.loop), m.node, _vector(m.loop))
        for m in journey.messages
    )
    return Story(steps, sent, journey.end_reason)


def _vector(text: str) -> dict[str, int]:
    return {name: int(index) for name, _, index in (part.partition("=") for part in text.split(",") if part)}


def _token(graph: Graph, person: Person, branch: str, loop: str) -> str:
    """Compose the token id under which the engine sends: forked sections have a token a branch."""
    forks = Plan(graph).forks
    parts = [f"{person.profile}.0.1"]
    for part in filter(None, branch.split("/")):
        parallel, _, outcome = part.partition(".")
        if parallel in forks:
            around = {n: i for n, i in _vector(loop).items() if n in graph.enclosing_loops(parallel)}
            suffix = f"~{loop_text(around)}" if around else ""
            parts.append(f"{parallel}.{graph[parallel].outcomes.index(outcome)}{suffix}")
    return "/".join(parts)


def cloud_story(cloud: Cloud, graph: Graph, person: Person) -> Story:
    """Tell what the deployment's tokens, runs and traces say."""
    plan = Plan(graph)
    # At the merge of a forked section each branch token notes its arrival; the contact leaves it by a wake.
    arrivals = {merge for merge, parallel in plan.merges.items() if parallel in plan.forks}
    steps: Counter[Left] = Counter()
    end = ""
    for token in cloud.tokens(person, graph.workflow.id):
        if not TokenId.parse(token.id).branches and token.state is TokenState.ENDED:
            end = token.end_reason
        woken: set[Left] = set()
        for run_id in token.runs:
            run = cloud.world.runs.get(TENANT, run_id)
            assert run is not None, f"token {token.id} names run {run_id}, which nobody recorded"
            if run.via.outcome not in _NO_OUTCOME and graph[run.via.node].type.kind in ("wait", "merge"):
                woken.add((run.via.node, run.via.loop, run.via.outcome, ""))
        traces = [t for run_id in token.runs for t in cloud.world.runs.traces(TENANT, run_id)]
        traces = [t for t in traces if any(token.id in named for named in t.outcomes.values())]
        last = max((t.at for t in traces), default=START)
        told: set[Left] = set()
        for trace in traces:
            # Who ended while it waited inside the machine never left that wait.
            if trace.node not in arrivals | {FINISH} and (trace.due is None or trace.due <= last):
                told |= set(_told(token.id, trace))
        steps.update(woken | told)
    address = person.contact.traits.get("email")
    sent = Counter(mail.tags["visit"] for mail in cloud.world.mailer.accepted if mail.to == address)
    return Story(steps, sent, end)


def _told(token: str, trace: Trace) -> Iterator[Left]:
    """Tell how a token left a node by its trace."""
    reason = next((code for code, named in trace.reasons.items() if token in named), "")
    for outcome, named in trace.outcomes.items():
        if token not in named or outcome in _INTERNAL:
            continue
        if outcome == "ended":
            yield (trace.node, trace.loop, reason or "exit_node", "")
        else:
            yield (trace.node, trace.loop, outcome, reason)


def send_times(graph: Graph, person: Person, journey: Journey) -> dict[str, datetime]:
    """Return when the oracle sends, by visit id."""
    return {
        visit_id(
            TENANT, graph.workflow.id, _token(graph, person, m.branch, m.loop), m.node, _vector(m.loop)
        ): m.at
        for m in journey.messages
    }
