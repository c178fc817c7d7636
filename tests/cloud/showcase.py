"""A workspace that looks as if people worked in it: workflows with traffic, segments, contacts, a schedule, an import.

The traffic comes through the tracking API and the workflows run, on virtual time; nothing is written past them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import yaml
from segment.analytics.client import Client

from tests.cloud.graphs import delay, edge, mail, node, workflow
from tests.cloud.platform import ROOT, Tenant

HALF_A_DAY_S = 43_200
FIRST = ("Ada", "Grace", "Alan", "Mary", "Nils", "Barbara", "Jonas", "Lena", "Tim", "Ines", "Karl", "Sofia")
LAST = (
    "Lovelace",
    "Hopper",
    "Turing",
    "Keller",
    "Holm",
    "Liskov",
    "Brandt",
    "Vogel",
    "Marsh",
    "Costa",
    "Weber",
    "Rossi",
)
CITIES = {
    "Berlin": ("DE", "Europe/Berlin"),
    "Lyon": ("FR", "Europe/Paris"),
    "Boston": ("US", "America/New_York"),
}
OPENS, CLICKS, ORDERS, CARTS = 0.55, 0.22, 0.3, 0.35

WELCOME = workflow(
    "welcome_series",
    [
        node("signed_up", "event_trigger", event="Signed Up") | {"name": "Signs up"},
        mail("welcome", "welcome_email") | {"name": "Welcome"},
        node(
            "curious", "wait_until", ways=[{"name": "clicked", "event": "email_clicked"}], time_limit="2_days"
        )
        | {"name": "Clicks the welcome?"},
        mail("tour", "feature_tour") | {"name": "Feature tour"},
        mail("quick_win", "quick_win_setup") | {"name": "Quick win"},
        node("morning", "delay_action", duration="1_days", until="09:00") | {"name": "Next morning"},
        node("bought", "if_condition", condition='did("Order Completed", 14 days)')
        | {"name": "Bought already?"},
        node("loyal", "data_update", set={"lifecycle": "customer"}) | {"name": "Mark as customer"},
        mail("offer", "early_access") | {"name": "Early access"},
    ],
    [
        edge("signed_up", "welcome"),
        edge("welcome", "curious", "sent"),
        edge("curious", "tour", "clicked"),
        edge("curious", "quick_win", "timed_out"),
        edge("tour", "morning", "sent"),
        edge("quick_win", "morning", "sent"),
        edge("morning", "bought"),
        edge("bought", "loyal", "true"),
        edge("bought", "offer", "false"),
    ],
    reentry={"rule": "never"},
    goals=[{"event": "Order Completed", "ends": False}],
) | {
    "name": "Welcome series",
    "description": "Greets whoever signs up, and finds out who wants to know more.",
}

CART = workflow(
    "abandoned_cart",
    [
        node("left", "event_trigger", event="Cart Updated") | {"name": "Fills a basket"},
        node(
            "waits",
            "wait_until",
            ways=[{"name": "ordered", "event": "Order Completed"}],
            time_limit="4_hours",
        )
        | {"name": "Orders within 4 hours?"},
        mail("remind", "cart_reminder") | {"name": "Reminder"},
        delay("day", "1_days") | {"name": "One day"},
        mail("again", "second_purchase") | {"name": "Last call"},
        node("done", "exit") | {"name": "Ordered"},
    ],
    [
        edge("left", "waits"),
        edge("waits", "done", "ordered"),
        edge("waits", "remind", "timed_out"),
        edge("remind", "day", "sent"),
        edge("day", "again"),
    ],
    reentry={"rule": "any_time", "interval_minutes": 1440},
    goals=[{"event": "Order Completed", "ends": True}],
) | {
    "name": "Abandoned cart",
    "description": "Reminds of a basket after four hours, and once more a day later.",
}

LETTER = workflow(
    "weekly_letter",
    [
        node("monday", "time_based_trigger", schedule={"cron": "0 9 ? * MON *"}, time_zone="Europe/Berlin")
        | {"name": "Mondays at 9"},
        mail("letter", "newsletter") | {"name": "Newsletter"},
    ],
    [edge("monday", "letter")],
    reentry={"rule": "any_time", "interval_minutes": 60},
    frequency_caps=[{"channel": "email", "limit": 3, "per": "week"}],
) | {"name": "Weekly letter", "description": "Goes out every Monday at nine, Berlin time."}

LAUNCH = workflow(
    "spring_launch",
    [
        node("start", "time_based_trigger", schedule={"at": "2027-03-01T09:00"}, time_zone="Europe/Berlin")
        | {"name": "Launch day"},
        mail("teaser", "teaser") | {"name": "Teaser"},
        node("wait", "delay_action", duration="3_days") | {"name": "Three days"},
        node("keen", "if_condition", condition="did(email_clicked, 3 days)") | {"name": "Clicked?"},
        mail("access", "early_access") | {"name": "Early access"},
        node("look", "email_send") | {"name": "Behind the scenes"},
    ],
    [
        edge("start", "teaser"),
        edge("teaser", "wait", "sent"),
        edge("wait", "keen"),
        edge("keen", "access", "true"),
        edge("keen", "look", "false"),
    ],
) | {"name": "Spring launch", "description": "Three messages around the launch of the spring collection."}

SEGMENTS: tuple[dict[str, Any], ...] = (
    {"id": "engaged", "name": "Engaged readers", "condition": "did(email_opened, 30 days)"},
    {"id": "customers", "name": "Customers", "condition": 'did("Order Completed", 90 days)'},
    {"id": "german", "name": "In Germany", "condition": 'country = "DE"'},
    {
        "id": "big_spenders",
        "name": "Big spenders",
        "condition": 'count("Order Completed", 90 days) >= 2 and country in ["DE", "FR"]',
    },
)


def fill(tenant: Tenant, people: int, half_days: int) -> dict[str, str]:
    """Fills a workspace, and tells what there is to see in it.

    Args:
        tenant: An empty workspace.
        people: How many contacts sign up.
        half_days: Over how much time.
    """
    for file in sorted((ROOT / "statemachines/templates/messages").glob("*.yaml")):
        tenant.api.post("/templates", {"template": yaml.safe_load(file.read_text())})
    for segment in SEGMENTS:
        told = {"kind": "dynamic", "description": "Kept true by itself.", **segment}
        tenant.api.post("/segments", {"segment": told})
    tenant.api.post("/segments", {"segment": {"id": "fair", "name": "Guests of the fair", "kind": "static"}})
    for drawing in (WELCOME, CART, LETTER):
        tenant.publish(drawing)
    tenant.api.post("/workflows", {"workflow": LAUNCH})
    job = _import(tenant)
    _traffic(tenant, people, half_days)
    # A change that waits to be published, so that versions have something to compare.
    draft = tenant.api.get("/workflows/welcome_series")
    nodes = [n | {"name": "Warm welcome"} if n["id"] == "welcome" else n for n in draft["workflow"]["nodes"]]
    tenant.api.put(
        "/workflows/welcome_series", {"workflow": draft["workflow"] | {"nodes": nodes}, "rev": draft["rev"]}
    )
    return {
        "workflow": "welcome_series",
        "draft": "spring_launch",
        "contact": str(tenant.api.get(f"/contacts/{_address(1)}")["id"]),
        "segment": "engaged",
        "template": "welcome_email",
        "import": job,
    }


def _traffic(tenant: Tenant, people: int, half_days: int) -> None:
    """Visits, sign-ups, baskets and orders, and what people do with their mail; who does what is fixed."""
    errors: list[Any] = []
    client = Client(
        tenant.write_key,
        host=tenant.platform.address,
        gzip=True,
        upload_interval=0.05,
        on_error=lambda error, _: errors.append(error),
    )
    seen: set[str] = set()
    for moment in range(half_days):
        for number in range(people):
            came = int(_chance(number, "came") * half_days * 0.8)
            if came == moment:
                client.identify(f"u{number}", _traits(number))
                client.track(f"u{number}", "Signed Up", {"plan": ("free", "pro")[number % 2]})
            if came <= moment and _chance(number, moment, "visit") < 0.2:
                client.page(f"u{number}", "Pricing", properties={"url": "https://shop.example/pricing"})
            if came < moment and _chance(number, moment, "cart") < CARTS / 6:
                client.track(f"u{number}", "Cart Updated", {"cart_url": "https://shop.example/cart"})
            if came < moment and _chance(number, moment, "order") < ORDERS / 8:
                total = round(10 + 90 * _chance(number, moment, "total"), 2)
                client.track(
                    f"u{number}", "Order Completed", {"order_id": f"o{number}-{moment}", "total": total}
                )
        client.flush()
        tenant.platform.quiet()
        tenant.platform.run(HALF_A_DAY_S)
        _read(tenant, seen)
        tenant.platform.quiet()
    assert not errors


def _read(tenant: Tenant, seen: set[str]) -> None:
    for message in tenant.inbox():
        if message["id"] in seen:
            continue
        seen.add(message["id"])
        chance = _chance(message["to"][0], message["tags"].get("node", ""))
        act = "click" if chance < CLICKS else "open" if chance < OPENS else ""
        if act:
            httpx.post(
                f"{tenant.platform.cloud.endpoint}/_stepwell/inbox/{message['id']}/{act}", json={}, timeout=30
            )


def _import(tenant: Tenant) -> str:
    rows = [
        "E-mail,First name,City",
        *(f"guest{n}@people.example,{FIRST[n % 12]},Lyon" for n in range(40)),
        "nobody,,",
    ]
    body = "\n".join(rows).encode()
    made = tenant.api.post("/imports", {"name": "Guests of the fair.csv", "size": len(body)})
    httpx.put(made["upload"]["url"], content=body, timeout=60).raise_for_status()
    tenant.api.post(f"/imports/{made['id']}/preview", {})
    return str(made["id"])


def _traits(number: int) -> dict[str, Any]:
    city = list(CITIES)[number % len(CITIES)]
    country, zone = CITIES[city]
    return {
        "email": _address(number),
        "firstName": FIRST[number % 12],
        "lastName": LAST[number * 5 % 12],
        "city": city,
        "country": country,
        "time_zone": zone,
        **{
            f"{page}_url": f"https://shop.example/{page}"
            for page in ("shop", "order", "start", "cart", "tour")
        },
    }


def _address(number: int) -> str:
    return f"{FIRST[number % 12]}.{LAST[number * 5 % 12]}{number}@people.example".lower()


def _chance(*parts: object) -> float:
    told = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:4]) / 2**32
