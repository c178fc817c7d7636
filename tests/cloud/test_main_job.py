"""The main job on the deployed platform: a real client's events in, the right e-mails at the right time out."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from segment.analytics.client import Client

from tests.cloud.graphs import delay, edge, mail, node, workflow
from tests.cloud.platform import Tenant

PEOPLE = 40
BUYERS = {3, 17}
JOURNEY = workflow(
    "welcome_back",
    [
        node("ordered", "event_trigger", event="Order Completed"),
        mail("thanks", purpose="transactional"),
        delay("settle", "2_days"),
        mail("guide"),
        node(
            "second", "wait_until", ways=[{"name": "bought", "event": "Order Completed"}], time_limit="5_days"
        ),
        node("loyal", "data_update", set={"lifecycle": "repeat"}),
        mail("come_back"),
    ],
    [
        edge("ordered", "thanks"),
        edge("thanks", "settle", "sent"),
        edge("settle", "guide"),
        edge("guide", "second", "sent"),
        edge("second", "loyal", "bought"),
        edge("second", "come_back", "timed_out"),
    ],
    reentry={"rule": "never"},
)


def client_of(tenant: Tenant, errors: list[Any]) -> Client:
    return Client(
        tenant.write_key,
        host=tenant.platform.address,
        gzip=True,
        on_error=lambda error, _batch: errors.append(error),
        max_retries=2,
    )


def test_events_of_a_real_client_become_mails_at_the_right_time(tenant: Tenant):
    for template in ("thanks", "guide", "come_back"):
        tenant.template(template, purpose="transactional" if template == "thanks" else "marketing")
    tenant.publish(JOURNEY)
    began, errors = datetime.fromisoformat(tenant.platform.now), []
    client = client_of(tenant, errors)
    for number in range(PEOPLE):
        client.identify(f"u{number}", {"email": f"u{number}@people.example", "firstName": "Ada"})
        client.track(f"u{number}", "Order Completed", {"order_id": f"o{number}", "total": 20.5})
    client.flush()
    tenant.platform.quiet()
    assert not errors
    assert sent(tenant) == {"thanks": PEOPLE}

    tenant.platform.run(3 * 86400)
    assert sent(tenant) == {"thanks": PEOPLE, "guide": PEOPLE}
    for number in BUYERS:
        client.track(f"u{number}", "Order Completed", {"order_id": f"again{number}", "total": 5})
    client.flush()
    tenant.platform.quiet()
    assert tenant.states("welcome_back") == {"completed": len(BUYERS), "PARKED": PEOPLE - len(BUYERS)}

    tenant.platform.run(11 * 86400)
    messages = tenant.inbox()
    assert sent(tenant) == {"thanks": PEOPLE, "guide": PEOPLE, "come_back": PEOPLE - len(BUYERS)}
    assert max(Counter((m["subject"]) for m in messages).values()) == 1
    waits = {"thanks": timedelta(0), "guide": timedelta(days=2), "come_back": timedelta(days=7)}
    for message in messages:
        late = datetime.fromisoformat(message["at"]) - began - waits[message["subject"].split()[0]]
        assert timedelta(0) <= late < timedelta(minutes=20), message
    assert tenant.states("welcome_back") == {"completed": PEOPLE}
    counters = tenant.api.get("/workflows/welcome_back/counters")
    assert counters["enrolled"] == PEOPLE
    outcomes = {node: told["outcomes"] for node, told in counters["nodes"].items()}
    for template, count in {"thanks": PEOPLE, "guide": PEOPLE, "come_back": PEOPLE - len(BUYERS)}.items():
        assert outcomes[template] == {"sent": count, "accepted": count, "delivered": count}
    assert outcomes["second"] == {"parked": PEOPLE, "bought": len(BUYERS), "timed_out": PEOPLE - len(BUYERS)}

    # Whoever is at the same place at the same time travels together, whatever order their events came in.
    cohorts = tenant.cohorts("welcome_back", 1)
    assert sum(cohorts) == PEOPLE * 2
    assert len(cohorts) <= 6

    told = tenant.api.get("/workflows/welcome_back/explain/u3@people.example")
    (journey,) = told["journeys"]
    assert [(s["node"], s["outcome"]) for s in journey["steps"]] == [
        ("ordered", "enrolled"),
        ("thanks", "sent"),
        ("settle", "next"),
        ("guide", "sent"),
        ("second", "parked"),
        ("second", "bought"),
        ("loyal", "next"),
    ]
    assert tenant.api.get("/contacts/u3")["traits"]["lifecycle"] == "repeat"


def sent(tenant: Tenant) -> dict[str, int]:
    return dict(Counter(m["subject"].split()[0] for m in tenant.inbox()))
