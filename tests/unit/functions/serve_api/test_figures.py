"""Workflows as they run, figures over time, the calendar, what publishing would mean."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from stepwell.contracts.tokens import EndReason
from stepwell.runtime.ending import Exiter

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import newsletter, person, welcome


def node(told: Any, name: str) -> Any:
    return next(n for n in told["nodes"] if n["node"] == name)


def count(api: Api, **outcomes: int) -> None:
    counts = {("mail", name): number for name, number in outcomes.items()}
    api.parts.counters.add(TENANT, "welcome", 1, counts)


def test_a_version_as_it_runs(api: Api) -> None:
    api.create(welcome(goals=[{"event": "purchase"}]))
    assert api.ok("GET", "/workflows/welcome/live")["version"] == 0
    api.publish()
    api.enroll(person(1), person(2), person(3))
    api.run_until(1)
    add = api.parts.counters.add
    add(TENANT, "welcome", 1, {("start", "enrolled"): 9, ("wait", "next"): 6, ("mail", "sent"): 4})
    count(api, skipped=2, opened=3, opened_machine=5, delivered=4)
    add(TENANT, "welcome", 1, {("mail", "reason:unsubscribed"): 2, ("goal_0", "reached"): 3})
    told = api.ok("GET", "/workflows/welcome/live", role="viewer")
    assert (told["enrolled"], told["in_flight"], told["in_flight_complete"]) == (9, 3, True)
    assert (told["conversions"], told["conversion_rate"]) == (3, 0.3333)
    assert told["goals"] == [{"event": "purchase", "reached": 3}]
    wait, mail = node(told, "wait"), node(told, "mail")
    assert (wait["arrived"], wait["waiting"], wait["passed"], wait["dropped"]) == (9, 3, 6, 0)
    assert (mail["arrived"], mail["sent"], mail["skipped"], mail["reach_rate"]) == (6, 4, 2, 0.6667)
    assert mail["reasons"] == {"unsubscribed": 2}
    reckoned = api.ok("GET", "/workflows/welcome/live", look_at=0)
    assert (node(reckoned, "wait")["waiting"], reckoned["in_flight_complete"]) == (3, False)
    assert mail["mail"] == {"delivered": 4, "opened": 3, "opened_machine": 5}


def test_who_left_by_what(api: Api) -> None:
    api.create(welcome())
    api.publish()
    denied = person(2)
    api.enroll(person(1), denied)
    api.runtime.messaging.set_consent(TENANT, denied.id, {"email:marketing": "denied"})
    api.run_until(3)
    left = api.ok("GET", "/workflows/welcome/passages", node="mail")["items"]
    assert {(p["profile"], p["outcome"], p["reason"]) for p in left} == {
        (person(1).id, "sent", ""),
        (denied.id, "skipped", "unsubscribed"),
    }
    (skipped,) = api.ok("GET", "/workflows/welcome/passages", node="mail", outcome="skipped")["items"]
    assert (skipped["profile"], skipped["name"]) == (denied.id, "Hello mail")
    assert api.ok("GET", "/workflows/welcome/passages", outcome="fault")["items"] == []
    first = api.ok("GET", "/workflows/welcome/passages", limit=1)
    assert len(first["items"]) == 1 and first["cursor"]


def test_who_left_a_wait(api: Api) -> None:
    api.create(welcome())
    api.publish()
    api.enroll(person(1), person(2))
    api.run_until(1)
    assert api.ok("GET", "/workflows/welcome/passages", node="wait")["items"] == []
    api.run_until(3)
    left = api.ok("GET", "/workflows/welcome/passages", node="wait", outcome="next")["items"]
    assert {p["profile"] for p in left} == {person(1).id, person(2).id}
    assert {(p["node"], p["name"], p["outcome"], p["version"]) for p in left} == {("wait", "wait", "next", 1)}
    assert api.ok("GET", "/workflows/welcome/passages", node="wait", outcome="fault")["items"] == []
    entered = api.ok("GET", "/workflows/welcome/passages", node="start")["items"]
    assert {p["outcome"] for p in entered} == {"enrolled"}


def test_who_left_a_wait_by_several_ways_is_told_once(api: Api) -> None:
    ways = [
        {"name": "rich", "condition": "score >= 50"},
        {"name": "poor", "condition": "score < 50"},
        {"name": "bought", "event": "purchase"},
    ]
    document = welcome()
    document["nodes"][2] |= {"type": "wait_until", "config": {"ways": ways, "time_limit": "3_days"}}
    document["nodes"] += [
        {"id": name, "type": "data_update", "config": {"set": {"told": name}}} for name in ("poor", "late")
    ]
    document["edges"][2:] = [
        "wait.rich -> mail",
        "wait.poor -> poor",
        "wait.bought -> mail",
        "wait.timed_out -> late",
    ]
    api.create(document)
    api.publish()
    rich, poor, late = (person(1, score=70), person(2, score=10), person(3))
    api.enroll(rich, poor, late)
    api.run_until(1)
    left = api.ok("GET", "/workflows/welcome/passages", node="wait")["items"]
    assert sorted((p["profile"], p["outcome"]) for p in left) == sorted(
        [(rich.id, "rich"), (poor.id, "poor")]
    )
    api.run_until(4)
    (last,) = api.ok("GET", "/workflows/welcome/passages", node="wait", outcome="timed_out")["items"]
    assert last["profile"] == late.id


def test_figures_over_time(api: Api) -> None:
    api.create(welcome())
    api.publish()
    count(api, sent=3, delivered=3, clicked=1)
    api.world.clock.advance(timedelta(days=2))
    count(api, sent=2, opened=1)
    hours = api.ok("GET", "/workflows/welcome/series", by="hour")["items"]
    assert (len(hours), hours[-1]["sent"], sum(h["sent"] for h in hours)) == (24, 2, 2)
    days = api.ok("GET", "/workflows/welcome/series", by="day")["items"]
    assert (len(days), [d["sent"] for d in days[-3:]]) == (30, [3, 0, 2])
    told = api.ok("GET", "/analytics/summary", role="viewer")
    assert (told["totals"]["sent"], told["totals"]["clicked"], len(told["days"])) == (5, 1, 30)
    assert [(w["workflow"], w["sent"]) for w in told["workflows"]] == [("welcome", 5)]
    assert told["totals"]["usd"] == round(5 * told["usd_per_message"], 6)
    assert told["days"][-1]["usd"] == round(2 * told["usd_per_message"], 6)
    day = told["days"][-1]["day"]
    one = api.ok("GET", "/analytics/summary", **{"from": day, "to": day, "workflow": "welcome"})
    assert (one["totals"]["sent"], one["first"], one["last"]) == (2, day, day)
    assert api.ok("GET", "/analytics/summary", channel="sms")["totals"]["sent"] == 0
    assert (
        api.call("GET", "/api/v1/analytics/summary", **{"from": "2026-03-02", "to": "2026-03-01"})[0] == 400
    )
    assert api.call("GET", "/api/v1/analytics/summary", **{"from": "yesterday"})[0] == 400
    assert api.call("GET", "/api/v1/analytics/summary", workflow="nowhere")[0] == 404


def test_what_publishing_would_mean(api: Api) -> None:
    api.config.save_document(TENANT, "TPL", "news", 0, {"id": "news", "subject": "x", "text": "x"})
    api.create(welcome())
    told = api.ok("GET", "/workflows/welcome/publish-preview", role="viewer")
    assert told["checks"]["publishable"] and told["diff"] is None and told["live_version"] == 0
    events = told["entries"][0]
    assert (events["basis"], events["events"], events["contacts"]) == ("past", ["signup"], None)
    assert told["cost"]["messages_each"] == 1
    api.publish()
    api.enroll(person(1), person(2))
    api.run_until(1)
    api.parts.counters.add(TENANT, "welcome", 1, {("start", "enrolled"): 2})
    api.update(welcome(wait="patience"))
    told = api.ok("GET", "/workflows/welcome/publish-preview", in_flight="migrate", nodes="wait:patience")
    assert [n["node"] for n in told["diff"]["added"]] == ["patience"]
    assert told["entries"][0]["contacts"] == 2
    flight = told["in_flight"]
    assert (flight["contacts"], flight["move"], flight["stay"], flight["complete"]) == (2, 2, 0, True)
    assert flight["nodes"][0]["target"] == "patience" and "mail" in flight["targets"]
    kept = api.ok("GET", "/workflows/welcome/publish-preview", in_flight="migrate")["in_flight"]
    assert (kept["move"], kept["stay"], kept["nodes"][0]["target"]) == (0, 2, None)
    assert api.ok("GET", "/workflows/welcome/publish-preview", in_flight="eject")["in_flight"]["end"] == 2
    status, _ = api.call(
        "GET", "/api/v1/workflows/welcome/publish-preview", in_flight="migrate", nodes="wait:nowhere"
    )
    assert status == 400
    assert api.call("GET", "/api/v1/workflows/welcome/publish-preview", nodes="wait")[0] == 400


def test_an_audience_is_counted_and_costed(api: Api) -> None:
    api.config.save_document(TENANT, "TPL", "news", 0, {"id": "news", "subject": "x", "text": "x"})
    api.world.profiles.put(TENANT, [person(1, score=70), person(2, score=10)])
    api.create(newsletter())
    told = api.ok("GET", "/workflows/newsletter/publish-preview")
    (entry,) = told["entries"]
    assert (entry["basis"], entry["contacts"], entry["refused"]) == ("audience", 1, {"audience": 1})
    assert told["cost"]["messages"] == 1
    assert told["cost"]["usd"] == round(told["cost"]["usd_per_message"], 4)


def test_the_calendar(api: Api) -> None:
    api.config.save_document(TENANT, "TPL", "news", 0, {"id": "news", "subject": "x", "text": "x"})
    document = newsletter()
    document["settings"]["quiet_hours"] = {"start": "22:00", "end": "08:00"}
    api.create(document)
    assert api.ok("GET", "/calendar")["entries"] == []
    api.publish("newsletter")
    told = api.ok("GET", "/calendar", role="viewer")
    assert len(told["entries"]) in (4, 5)
    first = told["entries"][0]
    assert (first["kind"], first["workflow"], first["trigger"], first["state"]) == (
        "schedule",
        "newsletter",
        "weekly",
        "planned",
    )
    assert first["channels"] == ["email"]
    (quiet,) = told["quiet_hours"]
    assert (quiet["start"], quiet["end"], quiet["otherwise"]) == ("22:00", "08:00", "next_open_time")
    api.ok("POST", "/workflows/newsletter/start", {"everybody": True, "trigger": "weekly", "key": "once"})
    kinds = {e["kind"] for e in api.ok("GET", "/calendar")["entries"]}
    assert kinds == {"schedule", "broadcast"}
    api.ok("POST", "/workflows/newsletter/pause", {})
    assert {e["state"] for e in api.ok("GET", "/calendar")["entries"]} == {"paused", "running"}
    bad = {"from": "2026-03-01", "to": "2027-03-01"}
    assert api.call("GET", "/api/v1/calendar", **bad)[0] == 400


def test_how_workflows_do_for_lists(api: Api) -> None:
    api.create(welcome(goals=[{"event": "purchase"}]))
    (draft,) = api.ok("GET", "/analytics/workflows", role="viewer", ids="welcome,nowhere")["items"]
    assert (draft["in_flight"], draft["enrolled"], draft["conversion_rate"]) == (0, 0, None)
    api.publish()
    people = [person(n) for n in range(8)]
    api.enroll(*people)
    add = api.parts.counters.add
    add(TENANT, "welcome", 1, {("start", "enrolled"): 8, ("goal_0", "reached"): 2})
    (told,) = api.ok("GET", "/analytics/workflows", ids="welcome")["items"]
    assert (told["in_flight"], told["in_flight_complete"]) == (8, True)
    # Whom an event takes out counters do not see.
    exiter = Exiter(api.world.ports())
    for one in people[3:]:
        exiter.end(TENANT, "welcome", one.id, EndReason.EXIT_CRITERIA)
    count(api, sent=4)
    api.world.clock.advance(timedelta(days=10))
    count(api, sent=1)
    (told,) = api.ok("GET", "/analytics/workflows", ids="welcome")["items"]
    assert told["in_flight_complete"]
    assert (told["in_flight"], told["enrolled"], told["sent_7_days"]) == (3, 8, 1)
    assert (told["conversions"], told["conversion_rate"], told["has_goals"]) == (2, 0.25, True)
    assert api.call("GET", "/api/v1/analytics/workflows", ids=",".join(f"w{n}" for n in range(51)))[0] == 400


def test_nobody_drops_off_at_a_trigger(api: Api) -> None:
    api.create(welcome())
    api.publish()
    api.parts.counters.add(TENANT, "welcome", 1, {("start", "enrolled"): 9, ("wait", "next"): 6})
    start = node(api.ok("GET", "/workflows/welcome/live"), "start")
    assert (start["arrived"], start["passed"], start["dropped"]) == (9, 9, 0)


def test_workflows_by_purpose(api: Api) -> None:
    api.create(welcome())
    assert api.ok("GET", "/workflows", purpose="marketing")["total"] == 1
    assert api.ok("GET", "/workflows", purpose="transactional")["total"] == 0


def test_who_waits_inside_a_machine_stands_at_the_wait(api: Api) -> None:
    graph = welcome()
    graph["nodes"].append({"id": "mark", "type": "data_update", "config": {"set": {"stage": "new"}}})
    graph["edges"] = ["start -> mark", "by_hand -> mark", "mark -> wait", "wait -> mail"]
    api.create(graph)
    api.publish()
    api.enroll(*(person(n) for n in range(30)))
    api.run_until(1)
    # A delay in a machine is counted when it begins, not when it is over.
    passed = {("start", "enrolled"): 30, ("mark", "next"): 30, ("wait", "next"): 30}
    api.parts.counters.add(TENANT, "welcome", 1, passed)
    told = api.ok("GET", "/workflows/welcome/live")
    mark, wait, mail = (node(told, name) for name in ("mark", "wait", "mail"))
    assert (told["in_flight"], mark["waiting"], mark["passed"]) == (30, 0, 30)
    assert (wait["arrived"], wait["waiting"], wait["passed"], wait["dropped"]) == (30, 30, 0, 0)
    assert (mail["arrived"], mail["dropped"]) == (0, 0)
    here = api.ok("GET", "/workflows/welcome/enrollments", node="wait", state="OPEN")["items"]
    assert len(here) == 30
    assert all(row["due"] and row["state"] == "RUNNING" for row in here)
    (row,) = api.ok("GET", "/workflows/welcome/publish-preview")["in_flight"]["nodes"]
    assert (row["node"], row["contacts"]) == ("wait", 30)
