"""Compiles a checked graph to a JSONata state machine: pure, deterministic, node ids kept as state names.

The machine is dataflow over inboxes: `$at` maps node ids to the cohort elements that stand there. Each node is
one Lambda Task on its inbox; its Assign empties the inbox and delivers each outcome's tokens to the inbox of the
outcome's target. See docs/internals.md, "Compiling", and ADR 2 for why there is no Parallel or startExecution
state. This module may not read a clock, draw a random number or import an SDK: same graph in, same bytes out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.errors import InvalidInput, LimitExceeded
from stepwell.workflows.graph import FINISH, Graph
from stepwell.workflows.plan import Plan, Region

DEFINITION_LIMIT = 1_048_576
_DONE = "done_"
_UNKNOWN = "unknown_entry_"
_HAND_OVER = "hand_over"
_PAYLOAD = "$states.result.Payload"

_RETRY = [
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxAttempts": 5,
        "MaxDelaySeconds": 60,
        "JitterStrategy": "FULL",
    }
]


@dataclass(frozen=True, slots=True)
class CompileTargets:
    """What the compiler is told of the deployment.

    Attributes:
        tenant: Tenant id, a constant of the machine.
        version: Version number, a constant of the machine.
        functions: ARN (or `${token}`) a node function name.
        partition: AWS partition.
    """

    tenant: str
    version: int
    functions: Mapping[str, str]
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled machine.

    Attributes:
        asl: The definition as plain JSON data.
        source_map: Node id a state name (helper states map to the node they serve).
    """

    asl: Mapping[str, Any]
    source_map: Mapping[str, str]

    def text(self, indent: int | None = None) -> str:
        """Return the definition as JSON, byte-identical for the same graph; compact unless indented."""
        separators = (",", ":") if indent is None else None
        return json.dumps(self.asl, indent=indent, separators=separators, ensure_ascii=False)


def compile_workflow(graph: Graph, targets: CompileTargets) -> Compiled:
    """Compile a graph that passed the checks.

    Args:
        graph: Expanded graph.
        targets: Deployment constants.

    Raises:
        InvalidInput: A function has no ARN, or two states would have one name.
        LimitExceeded: The definition is larger than Step Functions takes (1 MB).
    """
    compiled = _Machine(graph, targets).build()
    size = len(compiled.text().encode())
    if size > DEFINITION_LIMIT:
        raise LimitExceeded(
            f"The state machine would have {size:,} bytes; Step Functions takes 1,048,576. "
            "Split the workflow in two and start the second by an event.",
            code="definition_too_large",
        )
    return compiled


class _Machine:
    def __init__(self, graph: Graph, targets: CompileTargets) -> None:
        self.graph = graph
        self.targets = targets
        self.plan = Plan(graph)
        self.states: dict[str, Any] = {}
        self.source_map: dict[str, str] = {}
        self.finish_needed = False
        self.nodes = [n for n in graph.order if graph[n].type.kind != "trigger"]

    def build(self) -> Compiled:
        for node in self.nodes:
            self._node(node)
        for region in self.plan.regions:
            if not region.linear:
                self._route(region)
        if self.finish_needed:
            self._add(FINISH, FINISH, self._task(FINISH, "step_cohort", {}, ()) | {"End": True})
        body = self.states
        self.states = {}
        self._dispatch()
        self.states.update(body)
        if any(_DONE in (state.get("Next"), state.get("Default")) for state in self.states.values()):
            # Step Functions refuses a definition with a state that nothing leads to.
            self._add(_DONE, "", {"Type": "Succeed"})
        self._add(
            _HAND_OVER,
            "",
            {
                "Type": "Fail",
                "Error": "Stepwell.HandOver",
                "Cause": "A step failed for good; the reconciler starts this run again at its last trace.",
            },
        )
        self._add(
            _UNKNOWN,
            "",
            {
                "Type": "Fail",
                "Error": "Stepwell.UnknownEntry",
                "Cause": "The entry is no node of this version.",
            },
        )
        workflow = self.graph.workflow
        asl = {
            "Comment": f"Stepwell workflow {workflow.id}, version {self.targets.version}, "
            f"tenant {self.targets.tenant}",
            "QueryLanguage": "JSONata",
            "StartAt": "dispatch",
            "States": self.states,
        }
        return Compiled(asl, self.source_map)

    def _add(self, name: str, node: str, state: dict[str, Any]) -> None:
        if name in self.states:
            raise InvalidInput(
                f"The state name `{name}` is taken: rename the node of that id.", code="state_name_taken"
            )
        self.states[name] = state
        if node:
            self.source_map[name] = node

    def _dispatch(self) -> None:
        entries = [*self.nodes, *([FINISH] if self.finish_needed else [])]
        assign = {
            "run": "{% $states.input.run %}",
            "attempt": "{% $states.input.attempt %}",
            "loop": "{% $states.input.loop %}",
            "steps": 0,
            "part": 0,
            "since": "{% '' %}",
            "at": "{% {$states.input.entry: $states.input.cohort} %}",
        }
        self._add(
            "dispatch",
            "",
            {
                "Type": "Choice",
                "Choices": [
                    {"Condition": f"{{% $states.input.entry = '{n}' %}}", "Assign": assign, "Next": n}
                    for n in entries
                ],
                "Default": _UNKNOWN,
            },
        )

    def _node(self, node: str) -> None:
        this = self.graph[node]
        # A type whose channel is not built yet compiles, so that a graph can be looked at and kept in git;
        # publishing refuses it (check `channel_missing`), so no such state ever runs.
        function = this.type.function or "step_cohort"
        fork = node in self.plan.forks
        extra: dict[str, Any] = {}
        if fork:
            extra["fork"] = {o: t for o, t in self.graph.targets(node).items() if t is not None}
        arrivals = self.plan.arrivals(node)
        if arrivals:
            extra["arrivals"] = arrivals
        state = self._task(node, function, extra, this.outcomes)
        comments = [this.node.name, this.type.missing if this.type.function is None else ""]
        if any(comments):
            state["Comment"] = " · ".join(filter(None, comments))
        following = self._following(node, fork)
        if this.type.can_defer:
            self._add(node, node, state | {"Next": f"{node}_later"})
            self._add(
                f"{node}_later",
                node,
                {
                    "Type": "Choice",
                    "Choices": [{"Condition": f"{{% $count({_at(node)}) > 0 %}}", "Next": f"{node}_again"}],
                    "Default": following,
                },
            )
            self._add(f"{node}_again", node, {"Type": "Wait", "Seconds": "{% $wait_s %}", "Next": node})
        elif following == _DONE:
            self._add(node, node, state | {"End": True})
        else:
            self._add(node, node, state | {"Next": following})

    def _following(self, node: str, fork: bool) -> str:
        """Return the state that follows a node's Task, adding the helper states between."""
        kind = self.graph[node].type.kind
        if kind == "wait" and not fork:
            return self._wait(node)
        if fork:
            return _DONE if kind in ("parallel", "merge") else self._stay(node)
        if kind == "merge" and self.plan.merges.get(node) in self.plan.forks:
            return _DONE
        region = self.plan.region_of.get(node)
        targets = self.graph.successors(node)
        if region is None:
            return targets[0] if targets else _DONE
        if region.linear:
            return region.following(node) or _DONE
        if node in region.heads:
            return f"{region.head}_route"
        if targets and targets[0] in region.members and self.graph.predecessors[targets[0]] == [node]:
            return targets[0]
        return f"{region.head}_route"

    def _stay(self, node: str) -> str:
        """A fork: those of the biggest outcome go on here."""
        name = f"{node}_stay"
        self._add(
            name,
            node,
            {
                "Type": "Choice",
                "Choices": [
                    {"Condition": f"{{% $stay = '{outcome}' %}}", "Next": target}
                    for outcome, target in self.graph.targets(node).items()
                    if target is not None
                ],
                "Default": _DONE,
            },
        )
        return name

    def _wait(self, node: str) -> str:
        """A wait with one way out: in the machine until `due`, at once, or parked (nobody left here)."""
        following = self.graph.successors(node)
        target = following[0] if following else FINISH
        self.finish_needed |= not following
        name = f"{node}_due"
        self._add(
            name,
            node,
            {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $due != '' %}", "Next": f"{node}_until"},
                    {"Condition": f"{{% $count({_at(target)}) > 0 %}}", "Next": target},
                ],
                "Default": _DONE,
            },
        )
        self._add(
            f"{node}_until",
            node,
            {
                "Type": "Wait",
                "Timestamp": "{% $due %}",
                "Assign": {"since": "{% $due %}"},
                "Next": target,
            },
        )
        return name

    def _waits_to_finish(self, node: str) -> bool:
        return self.graph[node].type.kind == "wait" and not self.graph.successors(node)

    def _route(self, region: Region) -> None:
        stops = [*region.members, *([region.exit] if region.exit else [])]
        self._add(
            f"{region.head}_route",
            region.head,
            {
                "Type": "Choice",
                "Choices": [
                    {"Condition": f"{{% $count({_at(node)}) > 0 %}}", "Next": node} for node in stops
                ],
                "Default": _DONE,
            },
        )

    def _task(
        self, node: str, function: str, extra: Mapping[str, Any], outcomes: tuple[str, ...]
    ) -> dict[str, Any]:
        arn = self.targets.functions.get(function)
        if arn is None:
            raise InvalidInput(f"No ARN for function `{function}`.", code="no_function")
        payload: dict[str, Any] = {
            "tenant": self.targets.tenant,
            "workflow": self.graph.workflow.id,
            "version": self.targets.version,
            "node": node,
            "run": "{% $run %}",
            "attempt": "{% $attempt %}",
            "cohort": f"{{% [{_at(node)}] %}}",
            "loop": self._loop(node),
            "steps": "{% $steps %}",
            "part": "{% $part %}",
            "since": "{% $since %}",
            "close": f"{{% $count($at.*) = $count({_at(node)}) %}}",
            **extra,
        }
        return {
            "Type": "Task",
            "Resource": f"arn:{self.targets.partition}:states:::lambda:invoke",
            "Arguments": {"FunctionName": arn, "Payload": payload},
            "Assign": self._assign(node, outcomes),
            "TimeoutSeconds": 900,
            "Retry": _RETRY,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": _HAND_OVER}],
        }

    def _loop(self, node: str) -> Any:
        enclosing = [] if node == FINISH else self.graph.enclosing_loops(node)
        if not enclosing:
            return {}
        fields = ", ".join(f"'{n}': $loop.`{n}` ? $loop.`{n}` : 0" for n in enclosing)
        return f"{{% {{{fields}}} %}}"

    def _assign(self, node: str, outcomes: tuple[str, ...]) -> dict[str, Any]:
        deliveries: dict[str, list[str]] = {}
        can_defer = node != FINISH and self.graph[node].type.can_defer
        deliveries[node] = [f"{_PAYLOAD}.later"] if can_defer else []
        for outcome in outcomes:
            target = self.graph.target(node, outcome)
            if target is None and self._waits_to_finish(node):
                target = FINISH
            if target is not None:
                deliveries.setdefault(target, [_at(target)]).append(f"{_PAYLOAD}.out.`{outcome}`")
        fields = ", ".join(f"'{target}': [{', '.join(parts)}]" for target, parts in deliveries.items())
        assign: dict[str, Any] = {
            "at": f"{{% $merge([$at, {{{fields}}}]) %}}",
            "steps": "{% $steps + 1 %}",
        }
        if node == FINISH:
            return assign
        kind = self.graph[node].type.kind
        if can_defer:
            assign["part"] = f"{{% $count({_PAYLOAD}.later) > 0 ? $part + 1 : 0 %}}"
            assign["wait_s"] = f"{{% {_PAYLOAD}.wait_s %}}"
        if kind == "wait" and node not in self.plan.forks:
            assign["due"] = f"{{% {_PAYLOAD}.due %}}"
        if node in self.plan.forks and kind not in ("parallel", "merge"):
            assign["stay"] = f"{{% {_PAYLOAD}.stay %}}"
        if kind == "loop":
            assign["loop"] = (
                f"{{% $merge([$loop, {{'{node}': $count({_PAYLOAD}.out.body) > 0 "
                f"? ($loop.`{node}` ? $loop.`{node}` : 0) + 1 : 0}}]) %}}"
            )
        return assign


def _at(node: str) -> str:
    # Names are quoted: `true`, `in`, `and` are words of JSONata.
    return f"$at.`{node}`"
