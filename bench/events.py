"""The reference workload of the pass: what contacts do, as the stream carries it, and what a workspace makes of it.

Ten events of one contact to a request, as the SDKs batch them: page views with the page in the context, clicks,
e-mail opens, forms, purchases; one record in five begins with an identify call. The workspace has the default lead
model, ten segments of all kinds, twenty workflows with a condition each.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.conditions import parse, to_json
from stepwell.contracts.events import Event, EventBatch
from stepwell.scoring.defaults import LEAD
from stepwell.triggers.batches import encode

TENANT = "acme"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENTS = 10
_PATHS = ("/", "/pricing", "/blog/why", "/docs/start", "/customers/acme", "/demo", "/about")
_AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0 Safari/537.36"
)

SEGMENTS: Mapping[str, str] = {
    "active_7_days": "did(page_view, 7 days)",
    "buyers": "did(purchase)",
    "big_spenders": "count(purchase where total > 100, 90 days) >= 2",
    "lapsed": "did(purchase) and not did(purchase, 90 days)",
    "engaged": "engagement_score >= 0.5",
    "hot_leads": "lead_score >= 300",
    "pro_plan": 'plan == "pro"',
    "german": 'country == "DE" and did(page_view, 30 days)',
    "readers": "count(email_opened, 30 days) >= 3",
    "core": 'in segment "active_7_days" and in segment "engaged" and age >= 25',
}
NAMES = ("page_view", "purchase", "email_opened", "form_submission", "button_clicked")
# What twenty workflows ask of the event that starts them: the event, the contact, what it did before.
RULES: tuple[tuple[str, str], ...] = (
    ("page_view", 'event.path starts with "/pricing" and lead_score >= 990'),
    ("page_view", "count(page_view, 7 days) > 90"),
    ("page_view", 'event.path == "/demo" and plan != "pro"'),
    ("page_view", 'country in ["DE", "AT", "CH"] and event.path contains "/docs"'),
    ("page_view", "not did(purchase, 30 days) and count(page_view, 30 days) > 120"),
    ("page_view", "engagement_score > 0.99"),
    ("purchase", "event.total > 200"),
    ("purchase", "count(purchase) == 1"),
    ("purchase", 'event.total >= 140 and plan == "free"'),
    ("purchase", "count(purchase, 90 days) >= 60"),
    ("purchase", 'event.currency == "EUR" and age > 60'),
    ("email_opened", "count(email_opened, 7 days) > 60"),
    ("email_opened", 'in segment "big_spenders" and event.campaign == "winter"'),
    ("form_submission", 'event.form_type == "support"'),
    ("form_submission", 'lead_score >= 500 and plan == "enterprise"'),
    ("form_submission", "count(form_submission, 1 day) > 3"),
    ("button_clicked", 'event.label == "upgrade" and plan == "free"'),
    ("button_clicked", "count(button_clicked, 1 hour) > 10"),
    ("button_clicked", 'event.label ends with "later"'),
    ("button_clicked", "last_name exists and age < 18"),
)


def rules_document() -> dict[str, Any]:
    """Return the workspace's `RULES`: the lead model and ten segments."""
    segments = {name: {"id": name, "condition": to_json(parse(text))} for name, text in SEGMENTS.items()}
    return {"v": 1, "scores": {"lead": {"version": 1, "model": LEAD}}, "segments": segments}


def triggers_document() -> dict[str, Any]:
    """Return the workspace's `TRIGGERS`: twenty workflows."""
    workflows = {
        f"workflow_{number}": {
            "version": 1,
            "status": "active",
            "purpose": "marketing",
            "triggers": [{"node": "start", "events": [event], "where": [to_json(parse(text))]}],
            "entry_key": "",
            "filter": "",
            "exits": [],
            "exit_on_unsubscribe": True,
            "goals": [],
            "asks": ["total", "path", "form_type", "label", "currency"],
            "counts": list(NAMES),
        }
        for number, (event, text) in enumerate(RULES)
    }
    return {"v": 1, "workflows": workflows}


def records(people: int, seed: int, begin: datetime = START) -> Iterator[bytes]:
    """Yield one record of ten events a person, within the two hours from ``begin``."""
    draw = random.Random(seed)
    for person in range(people):
        at = begin + timedelta(seconds=draw.randrange(3600))
        events = []
        for number in range(EVENTS):
            at += timedelta(milliseconds=draw.randrange(500, 300_000))
            events.append(_event(draw, person, number, seed, at, identify=number == 0 and person % 5 == 0))
        yield encode(EventBatch(tenant=TENANT, events=tuple(events)))


def _event(
    draw: random.Random, person: int, number: int, seed: int, at: datetime, *, identify: bool
) -> Event:
    path = draw.choice(_PATHS)
    context = {
        "page": {"path": path, "url": f"https://shop.example{path}", "title": f"Shop {path}", "referrer": ""},
        "library": {"name": "analytics.js", "version": "2.11.1"},
        "userAgent": _AGENT,
        "locale": "de-DE",
        "timezone": "Europe/Berlin",
    }
    common: dict[str, Any] = {
        "message_id": f"ajs-next-{seed:04x}-{person:08x}-{number:04x}-7d2b4c90",
        "user_id": f"user-{person}",
        "anonymous_id": f"5f0c6a1e-{person:08x}-4b7e-9c3d",
        "context": context,
        "occurred_at": at,
        "received_at": at + timedelta(milliseconds=350),
        "source": "web",
    }
    if identify:
        traits = {
            "email": f"person{person}@shop.example",
            "firstName": "Ann",
            "lastName": f"Example{person % 97}",
            "plan": draw.choice(("free", "pro")),
            "country": draw.choice(("DE", "FR", "US")),
            "age": draw.randrange(18, 80),
        }
        return Event(kind="identify", name="identify", traits=traits, **common)
    name = draw.choices(NAMES, (5, 1, 2, 1, 2))[0]
    properties: Mapping[str, dict[str, Any]] = {
        "page_view": {"path": path, "url": f"https://shop.example{path}", "title": f"Shop {path}"},
        "purchase": {"total": draw.randrange(5, 150), "currency": "EUR", "order_id": f"o-{person}-{number}"},
        "email_opened": {"campaign": "spring"},
        "form_submission": {"form_type": draw.choice(("contact", "newsletter")), "form": "footer"},
        "button_clicked": {"label": draw.choice(("upgrade now", "more", "buy")), "id": "cta-1"},
    }
    return Event(
        kind="page" if name == "page_view" else "track", name=name, properties=properties[name], **common
    )
