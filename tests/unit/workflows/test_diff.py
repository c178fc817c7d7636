"""What differs between two versions."""

from __future__ import annotations

from stepwell.workflows.diff import EdgeChange, FieldChange, diff
from stepwell.workflows.model import Position

from tests.unit.workflows.graphs import wf

OLD = wf("start -> wait", "wait -> mail", "mail.sent -> act")


def test_nothing():
    moved = OLD.model_copy(
        update={
            "nodes": tuple(n.model_copy(update={"ui": Position(x=1, y=2)}) for n in reversed(OLD.nodes)),
            "edges": tuple(reversed(OLD.edges)),
        }
    )
    assert diff(OLD, moved).empty
    assert diff(OLD, moved).lines() == []


def test_everything_at_once():
    new = wf(
        "start -> wait",
        "wait -> if",
        "if.true -> mail",
        "if.false -> exit",
        nodes={"wait": ("delay_action", {"duration": "3_days"})},
        settings={"reentry": {"rule": "any_time"}},
    )
    found = diff(OLD, new)
    assert [node.id for node in found.added] == ["if", "exit"]
    assert [node.id for node in found.removed] == ["act"]
    assert [(c.node, c.fields) for c in found.changed] == [
        ("wait", (FieldChange("config.duration", "1_days", "3_days"),))
    ]
    assert EdgeChange("wait", "next", "mail", "if") in found.edges
    assert EdgeChange("mail", "sent", "act", None) in found.edges
    assert found.settings == (FieldChange("settings.reentry.rule", "never", "any_time"),)
    assert "~ node wait: config.duration: '1_days' → '3_days'" in found.lines()
    assert found.document()["changed"][0]["node"] == "wait"


def test_lists_and_new_settings():
    one = wf("start -> a", nodes={"a": ("data_update", {"remove": ["x", "y"]})})
    two = wf("start -> a", nodes={"a": ("data_update", {"remove": ["x", "z"], "set": {"v": None}})})
    (change,) = diff(one, two).changed
    assert change.fields == (
        FieldChange("config.remove.1", "y", "z"),
        FieldChange("config.set", None, {"v": None}),
    )


def test_true_is_not_one():
    one = wf("start -> a", nodes={"a": ("data_update", {"set": {"v": 1}})})
    two = wf("start -> a", nodes={"a": ("data_update", {"set": {"v": True}})})
    assert not diff(one, two).empty
    assert not diff(two, one).empty
