"""What may go out without a decision of the gate, and to whom it never goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.channels.email import Origin
from stepwell.consent.ungated import KINDS, Ungated
from stepwell.contracts.messages import Email, Push, Sms, Subscription
from stepwell.contracts.workspace import Control, Workspace

from tests.fakes.world import World

AT = datetime(2026, 3, 1, tzinfo=UTC)
TO = "ann@people.example"
GATED = Origin("acme", "welcome", 3, "say", "a.0.1", "v1", "a" * 16, "news").tags()


class Door:
    def __init__(self, **workspace: Any) -> None:
        self.world = World()
        self.world.workspaces.settings["acme"] = Workspace("acme", **workspace)
        self.ungated = Ungated("email", self.world.messaging, self.world.workspaces)

    def refused(self, tags: dict[str, str]) -> str:
        found = self.ungated.refusal(Email(TO, "a@x.example", "Hi", "Hi", tags={"tenant": "acme", **tags}))
        return found.code if found is not None else ""


def kind(name: str) -> dict[str, str]:
    return {"test": "yes"} if name == "test" else {"kind": name}


def test_what_the_gate_decided_about_is_not_asked_again() -> None:
    door = Door(allowlist=())
    door.world.messaging.suppress("acme", "email", TO, "complaint", AT, "t")
    assert door.refused(dict(GATED)) == ""


@pytest.mark.parametrize("tags", [{}, {"kind": "news"}, {"visit": ""}, {"kind": ""}])
def test_what_is_nothing_known_goes_nowhere(tags: dict[str, str]) -> None:
    assert Door().refused(tags) == "ungated"
    push = Push(Subscription("s1", "fcm", "token"), "Hi", tags={"tenant": "acme", "kind": "team"})
    refused = Door().ungated.refusal(push)
    assert refused is not None and refused.code == "ungated"
    assert Door().ungated.refusal(Sms("+15551234567", "Hi", tags={"tenant": "acme", **tags})) is not None


@pytest.mark.parametrize("name", sorted(KINDS))
def test_dead_and_complaining_addresses_get_none_of_it(name: str) -> None:
    door = Door()
    assert door.refused(kind(name)) == ""
    for reason in ("complaint", "hard_bounce", "erased", "manual"):
        door.world.messaging.suppress("acme", "email", TO, reason, AT, "t")
        assert door.refused(kind(name)) == "suppressed"
    assert Door(allowlist=("@other.example",)).refused(kind(name)) == "not_allowlisted"


@pytest.mark.parametrize(
    ("name", "code"), [("seed", "unsubscribed"), ("test", "unsubscribed"), ("team", ""), ("reply", "")]
)
def test_who_unsubscribed_gets_no_copies_of_marketing(name: str, code: str) -> None:
    door = Door()
    door.world.messaging.suppress("acme", "email", TO, "unsubscribed", AT, "t")
    assert door.refused(kind(name)) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("seed", "tenant_paused"), ("test", "tenant_paused"), ("team", ""), ("reply", "tenant_paused")],
)
def test_the_switch_stops_all_but_notes_to_the_team(name: str, code: str) -> None:
    door = Door()
    door.world.workspaces.controls["acme"] = Control(stopped=True)
    assert door.refused(kind(name)) == code


def test_a_test_notification_goes_unless_the_workspace_stopped() -> None:
    door = Door(allowlist=())
    push = Push(
        Subscription("s1", "web_push", "https://p.example/1"), "Hi", tags={"tenant": "acme", "test": "yes"}
    )
    assert door.ungated.refusal(push) is None
    door.world.workspaces.controls["acme"] = Control(stopped=True)
    refused = door.ungated.refusal(push)
    assert refused is not None and refused.code == "tenant_paused"
