"""`make down` with contacts on their way and `make up` again: everybody goes on, nobody twice."""

from __future__ import annotations

from collections import Counter

from local.testing import eventually
from tests.cloud.graphs import chain, delay, edge, mail, node, workflow
from tests.cloud.platform import Platform, Tenant

MANY, FEW = 40, 6


def test_contacts_on_their_way_go_on_after_down_and_up(platform: Platform, tenant: Tenant):
    for template in ("before", "after", "came"):
        tenant.template(template)
    for template in ("one", "two"):
        tenant.template(template, purpose="transactional")
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
    tenant.publish(
        chain(
            "mails",
            node("go", "manual_trigger"),
            mail("one", purpose="transactional"),
            mail("two", purpose="transactional"),
        )
    )
    machine = [f"m{n}@people.example" for n in range(MANY)]
    parked = [f"p{n}@people.example" for n in range(FEW)]
    awaiting = [f"w{n}@people.example" for n in range(FEW)]
    sending = [f"s{n}@people.example" for n in range(MANY)]
    tenant.start("rests", machine)
    tenant.start("rests", parked)
    tenant.start("awaits", awaiting)
    platform.quiet()
    assert tenant.states("rests") == {"RUNNING": MANY, "PARKED": FEW}
    platform.faults(ses={"max_send_rate": 10})
    tenant.start("mails", sending)
    eventually(lambda: any(m["subject"].startswith("one") for m in tenant.inbox()), 60)

    platform.cloud.stop()
    platform.cloud.start()
    platform.cloud.post("/_stepwell/clock", {"mode": "stepped", "auto": False})
    platform.quiet()
    tenant.batch(
        [{"type": "track", "event": "Replied", "userId": "w0", "context": {"traits": {"email": awaiting[0]}}}]
    )
    platform.quiet()
    assert [m["to"][0] for m in tenant.inbox() if m["subject"].startswith("came")] == [awaiting[0]]
    assert not [m for m in tenant.inbox() if m["subject"].startswith("after")]

    platform.run(2 * 86400 + 3600)
    mails = Counter(m["subject"] for m in tenant.inbox())
    assert set(mails.values()) == {1}
    states = {w: tenant.states(w) for w in ("rests", "awaits", "mails")}
    assert states == {
        "rests": {"completed": MANY + FEW},
        "awaits": {"completed": FEW},
        "mails": {"completed": MANY},
    }
    assert {s for s in mails if s.startswith("after")} == {
        f"after for {p}" for p in [*machine, *parked, *awaiting[1:]]
    }
    assert {s for s in mails if s.startswith("two")} == {f"two for {p}" for p in sending}
