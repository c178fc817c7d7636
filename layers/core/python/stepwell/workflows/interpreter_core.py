"""The walk itself: one contact, its branches, the clock and the events that happen meanwhile."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.conditions import EventList, Facts, explain, from_json
from stepwell.conditions.values import zone_named
from stepwell.contracts.ids import loop_text
from stepwell.contracts.opting_out import CHANNEL_OF, ended_channels, ends
from stepwell.errors import InvalidInput
from stepwell.workflows.graph import Graph
from stepwell.workflows.interpreter_model import (
    Journey,
    Message,
    SimulatedContact,
    SimulatedEvent,
    Standing,
    Step,
)
from stepwell.workflows.interpreter_moves import Here, Hold, Leave, Person, Stop
from stepwell.workflows.interpreter_places import Branch, Section, document, meeting
from stepwell.workflows.interpreter_rules import rule
from stepwell.workflows.model import parse_duration


class Walk:
    """One contact's walk.

    Args:
        graph: Without composites.
        contact: Who.
        start: When it enters.
        until: When to stop watching.
        time_zone: Zone of contacts without one.
        tenant: Tenant id, which random splits hash.
        opt_in: Whether marketing needs a granted consent.
    """

    def __init__(
        self,
        graph: Graph,
        contact: SimulatedContact,
        start: datetime,
        until: datetime,
        time_zone: str,
        tenant: str,
        opt_in: bool,
    ) -> None:
        self.graph = graph
        self.settings = graph.workflow.settings
        self.contact = contact
        self.start = self.now = start
        self.until = until
        self.zone = zone_named(time_zone)
        self.tenant = tenant
        self.opt_in = opt_in
        events = sorted(contact.events, key=lambda e: e.at)
        self.person = Person(dict(contact.traits), dict(contact.consent), contact.suppressed)
        for event in events:
            if event.at <= start:
                self.person.see(event)
        self.future = [event for event in events if event.at > start]
        self.sent_by = {CHANNEL_OF[n.type] for n in graph.workflow.nodes if n.type in CHANNEL_OF}
        self.trigger: Mapping[str, Any] = {}
        self.branches: list[Branch] = []
        self.steps: list[Step] = []
        self.messages: list[Message] = []
        self.goals: list[tuple[str, datetime]] = []
        self.visits: dict[str, int] = {}
        self.end_reason = ""
        self.ended_at: datetime | None = None
        self.cut_off = False

    def journey(self) -> Journey:
        """Return what became of the contact so far."""
        return Journey(
            steps=tuple(self.steps),
            messages=tuple(self.messages),
            end_reason=self.end_reason,
            ended_at=self.ended_at,
            goals=tuple(self.goals),
            traits=dict(self.person.traits),
            standing=tuple(
                Standing(b.node, b.since or self.start, b.hold.due, b.hold.why, "/".join(b.path))
                for b in self.branches
                if b.hold is not None
            ),
            cut_off=self.cut_off,
        )

    def enter(self, trigger: str) -> None:
        """Let the triggering event happen and stand behind the trigger, if the entry filter lets the contact in.

        Raises:
            InvalidInput: No (such) trigger.
        """
        node = trigger or next(iter(self.graph.triggers), "")
        if node not in self.graph.triggers:
            raise InvalidInput(f"There is no trigger `{node}`.", code="no_trigger")
        if self.contact.trigger:
            event = SimulatedEvent(self.start, self.contact.trigger, self.contact.trigger_properties)
            self.person.see(event)
            self.trigger = document(event)
        if self.settings.filter:
            told = explain(from_json(self.settings.filter), self._facts(self.trigger or None), self.now)
            if not told.result:
                self._note(Branch(node, told=(told,)), "filtered", told.sentence)
                self.end_reason, self.ended_at = "filtered", self.now
                return
        self.branches = [Branch(self.graph.target(node, self.graph[node].outcomes[0]) or "")]

    def run(self, max_steps: int = 0) -> None:
        """Walk until the end, until nothing more happens in time, or until there are too many steps (0: never)."""
        while not self.end_reason:
            if max_steps and len(self.steps) >= max_steps:
                self.cut_off = True
                return
            branch = next((b for b in self.branches if b.hold is None and not b.away), None)
            if branch is not None:
                self._step(branch)
            elif not self._pass_time():
                return

    def _pass_time(self) -> bool:
        """Move to what happens next: an event before a time limit of the same instant. False: nothing in time."""
        due = [(b.hold.due, i, b, b.hold) for i, b in enumerate(self.branches) if b.hold and b.hold.due]
        limits = [(s.limit, i, s) for i, s in enumerate(self._sections())]
        first_due = min(due, key=lambda d: d[:2], default=None)
        first_limit = min(limits, key=lambda d: d[:2], default=None)
        times = [found[0] for found in (first_due, first_limit) if found]
        if self.future and (not times or self.future[0].at <= min(times)):
            event = self.future[0]
            if event.at > self.until:
                return False
            self.future.pop(0)
            self.now = event.at
            self._happens(event)
            return True
        if not times or min(times) > self.until:
            return False
        self.now = min(times)
        if first_due and first_due[0] == self.now:
            _, _, branch, hold = first_due
            if hold.again:
                branch.hold = None
            else:
                self._leave(branch, Leave(hold.timeout, f"{hold.why} → the time has come"))
        elif first_limit:
            self._time_out(first_limit[2])
        return True

    def _sections(self) -> list[Section]:
        found = {id(b.section): b.section for b in self.branches if b.section is not None}
        return list(found.values())

    def _happens(self, event: SimulatedEvent) -> None:
        """An event: first it ends what it must, then it counts goals, then it wakes who waits for it."""
        self.person.see(event)
        if event.machine:
            return
        happened = document(event)
        facts = self._facts(happened)
        for criterion in self.settings.exit_criteria:
            if criterion.event in ("*", event.name) and self._asks(criterion.where, facts):
                self._end("exit_criteria", None, f"`{event.name}` is an exit criterion")
                return
        gone = ended_channels(event.name, event.properties)
        if self.settings.exit_on_unsubscribe and any(ends(channel, self.sent_by) for channel in gone):
            self._end("unsubscribed", None, "the contact unsubscribed")
            return
        for goal in self.settings.goals:
            late = goal.within and event.at > self.start + parse_duration(goal.within)
            if goal.event == event.name and not late and self._asks(goal.where, facts):
                self.goals.append((event.name, event.at))
                if goal.ends:
                    self._end("goal", None, f"`{event.name}` is the goal")
                    return
        for branch in list(self.branches):
            if branch.hold is not None:
                found = branch.hold.wake(event.name, self._facts(happened, branch), self.now)
                if found is not None:
                    self._leave(branch, found)

    def _asks(self, condition: str, facts: Facts) -> bool:
        return not condition or explain(from_json(condition), facts, self.now).result

    def _facts(self, event: Mapping[str, Any] | None, branch: Branch | None = None) -> Facts:
        segments = self.person.traits.get("segments")
        return Facts(
            profile=self.person.traits,
            event=event,
            enrollment={
                "entered_at": self.start,
                "event": self.trigger,
                "loop": self._vector(branch) if branch is not None else {},
            },
            engagement=self.person.engagement,
            history=EventList(tuple(self.person.past)),
            segments=segments if isinstance(segments, list | tuple | set) else (),
            **({"default_zone": self.zone} if self.zone is not None else {}),
        )

    def _vector(self, branch: Branch) -> dict[str, int]:
        if not branch.node:
            return {}
        return {n: branch.loop.get(n, 0) for n in self.graph.enclosing_loops(branch.node)}

    def _step(self, branch: Branch) -> None:
        if not branch.node:
            self._finish(branch)
            return
        this = self.graph[branch.node]
        branch.since = branch.since or self.now
        if this.type.kind == "parallel":
            self._split(branch)
        elif this.type.kind == "merge":
            self._arrive(branch)
        else:
            visit = self.visits.get(this.id, 0)
            forced = self.contact.faults.get(this.id, ())
            here = Here(
                node=this.id,
                now=self.now,
                entered_at=self.start,
                facts=self._facts(self.trigger or None, branch),
                person=self.person,
                contact=self.contact,
                workflow=self.graph.workflow,
                sent=(*self.contact.sent, *self.messages),
                fault=forced[visit] if visit < len(forced) else "",
                rounds=branch.loop.get(this.id, 0),
                tenant=self.tenant,
                opt_in=self.opt_in,
                primary=next(iter(this.outcomes), ""),
            )
            move = rule(this.node.type)(this.config, here)
            branch.told = (*branch.told, *here.told)
            if isinstance(move, Hold):
                branch.hold = move
                branch.waited = move
            elif isinstance(move, Stop):
                self._end(move.reason, branch, move.why)
            else:
                self._leave(branch, move)

    def _leave(self, branch: Branch, move: Leave) -> None:
        node = branch.node
        message = None
        if move.outcome == "sent" and self.graph[node].type.sends:
            config: Any = self.graph[node].config
            message = Message(
                self.now,
                node,
                self.graph[node].type.sends,
                move.template,
                "/".join(branch.path),
                loop_text(self._vector(branch)),
                config.tag,
                config.count,
                dict(self.person.traits),
                self.trigger,
            )
            self.messages.append(message)
            self._react(node)
        branch.told = (*branch.told, *move.told)
        self._note(branch, move.outcome, move.why, move.reason, message, move.bucket)
        self.visits[node] = self.visits.get(node, 0) + 1
        branch.hold = branch.waited = branch.since = None
        branch.told = ()
        if self.graph[node].type.kind == "loop":
            if move.outcome == "body":
                branch.loop[node] = branch.loop.get(node, 0) + 1
            else:
                branch.loop.pop(node, None)
        branch.node = self.graph.target(node, move.outcome) or ""

    def _react(self, node: str) -> None:
        origin = {"workflow": self.graph.workflow.id, "node": node}
        for one in self.contact.reactions.get(node, self.contact.reactions.get("*", ())):
            event = SimulatedEvent(self.now + one.after, one.name, {**origin, **one.properties})
            insort(self.future, event, key=lambda e: e.at)

    def _note(
        self,
        branch: Branch,
        outcome: str,
        why: str,
        reason: str = "",
        message: Message | None = None,
        bucket: int | None = None,
    ) -> None:
        loop = loop_text(self._vector(branch))
        self.steps.append(branch.step(self.now, outcome, why, reason, message, loop, bucket))

    def _finish(self, branch: Branch) -> None:
        if branch.section is None:
            self._end("completed", None, "nothing follows")
        else:
            # A branch that ends on its own counts as arrived.
            self._arrived(branch, branch.section)

    def _end(self, reason: str, branch: Branch | None, why: str) -> None:
        if branch is not None:
            self._note(branch, reason, why)
        self.end_reason, self.ended_at = reason, self.now
        self.branches = []

    def _split(self, branch: Branch) -> None:
        node = branch.node
        this = self.graph[node]
        self._note(branch, "split", f"goes down {len(this.outcomes)} branches at once")
        branch.away = True
        limit = self.now + parse_duration(getattr(this.config, "time_limit", "730_days"))
        section = Section(node, meeting(self.graph, node), branch, set(this.outcomes), limit)
        at = self.branches.index(branch)
        self.branches[at + 1 : at + 1] = [
            Branch(
                self.graph.target(node, outcome) or "",
                (*branch.path, f"{node}.{outcome}"),
                dict(branch.loop),
                section,
            )
            for outcome in this.outcomes
        ]

    def _arrive(self, branch: Branch) -> None:
        if branch.section is not None and branch.section.merge == branch.node:
            self._arrived(branch, branch.section)
        else:
            self._leave(branch, Leave("merged", "paths meet; there is nothing to wait for"))

    def _arrived(self, branch: Branch, section: Section) -> None:
        self.branches.remove(branch)
        section.missing.discard(branch.path[-1].partition(".")[2])
        if not section.missing:
            self._join(section, Leave("merged", "all branches have arrived"))

    def _time_out(self, section: Section) -> None:
        depth, prefix = len(section.parent.path), f"{section.parallel}."
        for branch in list(self.branches):
            inside = branch.path[:depth] == section.parent.path and len(branch.path) > depth
            if inside and branch.path[depth].startswith(prefix):
                self.branches.remove(branch)
        missing = ", ".join(sorted(section.missing))
        self._join(section, Leave("timed_out", f"the time limit has come before branch {missing}"))

    def _join(self, section: Section, move: Leave) -> None:
        parent = section.parent
        parent.away = False
        parent.node = section.merge
        self._leave(parent, move)
