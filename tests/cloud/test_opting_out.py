"""Unsubscribing during a wait, bounces and complaints: the next message does not go out."""

from __future__ import annotations

from typing import Any

import httpx
from stepwell_cli.api import LoopbackTransport

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

WEB = httpx.Client(transport=LoopbackTransport(), timeout=30)


def message_to(tenant: Tenant, address: str) -> dict[str, Any]:
    (found,) = [m for m in tenant.inbox() if m["to"] == [address]]
    return dict(tenant.platform.cloud.get(f"/_stepwell/inbox/{found['id']}.json"))


def header(message: dict[str, Any], name: str) -> str:
    (value,) = [h["value"] for h in message["headers"] if h["name"].lower() == name.lower()]
    return str(value)


def two_mails(tenant: Tenant, people: list[str]) -> None:
    for template in ("first", "last"):
        tenant.template(template)
    tenant.publish(
        chain("news", node("go", "manual_trigger"), mail("first"), delay("rest", "1_day"), mail("last"))
    )
    tenant.start("news", people)
    tenant.platform.quiet()


def last_mails(tenant: Tenant) -> set[str]:
    return {m["to"][0] for m in tenant.inbox() if m["subject"].startswith("last")}


def test_one_click_during_a_wait_stops_the_next_message_and_a_get_does_not(
    platform: Platform, tenant: Tenant
):
    parked = ["ann@people.example", "bob@people.example", "eve@people.example"]
    two_mails(tenant, parked)
    ann, bob = message_to(tenant, parked[0]), message_to(tenant, parked[1])
    assert header(ann, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    link = header(ann, "List-Unsubscribe").strip("<>").split(">")[0]
    answer = WEB.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, answer.text
    # Scanners and link previews follow links: nothing may come of it.
    for method in ("GET", "HEAD"):
        seen = WEB.request(method, header(bob, "List-Unsubscribe").strip("<>").split(">")[0])
        assert seen.status_code == 200
    platform.quiet()
    assert tenant.states("news") == {"unsubscribed": 1, "PARKED": 2}
    assert tenant.api.get("/contacts/ann@people.example")["consent"]["email:marketing"] == "denied"
    platform.run(2 * 86400)
    assert last_mails(tenant) == set(parked[1:])
    forged = WEB.post(link[:-6] + "AAAAAA", data={"List-Unsubscribe": "One-Click"})
    assert forged.status_code == 404


def test_an_opt_out_counts_for_those_who_wait_inside_a_machine(platform: Platform, tenant: Tenant):
    people = [f"p{n}@people.example" for n in range(30)]
    two_mails(tenant, people)
    assert tenant.states("news") == {"RUNNING": 30}
    link = header(message_to(tenant, people[4]), "List-Unsubscribe").strip("<>").split(">")[0]
    assert WEB.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    platform.quiet()
    assert tenant.states("news") == {"unsubscribed": 1, "RUNNING": 29}
    platform.run(2 * 86400)
    assert last_mails(tenant) == set(people) - {people[4]}
    assert tenant.states("news") == {"unsubscribed": 1, "completed": 29}


def test_hard_bounces_and_complaints_suppress_at_once(platform: Platform, tenant: Tenant):
    people = ["gone@bounce.test", "angry@complaint.test", "full@softbounce.test", "fine@people.example"]
    two_mails(tenant, people)
    shown = {p: tenant.api.get(f"/contacts/{p}")["suppressed"] for p in people}
    assert shown[people[0]] and shown[people[1]], shown
    assert not shown[people[2]] and not shown[people[3]], shown
    platform.run(2 * 86400)
    assert last_mails(tenant) == {people[2], people[3]}
    # The address is suppressed, whatever workflow writes next; transactional mail as well after a bounce.
    tenant.template("receipt", purpose="transactional")
    tenant.publish(chain("receipt", node("go", "manual_trigger"), mail("receipt", purpose="transactional")))
    tenant.start("receipt", [people[0], people[3]])
    platform.quiet()
    assert [m["to"][0] for m in tenant.inbox() if m["subject"].startswith("receipt")] == [people[3]]
    assert tenant.outcomes("receipt", "receipt")["skipped"] == 1
