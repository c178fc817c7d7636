"""What cannot be processed costs nobody else anything, and can be replayed."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.cloud.graphs import chain, mail, node
from tests.cloud.platform import PREFIX, Platform, Tenant

COHORT = 250


def test_poison_contacts_in_a_full_cohort(platform: Platform, tenant: Tenant):
    tenant.template(
        "fragile",
        purpose="transactional",
        html="<p>{{ 100 / share }} {{ [1, 2][pick] }}</p>",
        sample={"share": 1, "pick": 1},
    )
    tenant.publish(
        chain(
            "fragile",
            node("go", "manual_trigger"),
            node("points", "scoring_update", score_increment=5),
            node("mark", "data_update", set={"seen": "{{ share }}"}),
            mail("note", "fragile"),
        )
    )
    people = [f"p{n}@people.example" for n in range(COHORT)]
    odd: dict[str, dict[str, Any]] = {
        people[7]: {"share": 0},
        people[70]: {"share": "no number"},
        people[170]: {"pick": "no index"},
        people[200]: {"score": {"not": "a number"}},
    }
    for at in range(0, COHORT, 125):
        rows = [
            {"email": p, "traits": {"share": 1, "pick": 1, **odd.get(p, {})}} for p in people[at : at + 125]
        ]
        tenant.api.post("/contacts", {"contacts": rows})
    tenant.api.post("/workflows/fragile/start", {"contacts": people})
    # A busy machine defers a part of the cohort: its Task comes again a little later.
    platform.run(300)

    mailed = {m["to"][0] for m in tenant.inbox()}
    assert mailed >= set(people) - set(odd)
    assert not mailed & set(people[7:8] + people[70:71])
    states = tenant.states("fragile")
    assert sum(states.values()) == COHORT
    assert states.get("RUNNING", 0) == 0
    assert tenant.outcomes("fragile", "note")["failed"] == COHORT - len(mailed)
    explained = tenant.api.get(f"/workflows/fragile/explain/{people[7]}")["journeys"][0]
    (step,) = [s for s in explained["steps"] if s["node"] == "note"]
    assert step["outcome"] == "failed"
    assert step["reason"]


def test_a_poison_record_is_set_aside_and_replayed(platform: Platform, tenant: Tenant):
    tenant.template("hello")
    tenant.publish(chain("hello", node("go", "event_trigger", event="Signed Up"), mail("hello")))
    stream = platform.cloud.client("kinesis")

    def put(*data: bytes) -> None:
        stream.put_records(
            StreamName=f"{PREFIX}-events",
            Records=[{"Data": d, "PartitionKey": f"{tenant.id}#x"} for d in data],
        )

    def signed_up(user: str, **more: Any) -> bytes:
        at = platform.now
        event = {"message_id": f"m-{user}", "kind": "track", "name": "Signed Up", "user_id": user}
        event |= {"occurred_at": at, "received_at": at, "traits": {"email": f"{user}@people.example"}, **more}
        return json.dumps({"v": 1, "tenant": tenant.id, "events": [event]}).encode()

    put(b"\xff not json", signed_up("ann"), signed_up("bad", occurred_at="some day"), signed_up("bob"))
    platform.quiet()
    assert {m["to"][0] for m in tenant.inbox()} == {"ann@people.example", "bob@people.example"}
    replayed = tenant.api.post("/poison/replay", {"limit": 100})
    assert replayed["records"] == 2, replayed
    platform.quiet()
    # They are still poison: they come back to the queue, and nobody else is touched.
    listed = tenant.api.get("/poison")["items"]
    assert len(listed) == 2
    assert all(item["code"] and item["message"] for item in listed)
    assert len(tenant.inbox()) == 2


def test_the_same_records_twice_are_one_enrollment_and_one_mail(platform: Platform, tenant: Tenant):
    tenant.template("hello")
    tenant.publish(
        chain(
            "hello",
            node("go", "event_trigger", event="Signed Up"),
            mail("hello"),
            reentry={"rule": "any_time", "interval_minutes": 5},
        )
    )
    at = platform.now
    events = [
        {
            "message_id": f"m{n}",
            "kind": "track",
            "name": "Signed Up",
            "user_id": f"u{n}",
            "traits": {"email": f"u{n}@people.example"},
            "occurred_at": at,
            "received_at": at,
        }
        for n in range(20)
    ]
    data = [json.dumps({"v": 1, "tenant": tenant.id, "events": [e]}).encode() for e in events]
    records = [{"Data": d, "PartitionKey": f"{tenant.id}#{n}"} for n, d in enumerate(data)]
    for _ in range(2):
        platform.cloud.client("kinesis").put_records(StreamName=f"{PREFIX}-events", Records=records)
    invocation = {
        "Records": [
            {
                "kinesis": {
                    "sequenceNumber": str(n),
                    "partitionKey": f"{tenant.id}#{n}",
                    "data": base64.b64encode(d).decode(),
                }
            }
            for n, d in enumerate(data)
        ]
    }
    for _ in range(2):
        assert platform.invoke("process-events", invocation) == {"batchItemFailures": []}
    platform.run(600)
    assert platform.invoke("process-events", invocation) == {"batchItemFailures": []}
    platform.quiet()
    assert sorted(m["to"][0] for m in tenant.inbox()) == sorted(f"u{n}@people.example" for n in range(20))
    assert tenant.states("hello") == {"completed": 20}
    assert tenant.api.get("/workflows/hello/counters")["enrolled"] == 20
