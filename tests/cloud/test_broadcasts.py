"""Large starts by Distributed Map, and starts by EventBridge Scheduler on the clocks of a time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

BERLIN = ZoneInfo("Europe/Berlin")
CROWD = 1_000


def test_a_csv_of_a_thousand_enters_once_in_full_cohorts(platform: Platform, tenant: Tenant):
    tenant.publish(
        chain(
            "crowd",
            node("go", "manual_trigger"),
            node("mark", "data_update", set={"campaign": "{{ event.campaign }}"}),
            delay("rest", "1_hour"),
            node("points", "scoring_update", score_increment=1),
        )
    )
    rows = [f"p{n}@people.example,{n},Ada" for n in range(CROWD)]
    # Twice in the file is once in the workflow.
    body = {"csv": "\n".join(["email,user_id,first_name", *rows, rows[5]]), "key": "spring"}
    body["properties"] = {"campaign": "spring"}
    for _ in range(2):
        job = tenant.api.post("/workflows/crowd/start", body)["job"]
        platform.quiet(120)
    done = tenant.api.get(f"/jobs/{job}")
    assert (done["state"], done["total"], done["counts"]["enrolled"]) == ("done", CROWD, CROWD), done
    assert tenant.states("crowd") == {"RUNNING": CROWD}
    assert tenant.cohorts("crowd", 1) == [250] * 4
    platform.run(2 * 3600, 120)
    assert tenant.states("crowd") == {"completed": CROWD}
    assert tenant.outcomes("crowd", "points") == {"next": CROWD}
    contact = tenant.api.get("/contacts/p77@people.example")
    assert contact["traits"]["campaign"] == "spring"
    assert contact["traits"]["first_name"] == "Ada"


def scheduled(tenant: Tenant, workflow: str, **schedule: Any) -> None:
    tenant.api.post("/contacts", {"contacts": [{"email": "ann@people.example"}]})
    trigger = node(
        "clock",
        "time_based_trigger",
        schedule=schedule,
        time_zone="Europe/Berlin",
        contacts=["ann@people.example"],
    )
    tenant.publish(
        chain(workflow, trigger, mail("news"), reentry={"rule": "any_time", "interval_minutes": 5})
    )


def times(tenant: Tenant) -> list[datetime]:
    return [datetime.fromisoformat(m["at"]).replace(second=0, microsecond=0) for m in tenant.inbox()]


def test_once_at_a_time_of_the_time_zone(platform: Platform, tenant: Tenant):
    tenant.template("news")
    at = (datetime.fromisoformat(platform.now) + timedelta(hours=5)).astimezone(BERLIN)
    at = at.replace(second=0, microsecond=0)
    scheduled(tenant, "once", at=at.strftime("%Y-%m-%dT%H:%M"))
    upcoming = tenant.api.get("/workflows/once/schedule")["items"][0]["next"]
    assert [datetime.fromisoformat(t) for t in upcoming] == [at]
    platform.run(2 * 86400)
    assert times(tenant) == [at]


def test_each_morning_at_nine_over_a_change_of_the_clocks(platform: Platform, tenant: Tenant):
    tenant.template("news")
    noon = datetime.fromisoformat(platform.now).replace(hour=12, minute=0, second=0, microsecond=0)
    day = noon
    while offset(day + timedelta(days=1)) == offset(day):
        day += timedelta(days=1)
    platform.cloud.post("/_stepwell/clock/run", {"until": day.isoformat(), "max_real_s": 90}, 120)
    scheduled(tenant, "daily", cron="0 9 * * ? *")
    told = tenant.api.get("/workflows/daily/schedule", count=2)["items"][0]["next"]
    platform.run(2 * 86400)
    tenant.api.post("/workflows/daily/stop")
    platform.run(2 * 86400)
    assert [t.astimezone(BERLIN).hour for t in times(tenant)] == [9, 9]
    assert times(tenant) == [datetime.fromisoformat(t) for t in told]
    first, second = times(tenant)
    assert first.date() == (day + timedelta(days=1)).date()
    assert second - first == timedelta(days=1)
    assert first.hour == 9 - offset(first) // timedelta(hours=1)


def offset(at: datetime) -> timedelta:
    return at.astimezone(BERLIN).utcoffset() or timedelta()
