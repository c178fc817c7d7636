"""A workflow changes while contacts are in it: they stay, move or leave, as the publisher chose."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

MACHINE = [f"m{n}@people.example" for n in range(30)]
PARKED = [f"p{n}@people.example" for n in range(5)]


def drawing(rest: str, letter: str) -> dict[str, Any]:
    return chain("offer", node("go", "manual_trigger"), delay(rest, "1_day"), mail(letter))


def begun(tenant: Tenant) -> None:
    for template in ("first_offer", "second_offer", "third_offer"):
        tenant.template(template)
    assert tenant.publish(drawing("rest", "first_offer"))["version"] == 1
    tenant.start("offer", MACHINE)
    tenant.start("offer", PARKED)
    tenant.platform.quiet()
    assert tenant.states("offer") == {"RUNNING": len(MACHINE), "PARKED": len(PARKED)}


def mailed(tenant: Tenant) -> dict[str, set[str]]:
    messages = tenant.inbox()
    assert set(Counter(m["subject"] for m in messages).values()) <= {1}
    kinds = {m["subject"].split()[0] for m in messages}
    return {k: {m["to"][0] for m in messages if m["subject"].startswith(k)} for k in kinds}


def test_contacts_move_to_the_new_version(platform: Platform, tenant: Tenant):
    begun(tenant)
    done = tenant.publish(drawing("pause", "second_offer"))
    assert done["version"] == 2
    nobody = tenant.api.post("/workflows/offer/migrate", {"old": 1, "new": 2})
    assert nobody["dry_run"] and nobody["moved"] == {}
    assert nobody["unmapped"] == {"rest": len(MACHINE) + len(PARKED)}
    plan = {"old": 1, "new": 2, "nodes": {"rest": "pause", "first_offer": "second_offer"}}
    counted = tenant.api.post("/workflows/offer/migrate", plan)
    assert (counted["moved"], counted["busy"]) == ({"rest -> pause": len(MACHINE) + len(PARKED)}, 0)
    assert tenant.states("offer") == {"RUNNING": len(MACHINE), "PARKED": len(PARKED)}
    job = tenant.api.post("/workflows/offer/migrate", {**plan, "dry_run": False})["job"]
    platform.quiet()
    assert tenant.api.get(f"/jobs/{job}")["counts"]["moved"] == len(MACHINE) + len(PARKED)
    platform.run(2 * 86400)
    assert tenant.states("offer") == {"completed": len(MACHINE) + len(PARKED)}
    assert mailed(tenant) == {"second_offer": {*MACHINE, *PARKED}}
    told = tenant.api.get(f"/workflows/offer/explain/{MACHINE[0]}")["journeys"][0]
    assert told["version"] == 2


def test_contacts_stay_in_their_version(platform: Platform, tenant: Tenant):
    begun(tenant)
    tenant.publish(drawing("rest", "second_offer"), in_flight="drain")
    new = ["new@people.example"]
    tenant.start("offer", new)
    platform.run(2 * 86400)
    assert mailed(tenant) == {"first_offer": {*MACHINE, *PARKED}, "second_offer": set(new)}


def test_contacts_are_ended_and_an_old_version_comes_back(platform: Platform, tenant: Tenant):
    begun(tenant)
    tenant.publish(drawing("rest", "second_offer"), in_flight="eject")
    platform.quiet()
    assert tenant.states("offer") == {"ejected": len(MACHINE) + len(PARKED)}
    back = tenant.api.post("/workflows/offer/rollback", {"to": 1})
    assert back["version"] == 3
    assert tenant.api.get("/workflows/offer/versions/3")["rolled_back_from"] == 1
    tenant.start("offer", ["new@people.example"])
    platform.run(2 * 86400)
    assert mailed(tenant) == {"first_offer": {"new@people.example"}}
