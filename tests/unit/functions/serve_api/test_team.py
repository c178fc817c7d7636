"""People of a workspace, and the second factor that admins need."""

from __future__ import annotations

import json
from pathlib import Path

from stepwell.contracts.clock import from_iso
from stepwell.publishing.team import Person

from tests.unit.functions.serve_api.conftest import Api


def kim(tenant: str = "acme", role: str = "editor", **more: bool) -> Person:
    return Person("kim", tenant, "kim@acme.example", True, "Kim", role, status="CONFIRMED", **more)


def test_who_am_i_and_what_may_i(api: Api) -> None:
    told = api.ok("GET", "/me")
    assert (told["role"], told["may"]) == ("admin", ["view", "edit", "publish", "administer"])
    assert told["mfa"] == {"required": True, "enrolled": True}
    assert {"publishWorkflow", "inviteMember"} <= set(told["operations"])
    assert from_iso(told["now"]) == api.world.clock.now()
    viewer = api.ok("GET", "/me", role="viewer")
    assert viewer["may"] == ["view"]
    assert "publishWorkflow" not in viewer["operations"] and "listWorkflows" in viewer["operations"]


def test_everybody_may_read_what_which_role_may(api: Api) -> None:
    told = {one["operation"]: one for one in api.ok("GET", "/roles", role="viewer")["items"]}
    assert told["inviteMember"] == {
        "operation": "inviteMember",
        "topic": "Team",
        "summary": "Invite somebody by mail",
        "role": "admin",
    }
    assert told["publishWorkflow"]["role"] == "publisher"


def test_an_admin_without_a_second_factor_may_only_ask_who_he_is(api: Api) -> None:
    api.wired.console.directory.reset_second_factor("ann")
    assert api.call("GET", "/api/v1/workflows")[1]["code"] == "second_factor_needed"
    assert api.call("GET", "/api/v1/workflows")[0] == 403
    assert api.ok("GET", "/me")["mfa"] == {"required": True, "enrolled": False}
    # Other roles need none, nor do admins whom an identity provider signs in.
    api.ok("GET", "/workflows", role="publisher")
    directory = api.wired.console.directory
    directory.people["ann"] = Person("ann", "acme", "a@b.example", role="admin", federated=True)
    api.ok("GET", "/workflows")


def test_whoever_enrols_goes_on_at_once_and_is_asked_again_after_minutes(api: Api) -> None:
    factors, now = api.wired.console.second_factors, [0.0]
    factors.monotonic = lambda: now[0]
    api.ok("GET", "/workflows")
    api.wired.console.directory.reset_second_factor("ann")
    now[0] = 299
    api.ok("GET", "/workflows")
    now[0] = 301
    assert api.call("GET", "/api/v1/workflows")[0] == 403


def test_a_person_from_invitation_to_removal(api: Api) -> None:
    made = api.ok("POST", "/team", {"email": " Bo@Acme.example", "role": "editor", "name": "Bo"})
    assert (made["email"], made["role"], made["state"]) == ("bo@acme.example", "editor", "invited")
    assert api.call("POST", "/api/v1/team", {"email": "bo@acme.example", "role": "editor"})[1]["code"] == (
        "person_exists"
    )
    bo = made["id"]
    api.ok("POST", f"/team/{bo}/invite-again")
    assert api.wired.console.directory.invited == ["bo@acme.example"] * 2
    assert api.ok("PUT", f"/team/{bo}", {"role": "publisher"})["role"] == "publisher"
    assert api.ok("PUT", f"/team/{bo}", {"enabled": False})["state"] == "disabled"
    api.ok("POST", f"/team/{bo}/reset-second-factor")
    assert [p["id"] for p in api.ok("GET", "/team", role="viewer")["items"]] == ["ann", bo]
    api.ok("DELETE", f"/team/{bo}")
    assert len(api.ok("GET", "/team")["items"]) == 1
    actions = [e["action"] for e in api.ok("GET", "/audit", action="team.")["items"]]
    assert sorted(actions, reverse=True) == [
        "team.second_factor_reset",
        "team.role",
        "team.removed",
        "team.invited_again",
        "team.invited",
        "team.disabled",
    ]


def test_another_workspaces_people_are_not_there(api: Api) -> None:
    api.wired.console.directory.people["kim"] = kim("rival")
    for method, path, body in (
        ("PUT", "/api/v1/team/kim", {"role": "viewer"}),
        ("DELETE", "/api/v1/team/kim", None),
        ("POST", "/api/v1/team/kim/reset-second-factor", None),
        ("POST", "/api/v1/team/kim/invite-again", None),
    ):
        status, told = api.call(method, path, body)
        assert (status, told["code"]) == (404, "no_person"), path
    status, told = api.call("POST", "/api/v1/team", {"email": "kim@acme.example", "role": "admin"})
    assert (status, told["code"]) == (409, "person_elsewhere") and "rival" not in str(told)
    assert api.wired.console.directory.people["kim"].role == "editor"


def test_nobody_locks_himself_out_and_one_admin_remains(api: Api) -> None:
    api.wired.console.directory.people["kim"] = kim(role="admin", second_factor=True)
    assert api.call("DELETE", "/api/v1/team/ann")[1]["code"] == "yourself"
    assert api.call("PUT", "/api/v1/team/ann", {"role": "viewer"})[1]["code"] == "yourself"
    kims = {"username": "kim"}
    api.ok("PUT", "/team/ann", {"enabled": False}, claims=kims)
    api.wired.console.directory.people["lee"] = Person(
        "lee", "acme", "lee@acme.example", True, "", "admin", second_factor=True, enabled=False
    )
    status, told = api.call("PUT", "/api/v1/team/kim", {"role": "editor"}, claims={"username": "lee"})
    assert (status, told["code"]) == (409, "last_admin")
    assert api.call("PUT", "/api/v1/team/kim", {}, claims={"username": "lee"})[0] == 400


def test_the_audit_log_is_read_on_until_something_fits(api: Api) -> None:
    api.ok("POST", "/team", {"email": "bo@acme.example", "role": "editor"})
    for n in range(4):
        api.ok("PUT", "/workspace", {"name": f"Shop {n}"})
    page = api.ok("GET", "/audit", action="workspace.", limit=1)
    assert [e["action"] for e in page["items"]] == ["workspace.updated"]
    found = api.ok("GET", "/audit", action="team.", limit=1)["items"]
    assert [e["target"].split("/")[0] for e in found] == ["person"]
    at = found[0]["at"]
    assert api.ok("GET", "/audit", action="team.", since="2999-01-01T00:00:00Z")["items"] == []
    assert api.ok("GET", "/audit", action="team.", since=at)["items"] == found
    assert api.call("GET", "/api/v1/audit", since="yesterday")[1]["code"] == "bad_time"


def test_the_console_has_a_text_for_each_right(api: Api) -> None:
    told = api.ok("GET", "/roles", role="viewer")["items"]
    texts = Path(__file__).parents[4] / "console/src/texts/en"
    rights = json.loads((texts / "rights.json").read_text(encoding="utf-8"))["may"]
    assert rights == {one["operation"]: one["summary"] for one in told}
    topics = json.loads((texts / "settings.json").read_text(encoding="utf-8"))["roles"]["topics"]
    assert set(topics.values()) == {one["topic"] for one in told}
