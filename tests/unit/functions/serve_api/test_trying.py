"""Playing a workflow before it is published."""

from __future__ import annotations

from typing import Any

from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person, welcome

START = "2026-03-02T09:00:00Z"


def branching() -> dict[str, Any]:
    return {
        "id": "branching",
        "name": "Branching",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "mail", "type": "email_send", "name": "Hello", "config": {"template_id": "hello"}},
            {
                "id": "wait",
                "type": "wait_until",
                "config": {"ways": [{"event": "email_opened", "name": "opened"}], "time_limit": "3_days"},
            },
            {"id": "ask", "type": "if_condition", "config": {"condition": "score >= 50"}},
            {"id": "draw", "type": "random_split", "config": {"weights": {"a": 50, "b": 50}}},
            {"id": "bye", "type": "exit"},
            {
                "id": "again",
                "type": "email_send",
                "config": {"template_id": "hello", "subject": "Still there?"},
            },
        ],
        "edges": [
            "start -> mail",
            "mail.sent -> wait",
            "wait.opened -> ask",
            "wait.timed_out -> again",
            "ask.true -> draw",
            "ask.false -> bye",
            "draw.a -> again",
            "draw.b -> again",
        ],
    }


def tried(api: Api, **body: Any) -> Any:
    told = {"traits": {"email": "ann@example.com", "first_name": "Ann", "score": 70}, "start": START, **body}
    return api.ok("POST", "/workflows/try", {"workflow": branching(), **told}, role="viewer")


def ways(told: Any) -> list[tuple[str, str]]:
    return [(s["node"], s["outcome"]) for s in told["steps"]]


def test_whoever_opens_goes_another_way_and_each_decision_says_why(api: Api) -> None:
    quiet = tried(api)
    assert ways(quiet) == [("mail", "sent"), ("wait", "timed_out"), ("again", "sent")]
    waited = quiet["steps"][1]
    assert (
        waited["arrived_at"] == "2026-03-02T09:00:00.000Z"
        and waited["wait"]["until"] == "2026-03-05T09:00:00.000Z"
    )
    assert "opened" in waited["wait"]["why"]
    assert [m["subject"] for m in quiet["messages"]] == ["Hi Ann", "Still there?"]

    told = tried(api, reactions={"mail": [{"after": "2 hours", "name": "email_opened"}]})
    assert [n for n, _ in ways(told)] == ["mail", "wait", "ask", "draw", "again"]
    asked = told["steps"][2]
    assert asked["at"] == "2026-03-02T11:00:00.000Z"
    (found,) = asked["conditions"]
    assert (found["result"], found["observed"]) == (True, ["score is 70"])
    assert 0 <= told["steps"][3]["bucket"] < 10_000
    first = told["messages"][told["steps"][0]["message"]]
    assert first["from"] == "Shop <shop@example.com>" and "<p>Hi Ann</p>" in first["html"]
    assert "1 High Street" in first["text"]
    assert told["end_reason"] == "completed"


def test_skips_have_the_reasons_of_real_sends(api: Api) -> None:
    denied = tried(api, consent={"email:marketing": "denied"})
    assert denied["steps"][0]["reason"] == "unsubscribed" and denied["messages"] == []
    api.ok("PUT", "/workspace/allowlist", {"allowlist": ["@other.example"]})
    assert tried(api)["steps"][0]["reason"] == "not_allowlisted"
    assert tried(api, traits={"email": "no address"})["steps"][0]["reason"] == "invalid_address"


def test_who_still_waits_when_the_watching_ends(api: Api) -> None:
    told = tried(api, days=1)
    assert (told["end_reason"], told["ended_at"]) == ("", None)
    assert [(s["node"], s["until"]) for s in told["standing"]] == [("wait", "2026-03-05T09:00:00.000Z")]


def test_a_stored_contact_walks_the_draft_and_nothing_changes(api: Api) -> None:
    api.create(welcome())
    api.world.profiles.put("acme", [person(1)])
    before = dict(api.world.profiles.get("acme", [person(1).id]))
    told = api.ok("POST", "/workflows/welcome/try", {"contact": "u1"}, role="viewer")
    assert told["messages"][0]["subject"] == "Hi P1"
    assert api.world.profiles.get("acme", [person(1).id]) == before


def test_what_cannot_be_tried(api: Api) -> None:
    def refused(**body: Any) -> tuple[int, str]:
        status, told = api.call("POST", "/api/v1/workflows/try", {"workflow": branching(), **body})
        return status, told["code"]

    assert refused(trigger="nowhere") == (400, "no_trigger")
    assert refused(events=[{"name": "x"}]) == (400, "bad_event")
    assert refused(reactions={"mail": [{"after": "soon", "name": "x"}]}) == (400, "bad_time")
    assert api.call("POST", "/api/v1/workflows/try", {})[0] == 400
    document = branching()
    document["edges"].remove("ask.false -> bye")
    assert refused(workflow=document)[0] == 422


def test_a_missing_template_shows_at_its_message(api: Api) -> None:
    document = branching()
    document["nodes"][1]["config"]["template_id"] = "nowhere"
    assert tried(api, workflow=document)["messages"][0]["fault"]["code"] == "unknown_template"


def test_a_loop_without_waits_is_cut_off(api: Api) -> None:
    nodes = [
        {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
        {"id": "round", "type": "loop_iterator", "config": {"max_iterations": 1000}},
        {"id": "note", "type": "data_update", "config": {"set": {"stage": "a"}}},
    ]
    document = {
        "id": "rounds",
        "nodes": nodes,
        "edges": ["start -> round", "round.body -> note", "note -> round"],
    }
    status, told = api.call("POST", "/api/v1/workflows/try", {"workflow": document})
    assert status == 422 or (told["cut_off"] and len(told["steps"]) == 1_000)
