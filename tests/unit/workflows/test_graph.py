"""Order, meeting points, sections and loops of hand-made graphs."""

from __future__ import annotations

import pytest
from stepwell.errors import NotFound
from stepwell.workflows.graph import Graph

from tests.unit.workflows.graphs import wf

SPLIT = ("start -> if", "if.true -> act1", "if.false -> act2", "act1 -> mail", "act2 -> mail")
NESTED = (
    "start -> if1",
    "if1.true -> if2",
    "if1.false -> act3",
    "if2.true -> act1",
    "if2.false -> act2",
    "act1 -> act4",
    "act2 -> act4",
    "act4 -> mail",
    "act3 -> mail",
)
LOOP = (
    "start -> loop",
    "loop.body -> if",
    "if.true -> act1",
    "if.false -> act2",
    "act1 -> act3",
    "act2 -> act3",
    "act3 -> loop",
    "loop.done -> mail",
)
PARALLEL = (
    "start -> par",
    "par.branch_1 -> act1",
    "par.branch_2 -> if",
    "if.true -> act2",
    "if.false -> merge",
    "act2 -> merge",
    "act1 -> merge",
    "merge.merged -> mail",
)
NESTED_LOOPS = (
    "start -> loop1",
    "loop1.body -> act1",
    "act1 -> loop2",
    "loop2.body -> act2",
    "act2 -> loop2",
    "loop2.done -> loop1",
    "loop1.done -> mail",
)


def graph(edges: tuple[str, ...]) -> Graph:
    return Graph(wf(*edges))


def test_a_target_follows_the_primary_outcome_when_a_secondary_is_not_wired():
    g = graph(("start -> mail", "mail.sent -> act"))
    assert g.targets("mail") == {"sent": "act", "skipped": "act", "failed": "act"}
    assert g.targets("act") == {"next": None, "failed": None}
    assert g.successors("mail") == ["act"]
    with pytest.raises(NotFound):
        g["nowhere"]


@pytest.mark.parametrize("edges", [SPLIT, NESTED, LOOP, PARALLEL, NESTED_LOOPS])
def test_order_puts_every_node_after_what_leads_to_it(edges):
    g = graph(edges)
    rank = {node: index for index, node in enumerate(g.order)}
    assert set(rank) == set(g.nodes)
    for node in g.nodes:
        if g[node].type.kind == "loop":
            continue
        for target in g.successors(node):
            if (node, target) not in g.back_edges:
                assert rank[target] > rank[node]


@pytest.mark.parametrize("edges", [LOOP, NESTED_LOOPS])
def test_order_puts_a_loop_after_its_body_and_before_what_follows(edges):
    g = graph(edges)
    rank = {node: index for index, node in enumerate(g.order)}
    for loop, body in g.loops.items():
        assert all(rank[inner] < rank[loop] for inner in body)
        assert rank[g.target(loop, "done")] > rank[loop]


def test_meeting_points_of_nested_splits():
    g = graph(NESTED)
    assert g.meeting_points["if2"] == "act4"
    assert g.meeting_points["if1"] == "mail"
    assert g.section("if2") == {"act1", "act2"}
    assert g.section("if1") == {"if2", "act1", "act2", "act4", "act3"}
    assert g.meeting_points["mail"] is None


def test_an_outcome_that_only_ends_is_no_meeting_point():
    g = graph(("start -> if", "if.true -> act", "if.false -> exit", "act -> mail"))
    assert g.meeting_points["if"] == "act"
    assert "exit" in g.section("if")


def test_loop_body_with_a_split_inside():
    g = graph(LOOP)
    assert g.loops == {"loop": frozenset({"if", "act1", "act2", "act3"})}
    assert g.back_edges == {("act3", "loop")}
    assert g.meeting_points["if"] == "act3"
    assert g.meeting_points["loop"] == "mail"
    assert g.section("loop") == {"if", "act1", "act2", "act3"}
    assert g.enclosing_loops("act3") == ["loop"]
    assert g.enclosing_loops("loop") == ["loop"]
    assert g.enclosing_loops("mail") == []


def test_nested_loops_from_outside_in():
    g = graph(NESTED_LOOPS)
    assert g.loops["loop1"] == {"act1", "loop2", "act2"}
    assert g.loops["loop2"] == {"act2"}
    assert g.enclosing_loops("act2") == ["loop1", "loop2"]


def test_parallel_branches_meet_at_the_merge():
    g = graph(PARALLEL)
    assert g.meeting_points["par"] == "merge"
    assert g.section("par") == {"act1", "if", "act2"}
    assert g.meeting_points["if"] == "merge"
    assert set(g.predecessors["merge"]) == {"act1", "if", "act2"}


def test_waits_are_seen_in_a_section():
    g = graph(("start -> if", "if.true -> wait", "if.false -> act", "wait -> mail", "act -> mail"))
    assert g.waits(g.section("if"))
    assert not graph(SPLIT).waits(graph(SPLIT).section("if"))


def test_reachable_and_triggers():
    g = graph(SPLIT)
    assert g.triggers == ("start",)
    assert g.reachable("act1") == {"act1", "mail"}
