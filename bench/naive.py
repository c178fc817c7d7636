"""The conventional way, as a baseline: one execution a contact, a Task, Wait or Choice a node, state in DynamoDB.

Kept as good as its kind: random splits and delays cost one transition and no Lambda, a split one Task and one
Choice; an enrollment item at entry and at its end, the profile read where a node needs it, a message log item
as a guard against sending twice. It runs on the same interpreter, over the same tables and bill.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.adapters.items.profiles import decode_profile, encode_profile, profile_key
from stepwell.adapters.items.wire import key_item
from stepwell.contracts.messages import Email
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token, TokenState
from stepwell.contracts.workspace import Workspace
from stepwell.observability import observed
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes.base import Member, Moment

from bench.metering import Meter, MeteredWorld
from tests.fakes.table import MemoryTable, absent
from tests.simulation.asl import Executions
from tests.simulation.asl_definition import Machine

TENANT = "acme"
LAMBDA = "arn:aws:states:::lambda:invoke"
RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 5, "BackoffRate": 2}]


def compile_naive(graph: Graph) -> dict[str, Any]:
    """Compile a graph to a machine that carries one contact."""
    trigger = next(n for n in graph.order if graph[n].type.kind == "trigger")
    states: dict[str, Any] = {"enroll": _task("enroll", "enroll", graph.target(trigger, "next"))}
    for node in graph.order:
        this = graph[node]
        if this.type.kind == "trigger":
            continue
        if this.type.name == "delay_action":
            seconds = int(parse_duration(this.node.config["duration"]).total_seconds())
            states[node] = {"Type": "Wait", "Seconds": seconds, **_next(graph.target(node, "next"))}
        elif this.type.name == "random_split":
            states[node] = _draw(graph, node)
        elif this.type.kind == "split":
            states[node] = _task(node, "step_cohort", f"{node}_choice")
            states[f"{node}_choice"] = {
                "Type": "Choice",
                "Choices": [
                    {"Condition": f"{{% $states.input.outcome = '{o}' %}}", "Next": graph.target(node, o)}
                    for o in this.outcomes
                ],
            }
        else:
            function = "send_email" if this.type.sends else "step_cohort"
            states[node] = _task(
                node, function, graph.target(node, this.outcomes[0]) if this.outcomes else None
            )
    return {"QueryLanguage": "JSONata", "StartAt": "enroll", "States": states}


def _task(node: str, function: str, target: str | None) -> dict[str, Any]:
    payload = {"node": node, "contact": "{% $states.context.Execution.Input.contact %}"}
    return {
        "Type": "Task",
        "Resource": LAMBDA,
        "Arguments": {
            "FunctionName": "step_cohort" if function == "enroll" else function,
            "Payload": payload,
        },
        "Output": "{% $states.result.Payload %}",
        "Retry": RETRY,
        **_next(target),
    }


def _draw(graph: Graph, node: str) -> dict[str, Any]:
    outcomes = graph[node].outcomes
    rules = [
        {"Condition": f"{{% $random() < {1 / len(outcomes)} %}}", "Next": graph.target(node, o)}
        for o in outcomes[:-1]
    ]
    return {"Type": "Choice", "Choices": rules, "Default": graph.target(node, outcomes[-1])}


def _next(target: str | None) -> dict[str, Any]:
    return {"Next": target} if target else {"End": True}


class NaiveCloud:
    """A deployment of the conventional way.

    Args:
        graph: The graph.
        world: Tables and clock.
        meter: Where it is counted.
    """

    def __init__(self, graph: Graph, world: MeteredWorld, meter: Meter) -> None:
        self.graph = graph
        self.world = world
        self.meter = meter
        self.machine = Machine(compile_naive(graph))
        self.executions = Executions(self._invoke)
        self._log: MemoryTable = world.engine

    def start(self, contacts: list[str]) -> None:
        """Start an execution a contact."""
        for contact in contacts:
            self.executions.start(self.machine, f"e-{contact}", {"contact": contact}, self.world.clock.now())

    def run(self) -> None:
        """Run all executions to their end."""
        for execution in self.executions.by_name.values():
            while execution.running:
                if not execution.ready(self.world.clock.at) and execution.wake is not None:
                    self.world.clock.at = execution.wake
                execution.step(self.world.clock.at)
            if execution.status != "SUCCEEDED":
                raise ValueError(f"the baseline failed: {execution.error}")
            self.meter.amounts["sfn_transition"] += execution.transitions

    def _invoke(self, function: str, payload: Mapping[str, Any]) -> Any:
        with self.meter.invocation(function):
            return self.handle(function, payload)

    def handle(self, function: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one node for one contact, as a handler of its own would."""
        node, contact = str(payload["node"]), str(payload["contact"])
        with observed(function) as batch:
            batch.note(tenant=TENANT, workflow=self.graph.workflow.id, node=node, contact=contact)
            outcome = self._enroll(contact) if node == "enroll" else self._node(node, contact)
            batch.note(outcome=outcome)
            batch.count("Contacts")
            return {"contact": contact, "outcome": outcome}

    def _enroll(self, contact: str) -> str:
        item = {**self._key(contact), "state": "active", "entered": 1772442000000, "version": 1}
        self.meter.called("profiles", "put", 1)
        self._log.put({**item, "context": "x" * 260}, "naive.enroll", absent)
        return "next"

    def _node(self, node: str, contact: str) -> str:
        this = self.graph[node]
        if this.type.kind == "end":
            self.meter.called("runs", "close", 1)
            self._log.update(
                (self._key(contact)["pk"], "enrollment"),
                lambda i: {**(i or {}), "state": "ended"},
                "naive.end",
            )
            return "next"
        profile = self._profile(contact)
        member, moment = Member(self._token(contact, node), profile), self._moment(node)
        if this.type.decide is not None:
            return this.type.decide(this.config, member, moment)
        if this.type.sends:
            return self._send(node, contact, profile)
        if this.type.name in ("data_update", "scoring_update"):
            self.meter.called("profiles", "put", 1)
            item = encode_profile(TENANT, profile, rev=profile.rev + 1)
            self.world.profiles_table.put(item, "naive.update")
        elif this.type.act is not None:
            this.type.act(this.config, member, moment)
        return "next"

    def _profile(self, contact: str) -> Profile:
        self.meter.called("runs", "attempt", 1)
        item = self.world.profiles_table.get(profile_key(TENANT, contact), "naive.profile")
        return decode_profile(item) if item else Profile(contact)

    def _send(self, node: str, contact: str, profile: Profile) -> str:
        for _ in range(2):  # consent, and whether it was sent
            self.meter.called("runs", "attempt", 1)
        self.world.profiles_table.get((f"{TENANT}#P#{contact}", "m"), "naive.consent")
        key = (self._key(contact)["pk"], f"sent#{node}")
        self._log.get(key, "naive.sent")
        self.meter.called("runs", "put_trace", 1)
        self._log.put({**key_item(key), "at": 1772442000000}, "naive.claim", absent)
        self.meter.called("mailer", "send", 1)
        self.world.mailer.send(
            Email(to=profile.email, sender="Shop <shop@example.com>", subject="Hello", text="Hello")
        )
        return "sent"

    def _key(self, contact: str) -> dict[str, str]:
        return {"pk": f"{TENANT}#N#{self.graph.workflow.id}#{contact}", "sk": "enrollment"}

    def _token(self, contact: str, node: str) -> Token:
        now = self.world.clock.at
        return Token(f"{contact}.0.1", TokenState.RUNNING, 1, "", node, 1, now, now)

    def _moment(self, node: str) -> Moment:
        return Moment(self.world.clock.at, TENANT, self.graph.workflow.id, 1, node, Workspace(TENANT))
