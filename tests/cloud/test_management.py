"""Management on the deployed platform: rights, large starts, schedules, pauses, contacts in flight, retiring."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

CROWD = 262


def addresses(count: int) -> list[str]:
    return [f"c{number}@crowd.example" for number in range(count)]


def crowd(tenant: Tenant, count: int) -> None:
    rows = [{"email": address, "traits": {"number": n}} for n, address in enumerate(addresses(count))]
    for at in range(0, count, 400):
        tenant.api.post("/contacts", {"contacts": rows[at : at + 400]})


def job(tenant: Tenant, name: str, *, within_s: float = 60.0) -> Any:
    """Waits for a job; what it starts runs in real time."""
    until = time.monotonic() + within_s
    while True:
        told = tenant.api.get(f"/jobs/{name}")
        if told["state"] in ("done", "failed") or time.monotonic() > until:
            return told
        time.sleep(0.3)


def test_tokens_and_roles(tenant: Tenant):
    platform = tenant.platform
    cognito = platform.cloud.client("cognito-idp")
    signed = platform.sign_in(f"admin@{tenant.id}.example")
    answer = cognito.initiate_auth(
        ClientId=platform.profile.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": signed.refresh_token},
    )
    identity = answer["AuthenticationResult"]["IdToken"]

    def me(token: str | None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        told = httpx.get(f"{platform.address}/api/v1/me", headers=headers, timeout=30)
        return told.status_code, told.json()

    status, body = me(signed.access_token)
    assert (status, body["tenant"], body["role"]) == (200, tenant.id, "admin")
    assert me(identity)[0] == 401 and me(identity)[1]["code"] == "wrong_token"
    assert me(None)[0] == 401 and me("x.y.z")[0] == 401
    viewer = platform.api(tenant.id, "viewer")
    assert viewer.get("/workflows")["items"] == []
    with pytest.raises(Exception, match="admin"):
        viewer.put("/workspace/stop", {"stopped": True})
    for path in ("/", "/health", "/openapi.json", "/docs"):
        assert httpx.get(f"{platform.address}{path}", timeout=60).status_code == 200, path


def test_a_large_audience_is_started_by_a_distributed_map(tenant: Tenant):
    tenant.template("news")
    tenant.publish(chain("news", node("go", "manual_trigger"), mail("news")))
    crowd(tenant, CROWD)
    told = tenant.api.get("/workflows/news/audience")
    assert (told["would_enter"], told["complete"]) == (CROWD, True)
    started = tenant.api.post(
        "/workflows/news/start", {"condition": "number >= 5", "key": f"first-{tenant.id}"}
    )
    done = job(tenant, started["job"])
    assert (done["state"], done["counts"]) == ("done", {"enrolled": CROWD - 5}), done
    assert (done["parts"], done["total"]) == (2, CROWD - 5)
    tenant.api.post("/workflows/news/start", {"condition": "number >= 5", "key": f"first-{tenant.id}"})
    tenant.platform.run(3600, max_real_s=240)
    assert len(tenant.inbox()) == CROWD - 5
    assert tenant.states("news") == {"completed": CROWD - 5}


def test_a_schedule_fires_for_its_audience(tenant: Tenant):
    tenant.template("weekly")
    at = datetime.fromisoformat(tenant.platform.now) + timedelta(hours=1)
    when = at.strftime("%Y-%m-%dT%H:%M:00")
    crowd(tenant, 6)
    tenant.publish(
        chain(
            "weekly",
            node(
                "monday", "time_based_trigger", schedule={"at": when}, time_zone="UTC", audience="number < 4"
            ),
            mail("weekly"),
        )
    )
    (one,) = tenant.api.get("/workflows/weekly/schedule")["items"]
    assert one["active"] and one["next"][0].startswith(when)
    tenant.platform.run(7200)
    job_list = tenant.api.get("/workflows/weekly/jobs")["items"]
    assert [j["counts"] for j in job_list] == [{"enrolled": 4}], job_list
    tenant.platform.run(600)
    assert len(tenant.inbox()) == 4


def test_pause_edit_migrate_and_retire(platform: Platform, tenant: Tenant):
    tenant.template("hello")
    tenant.publish(chain("hello", node("go", "manual_trigger"), delay("wait", "2_days"), mail("hello")))
    tenant.start("hello", addresses(5))
    platform.run(86_400)
    tenant.api.post("/workflows/hello/pause", {"discard": False})
    platform.run(2 * 86_400)
    assert tenant.inbox() == [] and tenant.states("hello") == {"PARKED": 5}
    tenant.api.post("/workflows/hello/resume", {})
    _mailed(platform, tenant, 5)

    tenant.start("hello", [f"x{n}@crowd.example" for n in range(3)])
    platform.run(86_400)
    edited = chain("hello", node("go", "manual_trigger"), delay("patience", "2_days"), mail("hello"))
    done = tenant.publish(edited, in_flight="migrate", nodes={"wait": "patience"})
    assert job(tenant, done["moving"]["jobs"][0], within_s=5)["state"] in ("running", "done")
    platform.run(200)
    assert job(tenant, done["moving"]["jobs"][0])["counts"]["moved"] == 3
    rows = tenant.api.get("/workflows/hello/enrollments", state="PARKED")["items"]
    assert {(r["version"], r["node"]) for r in rows} == {(2, "patience")}
    platform.run(2 * 86_400)
    assert len(tenant.inbox()) == 8

    # The schedule may have looked already, and looks again only after hours.
    platform.run(7 * 3600)
    platform.invoke("reconcile-runs", {"tenant": tenant.id})
    machines = platform.cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    mine = {m["name"] for m in machines if f"-{tenant.id}-hello-" in m["name"]}
    assert mine == {f"proof-{tenant.id}-hello-v2"}
    explained = tenant.api.get("/workflows/hello/explain/x1@crowd.example")
    assert explained["journeys"][0]["steps"][-1]["outcome"] == "sent"


def test_the_stop_everything_switch_holds_within_a_second(platform: Platform, tenant: Tenant):
    tenant.template("hello")
    tenant.publish(chain("hello", node("go", "manual_trigger"), delay("wait", "1_days"), mail("hello")))
    tenant.start("hello", addresses(4))
    platform.run(3600)
    tenant.api.put("/workspace/stop", {"stopped": True})
    time.sleep(1.0)
    platform.run(2 * 86_400)
    assert tenant.inbox() == []
    tenant.api.put("/workspace/stop", {"stopped": False})
    _mailed(platform, tenant, 4)


def _mailed(platform: Platform, tenant: Tenant, mails: int) -> None:
    """Wait until who was held has got his mail: the release goes through a queue, whose delay is real time."""
    for _ in range(20):
        platform.quiet()
        time.sleep(1.0)
        platform.run(120)
        if len(tenant.inbox()) >= mails:
            break
    platform.run(120)
    assert len(tenant.inbox()) == mails
