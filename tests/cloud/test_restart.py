"""`make down` with contacts on their way and `make up` again: everybody goes on, nobody twice."""

from __future__ import annotations

import time
from collections import Counter

from tests.cloud.graphs import chain, delay, edge, mail, node, workflow
from tests.cloud.platform import Platform, Tenant

MANY, FEW = 40, 6


def restart(platform: Platform) -> None:
    platform.cloud.stop()
    platform.cloud.start()
    platform.cloud.post("/_stepwell/clock", {"mode": "stepped", "auto": False})


def test_contacts_who_wait_go_on_after_down_and_up(platform: Platform, tenant: Tenant):
    for template in ("before", "after", "came"):
        tenant.template(template)
    tenant.publish(
        chain("rests", node("go", "manual_trigger"), mail("before"), delay("rest", "1_day"), mail("after"))
    )
    tenant.publish(
        workflow(
            "awaits",
            [
                node("go", "manual_trigger"),
                node("reply", "wait_until", ways=[{"name": "yes", "event": "Replied"}], time_limit="2_days"),
                mail("came"),
                mail("after"),
            ],
            [edge("go", "reply"), edge("reply", "came", "yes"), edge("reply", "after", "timed_out")],
        )
    )
    machine = [f"m{n}@people.example" for n in range(MANY)]
    parked = [f"p{n}@people.example" for n in range(FEW)]
    awaiting = [f"w{n}@people.example" for n in range(FEW)]
    tenant.start("rests", machine)
    tenant.start("rests", parked)
    tenant.start("awaits", awaiting)
    platform.quiet()
    assert tenant.states("rests") == {"RUNNING": MANY, "PARKED": FEW}

    restart(platform)
    platform.quiet()
    replied = {"type": "track", "event": "Replied", "traits": {"email": awaiting[0]}, "anonymousId": "x"}
    tenant.batch([{**replied, "context": {"traits": {"email": awaiting[0]}}}])
    platform.quiet()
    assert [m["to"][0] for m in tenant.inbox() if m["subject"].startswith("came")] == [awaiting[0]]
    assert not [m for m in tenant.inbox() if m["subject"].startswith("after")]

    platform.run(2 * 86400 + 3600)
    mails = Counter(m["subject"] for m in tenant.inbox())
    assert set(mails.values()) == {1}
    assert tenant.states("rests") == {"completed": MANY + FEW}
    assert tenant.states("awaits") == {"completed": FEW}
    assert {s for s in mails if s.startswith("after")} == {
        f"after for {p}" for p in [*machine, *parked, *awaiting[1:]]
    }


def test_contacts_who_are_being_mailed_go_on_after_down_and_up(platform: Platform, tenant: Tenant):
    for template in ("before", "after"):
        tenant.template(template, purpose="transactional")
    tenant.publish(
        chain(
            "mails",
            node("go", "manual_trigger"),
            mail("before", purpose="transactional"),
            mail("after", purpose="transactional"),
        )
    )
    platform.faults(ses={"max_send_rate": 15})
    people = [f"p{n}@people.example" for n in range(90)]
    tenant.start("mails", people)
    deadline = time.monotonic() + 30
    while not tenant.inbox() and time.monotonic() < deadline:
        time.sleep(0.1)
    restart(platform)
    platform.run(86400)
    mails = Counter(m["subject"] for m in tenant.inbox())
    assert set(mails.values()) == {1}
    assert tenant.states("mails") == {"completed": len(people)}
    assert len({s for s in mails if s.startswith("after")}) == len(people)
