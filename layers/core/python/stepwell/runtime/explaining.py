"""Why did this contact (not) get this: one lasting answer from tokens, runs and traces; logs are never asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from stepwell.contracts.ids import TokenId, loop_text
from stepwell.contracts.tokens import Run, Token, TokenState, Trace
from stepwell.errors import NotFound
from stepwell.runtime import sentences
from stepwell.runtime.effects import Ports
from stepwell.runtime.lost_answers import confirmed, reason_now
from stepwell.runtime.published import published
from stepwell.workflows.graph import Graph


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to a contact at one node.

    Attributes:
        node: Node id; empty for what happened outside of nodes.
        name: Its display name.
        type: Its type.
        at: When.
        outcome: The way it left by; `parked`, `ended` and `later` for those that did not leave.
        reason: Reason code, may be empty.
        sentence: What happened, for a person.
        due: Until when it waited, if it did.
        version: Workflow version.
        loop: Iteration, as text, inside loops.
        branch: Parallel branch, as text, inside parallel sections.
        run: The run that carried it.
        entered: Whether this is how it came into a run; else what happened at the node.
    """

    node: str
    name: str
    type: str
    at: datetime
    outcome: str
    sentence: str
    reason: str = ""
    due: datetime | None = None
    version: int = 0
    loop: str = ""
    branch: str = ""
    run: str = ""
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """One enrollment.

    Attributes:
        enrollment: Enrollment id.
        version: Version it is in, or ended in.
        entered_at: When it began.
        state: RUNNING, PARKED or ENDED.
        node: Where it stands, or stood at its end.
        due: When it goes on, if it waits for a time.
        waits_for: Events that may wake it.
        end_reason: Why it ended.
        sentence: Its state now, for a person.
        standing: The same as a code (`sentences.standing_code`).
        place: Display name of where it stands.
        steps: What happened, oldest first.
    """

    enrollment: str
    version: int
    entered_at: datetime
    state: str
    node: str
    sentence: str
    standing: str = ""
    place: str = ""
    due: datetime | None = None
    waits_for: tuple[str, ...] = ()
    end_reason: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Something that stands between a contact and a workflow.

    Attributes:
        code: What it is.
        sentence: The same, for a person.
        params: What the sentence names: a trigger, an event, a time, a condition.
    """

    code: str
    sentence: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """All journeys of a contact through a workflow.

    Attributes:
        workflow: Workflow id.
        profile: Profile id.
        sentence: The answer in short.
        journeys: Enrollments, newest first.
        why_not: Why the contact is not in it (any more), what was looked at now.
    """

    workflow: str
    profile: str
    sentence: str
    journeys: tuple[Journey, ...] = ()
    why_not: tuple[WhyNot, ...] = field(default=())


def explain(
    tenant: str, workflow: str, profile: str, ports: Ports, *, aliases: Sequence[str] = ()
) -> Explanation:
    """Explain what a workflow did with a contact.

    Args:
        tenant: Tenant id.
        workflow: Workflow id.
        profile: Profile id.
        ports: Stores.
        aliases: Ids of contacts that were merged into this one.
    """
    by_enrollment: dict[str, list[Token]] = {}
    for one in (profile, *aliases):
        for token in ports.tokens.of_profile(tenant, workflow, one):
            by_enrollment.setdefault(TokenId.parse(token.id).enrollment, []).append(token)
    held = ports.workspaces.control(tenant)
    reader = _Reader(tenant, workflow, ports)
    journeys = []
    for enrollment, tokens in by_enrollment.items():
        primary = next((t for t in tokens if t.id == enrollment), None)
        if primary is None:
            continue
        steps = sorted((s for t in tokens for s in reader.steps(t)), key=lambda s: s.at)
        place = _name(reader.graph(primary.version), _place(primary, steps))
        joining = bool(primary.arrived)
        journeys.append(
            Journey(
                enrollment=enrollment,
                version=primary.version,
                entered_at=primary.entered_at,
                state=str(primary.state),
                node=primary.node,
                due=primary.due,
                waits_for=primary.wait_events,
                end_reason=primary.end_reason,
                sentence=sentences.standing(primary, place, held.stopped, joining),
                standing=sentences.standing_code(primary, held.stopped, joining),
                place=place,
                steps=tuple(steps),
            )
        )
    journeys.sort(key=lambda j: (j.entered_at, j.enrollment), reverse=True)
    if not journeys:
        return Explanation(workflow, profile, f"This contact has never entered `{workflow}`.")
    times = "once" if len(journeys) == 1 else f"{len(journeys)} times"
    return Explanation(workflow, profile, f"Entered {times}. {journeys[0].sentence}", tuple(journeys))


def _place(token: Token, steps: Sequence[Step]) -> str:
    """Return where a token stands: a running one after its last step, a parked one at its node."""
    if token.state is TokenState.RUNNING and steps and steps[-1].node:
        return steps[-1].node
    return token.node


def _name(graph: Graph | None, node: str) -> str:
    if graph is None or node not in graph.nodes:
        return node
    return graph[node].node.name or node


class _Reader:
    """Reads runs and traces, each once, and turns them into steps."""

    def __init__(self, tenant: str, workflow: str, ports: Ports) -> None:
        self._tenant = tenant
        self._workflow = workflow
        self._ports = ports
        self._runs: dict[str, tuple[Run | None, list[Trace]]] = {}
        self._graphs: dict[int, Graph | None] = {}

    def graph(self, version: int) -> Graph | None:
        if version not in self._graphs:
            try:
                found = published(self._ports.versions, self._tenant, self._workflow, version)
                self._graphs[version] = found.graph
            except NotFound:
                self._graphs[version] = None
        return self._graphs[version]

    def steps(self, token: Token) -> list[Step]:
        found: list[Step] = []
        branch = "/".join(TokenId.parse(token.id).branches)
        last: tuple[str, str] = ("", "")
        for run_id in dict.fromkeys(token.runs):
            run, traces = self._read(run_id)
            if run is None:
                continue
            via = (run.via.node, run.via.outcome)
            # A branch token's first run repeats its parent's way in; a fork's run repeats the fork's trace.
            if via != last:
                found.append(self._entry(run, branch))
                last = via
            known = confirmed(traces)
            for trace in traces:
                step = self._trace(run, trace, token.id, branch, known)
                if step is not None:
                    found.append(step)
                    last = (step.node, step.outcome)
        return found

    def _read(self, run: str) -> tuple[Run | None, list[Trace]]:
        if run not in self._runs:
            stored = self._ports.runs.get(self._tenant, run)
            traces = self._ports.runs.traces(self._tenant, run) if stored is not None else []
            graph = self.graph(stored.version) if stored is not None else None
            rank = {node: index for index, node in enumerate(graph.order)} if graph is not None else {}
            # Steps of one millisecond come in the graph's order.
            traces.sort(key=lambda t: (t.at, rank.get(t.node, len(rank)), t.loop, t.part))
            self._runs[run] = (stored, traces)
        return self._runs[run]

    def _entry(self, run: Run, branch: str) -> Step:
        graph = self.graph(run.version)
        name = _name(graph, run.via.node)
        return Step(
            node=run.via.node,
            name=name,
            type=_type(graph, run.via.node),
            at=run.started_at,
            outcome=run.via.outcome,
            sentence=sentences.via(name, run.via.outcome, run.version),
            version=run.version,
            loop=run.via.loop or loop_text(dict(run.loop)),
            branch=branch,
            run=run.id,
            entered=True,
        )

    def _trace(
        self, run: Run, trace: Trace, token: str, branch: str, known: frozenset[tuple[str, str, str]]
    ) -> Step | None:
        outcome = next((o for o, tokens in trace.outcomes.items() if token in tokens), "")
        if not outcome and token in trace.later:
            outcome = "later"
        if not outcome:
            return None
        reason = next((r for r, tokens in trace.reasons.items() if token in tokens), "")
        reason = reason_now(reason, trace, token, known, self._ports.clock.now())
        graph = self.graph(run.version)
        name, kind = _name(graph, trace.node), _type(graph, trace.node)
        return Step(
            node=trace.node,
            name=name,
            type=kind,
            at=trace.at,
            outcome=outcome,
            reason=reason,
            sentence=sentences.left(name, outcome, reason, trace.due),
            due=trace.due,
            version=run.version,
            loop=trace.loop,
            branch=branch,
            run=run.id,
        )


def _type(graph: Graph | None, node: str) -> str:
    return graph[node].type.name if graph is not None and node in graph.nodes else ""
