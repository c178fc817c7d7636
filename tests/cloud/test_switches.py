"""The stop-everything switch, the send allowlist, pause, resume and stop."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from stepwell_cli.errors import CliError

from local.testing import eventually
from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

CROWD = 260


STOPPED_S = 2.0
"""Real time after which a stop holds: a second that it may go unread, and what the provider has in hand then."""

RELEASED_S = 4.0
"""Real time after which a release has come out of its queue."""


def test_the_switch_holds_while_a_broadcast_is_sending(platform: Platform, tenant: Tenant):
    tenant.template("news")
    tenant.publish(chain("news", node("go", "manual_trigger"), mail("news")))
    platform.faults(ses={"max_send_rate": 60})
    csv = "email\n" + "".join(f"p{n}@people.example\n" for n in range(CROWD))
    tenant.api.post("/workflows/news/start", {"csv": csv})
    deadline = time.monotonic() + 60
    while len(tenant.inbox()) < 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    tenant.api.put("/workspace/stop", {"stopped": True})
    time.sleep(STOPPED_S)
    held = len(tenant.inbox())
    time.sleep(3.0)
    assert len(tenant.inbox()) == held
    assert 20 <= held < CROWD
    platform.run(3600)
    assert len(tenant.inbox()) == held

    tenant.api.put("/workspace/stop", {"stopped": False})
    time.sleep(RELEASED_S)
    platform.run(3600)
    mails = Counter(m["to"][0] for m in tenant.inbox())
    assert set(mails.values()) == {1}
    assert len(mails) == CROWD
    assert tenant.states("news") == {"completed": CROWD}


def test_the_allowlist_lets_nobody_else_be_mailed(platform: Platform, tenant: Tenant):
    for template in ("news", "receipt"):
        tenant.template(template, purpose="marketing" if template == "news" else "transactional")
    tenant.publish(
        chain("news", node("go", "manual_trigger"), mail("news"), mail("receipt", purpose="transactional"))
    )
    tenant.api.put("/workspace/allowlist", {"allowlist": ["ann@people.example", "@test.example"]})
    people = ["ann@people.example", "bob@people.example", "eve@test.example", "x@sub.test.example"]
    tenant.start("news", people)
    platform.quiet()
    assert Counter(m["to"][0] for m in tenant.inbox()) == {people[0]: 2, people[2]: 2}
    assert tenant.states("news") == {"completed": 4}
    # Counters follow the runs' stream, which may be a moment behind.
    eventually(lambda: tenant.outcomes("news", "news").get("skipped") == 2)


def rests(tenant: Tenant) -> list[str]:
    tenant.template("after")
    tenant.publish(chain("rests", node("go", "manual_trigger"), delay("rest", "1_hour"), mail("after")))
    # The first is waited for in the machine, the second is parked.
    people = [f"p{n}@people.example" for n in range(36)]
    tenant.start("rests", people[:30])
    tenant.start("rests", people[30:])
    tenant.platform.quiet()
    assert tenant.states("rests") == {"RUNNING": 30, "PARKED": 6}
    return people


def test_a_pause_holds_and_resume_lets_go_on(platform: Platform, tenant: Tenant):
    people = rests(tenant)
    assert tenant.api.post("/workflows/rests/pause")["status"] == "paused"
    platform.run(3 * 3600)
    assert not tenant.inbox()
    rows = tenant.api.get("/workflows/rests/enrollments", limit=200)["items"]
    assert Counter((r["state"], r["hold"]) for r in rows) == {("PARKED", "paused"): len(people)}
    with pytest.raises(CliError, match="not active"):
        tenant.start("rests", ["late@people.example"])
    assert tenant.api.post("/workflows/rests/resume")["status"] == "active"
    time.sleep(RELEASED_S)
    platform.quiet()
    assert sorted(m["to"][0] for m in tenant.inbox()) == sorted(people)
    assert tenant.states("rests") == {"completed": len(people)}


def test_a_pause_may_discard(platform: Platform, tenant: Tenant):
    people = rests(tenant)
    tenant.api.post("/workflows/rests/pause", {"discard": True})
    platform.run(3 * 3600)
    assert tenant.states("rests") == {"discarded": len(people)}
    tenant.api.post("/workflows/rests/resume")
    platform.run(3 * 3600)
    assert not tenant.inbox()


def test_a_stop_ends_everybody(platform: Platform, tenant: Tenant):
    people = rests(tenant)
    tenant.api.post("/workflows/rests/stop")
    platform.quiet()
    assert tenant.states("rests") == {"stopped": len(people)}
    platform.run(3 * 3600)
    assert not tenant.inbox()
