"""Answers to messages: from a mail program through the bucket, the topic and the function to the stream."""

from __future__ import annotations

from typing import Any

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant
from tests.cloud.test_opting_out import header, message_to


def answer(tenant: Tenant, address: str, **asked: Any) -> None:
    message = message_to(tenant, address)
    tenant.platform.cloud.post(f"/_stepwell/inbox/{message['id']}/reply", asked)


def mails(tenant: Tenant, address: str) -> list[dict[str, Any]]:
    return [m for m in tenant.inbox() if m["to"] == [address]]


def test_an_answer_is_understood_routed_and_ends_consent(platform: Platform, tenant: Tenant):
    people = ["ann@people.example", "bob@people.example", "eve@people.example"]
    rules = [
        {
            "id": "pleased",
            "when": 'event.sentiment = "positive"',
            "forward": ["sales_team"],
            "emit": "pleased_answer",
        }
    ]
    tenant.api.put("/reply-rules", {"rules": {"rules": rules}})
    for template in ("first", "last", "thanks"):
        tenant.template(template)
    tenant.publish(
        chain("news", node("go", "manual_trigger"), mail("first"), delay("rest", "1_day"), mail("last"))
    )
    tenant.publish(chain("pleased", node("on", "event_trigger", event="pleased_answer"), mail("thanks")))
    tenant.start("news", people)
    platform.quiet()
    reply_to = header(message_to(tenant, people[0]), "Reply-To")
    assert reply_to.startswith("reply+") and reply_to.endswith(f"{tenant.id}@replies.test")

    answer(tenant, people[0], text="Thank you, this is great!")
    answer(tenant, people[1], text="STOP")
    answer(tenant, people[2], text="I am away", headers={"Auto-Submitted": "auto-replied"})
    platform.quiet()

    assert tenant.outcomes("news", "first")["replied"] == 2
    assert tenant.outcomes("news", "first")["replied_machine"] == 1
    assert [m["subject"].startswith("thanks") for m in mails(tenant, people[0])] == [False, True]
    sent = platform.cloud.get("/_stepwell/inbox.json?tag=kind:reply&limit=500")["messages"]
    (forwarded,) = [m for m in sent if m["tags"]["tenant"] == tenant.id and m["to"][0].startswith("sales@")]
    assert "ann@people.example" in forwarded["subject"]
    assert tenant.api.get("/contacts/bob@people.example")["consent"]["email:marketing"] == "denied"
    assert tenant.states("news") == {"unsubscribed": 1, "PARKED": 2}
    platform.run(2 * 86400)
    assert {m["to"][0] for m in tenant.inbox() if m["subject"].startswith("last")} == {people[0], people[2]}
