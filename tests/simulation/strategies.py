"""Random valid graphs, built compositionally, so that the checks accept them all.

What would make a result depend on luck rather than on the graph is left out: inside parallel sections nothing
reads what an action writes, and conditions of waits do not become true by the passing of time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from stepwell.workflows.model import Workflow

from tests.simulation.shapes import Block, Branch, Do, Draft, Loop, Parallel, Seq

FIXED = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
"""The same examples each time: what passed today passes tomorrow."""
FRESH = settings(derandomize=False, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
"""Other examples each time (`make test-deep`); a find prints how to repeat it."""

STEADY = [
    'plan = "pro"',
    "vip is true",
    'plan in ["free", "team"]',
    "event.total > 50",
    "renewal_date exists",
]
HISTORY = ["did(purchase, 7 days)", "count(page_view, 3 days) >= 2", "not did(page_view, 2 days)"]
HISTORY += ["did(purchase)", "count(purchase where total > 50, 30 days) >= 1"]
CHANGING = ["score >= 50", "score < 30 and vip is false", "rounds >= 2", 'stage = "b"']
AWAITED = ["did(purchase, 90 days)", "count(page_view, 90 days) >= 2", 'plan = "team"']
ROUNDS = ["did(purchase, 90 days)", "rounds >= 2", "score >= 50"]
HOURS = ["1_hours", "6_hours", "1_days", "2_days", "7_days"]


@dataclass
class Room:
    """What may still be drawn.

    Attributes:
        nodes: How many more nodes.
        depth: How many more levels.
        parallel: Inside a parallel section.
        waits: Whether waits may be drawn.
    """

    nodes: list[int]
    depth: int = 3
    parallel: bool = False
    waits: bool = True

    def inside(self, **changes: Any) -> Room:
        """Return the room one level in."""
        return replace(self, depth=self.depth - 1, **changes)

    @property
    def conditions(self) -> Sequence[str]:
        """Conditions that a split may ask here."""
        return STEADY + HISTORY if self.parallel else STEADY + HISTORY + CHANGING


def action(draw: st.DrawFn, room: Room) -> Block:
    """Draw one node that does something."""
    kind = draw(st.sampled_from(["data_update", "scoring_update", "email_send", "email_send", "goal"]))
    if kind == "data_update":
        if draw(st.booleans()):
            return Do(kind, {"add": {"rounds": 1}})
        return Do(kind, {"set": {"stage": draw(st.sampled_from(["a", "b", "{{event.total}}"]))}})
    if kind == "scoring_update":
        return Do(kind, {"score_increment": draw(st.sampled_from([-30, 10, 25]))})
    if kind == "goal":
        ends = not room.parallel and draw(st.integers(0, 3)) == 0
        return Do(kind, {"name": "bought", "event": "purchase", "ends": ends})
    config: dict[str, Any] = {"template_id": draw(st.sampled_from(["hello", "news"]))}
    if draw(st.integers(0, 3)) == 0:
        config["purpose"] = "transactional"
    if draw(st.integers(0, 3)) == 0:
        arms = {"sent": None, "skipped": sequence(draw, room.inside(), most=1), "failed": None}
        return Branch(kind, config, arms)
    return Do(kind, config, ("sent",))


def wait(draw: st.DrawFn, room: Room) -> Block:
    """Draw a delay, a wait for the contact's best time, or for one of several things."""
    if not room.parallel and draw(st.integers(0, 5)) == 0:
        within = draw(st.sampled_from(["6_hours", "24_hours", "3_days"]))
        return Do("send_time_optimization", {"within": within, "control": draw(st.sampled_from([0, 50]))})
    if draw(st.booleans()):
        config = {"duration": draw(st.sampled_from(HOURS))}
        if draw(st.integers(0, 3)) == 0:
            config["until"] = draw(st.sampled_from(["09:00", "18:00"]))
        return Do("delay_action", config)
    ways = draw(
        st.lists(
            st.one_of(
                st.sampled_from(["purchase", "page_view"]).map(lambda e: {"event": e}),
                st.just({"event": "purchase", "where": "event.total > 50"}),
                st.sampled_from(AWAITED).map(lambda c: {"condition": c}),
                st.just({"date": "renewal_date"}),
                st.just({"date": "renewal_date", "offset": "-1_days", "time_of_day": "10:00"}),
            ),
            min_size=1,
            max_size=2,
        )
    )
    if draw(st.integers(0, 4)) == 0:
        ways = [*ways, {"time_of_day": "08:00", "weekdays": ["mon", "thu"]}]
    config = {"ways": ways, "time_limit": draw(st.sampled_from(["12_hours", "3_days", "9_days"]))}
    names = ["matched", "matched_2", "matched_3"][: len(ways)]
    return Branch("wait_until", config, arms_of(draw, room, [*names, "timed_out"]))


def arms_of(draw: st.DrawFn, room: Room, outcomes: Sequence[str]) -> dict[str, Block | None]:
    """Draw what follows each outcome: nothing of its own, some steps, or some steps and the end."""
    arms: dict[str, Block | None] = {}
    for outcome in outcomes:
        shape = draw(st.integers(0, 5)) if room.depth > 0 and room.nodes[0] > 0 else 0
        if shape < 2:
            arms[outcome] = None
            continue
        inner = sequence(draw, room.inside(), most=2)
        if shape == 5 and not room.parallel:
            reason = draw(st.sampled_from(["exit_node", "not_qualified"]))
            inner = Seq([*inner.items, Do("exit", {"reason": reason}, ())])
        arms[outcome] = inner
    return arms


def split(draw: st.DrawFn, room: Room) -> Block:
    """Draw a split of any kind; now and then an arm leaves for the end of the sequence around."""
    conditions = st.sampled_from(list(room.conditions))
    kind = draw(st.sampled_from(["if_condition", "condition_check", "switch_case", "random_split"]))
    config: dict[str, Any]
    if kind == "switch_case":
        names = ["a", "b"][: draw(st.integers(1, 2))]
        config = {"cases": [{"name": name, "condition": draw(conditions)} for name in names]}
        outcomes = [*names, "default"]
    elif kind == "random_split":
        config = {"weights": draw(st.sampled_from([{"a": 50, "b": 50}, {"a": 1, "b": 2, "c": 0}]))}
        outcomes = list(config["weights"])
    else:
        config = {"condition": draw(conditions)}
        outcomes = ["true", "false"]
    arms = arms_of(draw, room, outcomes)
    if all(arm is None for arm in arms.values()):
        arms[outcomes[0]] = Seq([action(draw, room)])
    jumping = frozenset(o for o in outcomes if draw(st.integers(0, 5)) == 0)
    return Branch(kind, config, arms, frozenset() if len(jumping) == len(outcomes) else jumping)


def loop(draw: st.DrawFn, room: Room) -> Block:
    """Draw a loop with or without a wait in its body."""
    config: dict[str, Any] = {"max_iterations": draw(st.integers(1, 3))}
    if not room.parallel and draw(st.booleans()):
        config[draw(st.sampled_from(["until", "while"]))] = draw(st.sampled_from(ROUNDS))
    waits = room.waits and draw(st.booleans())
    body = sequence(draw, room.inside(waits=waits), most=2)
    return Loop("loop_iterator", config, body)


def parallel(draw: st.DrawFn, room: Room) -> Block:
    """Draw a parallel section, with waits or without."""
    names = ["x", "y", "z"][: draw(st.integers(2, 3))]
    config: dict[str, Any] = {"branches": names}
    if not room.parallel and draw(st.integers(0, 4)) == 0:
        # Limits of nested sections could fall on one instant, and then either may come first.
        # Nor may one fall on a time of day: spread over 15 minutes it would come before or after.
        config["time_limit"] = "1780_minutes"
    waits = room.waits and draw(st.booleans())
    inner = room.inside(parallel=True, waits=waits)
    return Parallel(
        "parallel_execution",
        config,
        {name: sequence(draw, inner, most=2) for name in names},
        Do("merge_branches", {}, ("merged",)),
    )


def sequence(draw: st.DrawFn, room: Room, most: int) -> Seq:
    """Draw one to `most` blocks in a row."""
    items: list[Block] = []
    for _ in range(draw(st.integers(1, most))):
        room.nodes[0] -= 1
        kinds = [action, action]
        if room.waits:
            kinds += [wait, wait]
        if room.depth > 0 and room.nodes[0] > 0:
            kinds += [split, split, loop, parallel]
        items.append(draw(st.sampled_from(kinds))(draw, room))
        if isinstance(items[-1], Branch) and draw(st.integers(0, 5)) == 0:
            items.append(Do("merge_branches", {}, ("merged",)))
    return Seq(items)


_PLAIN_ENDS = {"data_update": "next", "scoring_update": "next", "goal": "next", "delay_action": "next"}
_PLAIN_ENDS |= {"send_time_optimization": "next"}
_PLAIN_ENDS |= {"email_send": "sent", "merge_branches": "merged"}


@st.composite
def workflows(draw: st.DrawFn, nodes: int = 10) -> Workflow:
    """Draw a workflow.

    Args:
        draw: Of hypothesis.
        nodes: About how many nodes at most.
    """
    room = Room([nodes])
    program = sequence(draw, room, most=5)
    draft = Draft()
    trigger = draft.add("event_trigger", {"event": "signup"}, [])
    ends, _ = program.build(draft, [(trigger, "next")])
    types = {node["id"]: node["type"] for node in draft.nodes}
    sources = {edge["source"] for edge in draft.edges}
    bare = all(_PLAIN_ENDS.get(types[n]) == o and n not in sources for n, o in ends)
    if ends and not (bare and draw(st.booleans())):
        draft.add("data_update", {"set": {"done": True}}, ends)
    parallel_drawn = "parallel_execution" in types.values()
    rules: dict[str, Any] = {"exit_on_unsubscribe": draw(st.booleans())}
    if draw(st.booleans()):
        rules["exit_criteria"] = [
            {"event": "cancel", "where": draw(st.sampled_from(["", "event.total > 50"]))}
        ]
    if draw(st.integers(0, 3)) == 0 and not parallel_drawn:
        rules["goals"] = [{"event": "purchase", "within": "5_days", "ends": draw(st.booleans())}]
    if draw(st.integers(0, 3)) == 0 and not parallel_drawn:
        rules["frequency_caps"] = [{"limit": 1, "per": draw(st.sampled_from(["day", "week"]))}]
    return Workflow.model_validate(
        {
            "id": "drawn",
            "purpose": "marketing",
            "settings": rules,
            "nodes": draft.nodes,
            "edges": draft.edges,
        }
    )
