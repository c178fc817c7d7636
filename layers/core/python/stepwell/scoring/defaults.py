"""The scoring models that a workspace begins with; `lead` has the weights of the specification (section 4.1).

Its low threshold is its base: 100 is where everybody stands of whom nothing is known, so everybody is in the
band `low` from the start and is told of only when the score moves: up to `medium` and `high`, back down to
`low`, or below 100 by an unsubscription. By decay alone a score comes back to 100, never below.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from stepwell.scoring.model import ScoringModel, read_model

EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
"""When the defaults were made."""


def _page(name: str, points: float, where: str) -> dict[str, Any]:
    return {"id": name, "group": "page_views", "event": "page_view", "where": where, "points": points}


def _form(name: str, points: float, *types: str) -> dict[str, Any]:
    listed = ", ".join(f'"{one}"' for one in (name, *types))
    where = f"event.form_type in [{listed}]"
    return {
        "id": name, "group": "form_interactions", "event": "form_submission", "where": where, "points": points
    }  # fmt: skip


def _download(name: str, points: float, *types: str) -> dict[str, Any]:
    listed = ", ".join(f'"{one}"' for one in (name, *types))
    return {
        "id": name,
        "group": "content_downloads",
        "event": "download",
        "where": f'event.content_type in [{listed}] or event.href contains "{types[0]}"',
        "points": points,
    }


def _mail(name: str, event: str, points: float) -> dict[str, Any]:
    return {"id": name, "group": "email_engagement", "event": event, "points": points}


# The SDK tells the path apart; other clients send the address only.
_HOME = (
    'event.path in ["/", "/index.html", "/home"]'
    ' or event.url matches "http*://*" and not event.url matches "http*://*/?*"'
)
_PATHS = (
    ("homepage", 5.0, _HOME),
    ("pricing_page", 15.0, 'event.url contains "/pricing" or event.path starts with "/pricing"'),
    ("product_demo", 25.0, 'event.url contains "/demo" or event.path starts with "/demo"'),
    (
        "case_studies",
        10.0,
        'event.url contains "/case-stud" or event.url contains "/customers/" or event.path starts with "/case-stud"',
    ),
    ("blog_posts", 3.0, 'event.url contains "/blog/" or event.path starts with "/blog/"'),
)

LEAD: dict[str, Any] = {
    "id": "lead",
    "name": "Lead score",
    "subject": "lead",
    "base_score": 100,
    "minimum_score": 0,
    "maximum_score": 1000,
    "decay_rate": 0.95,
    "rules": [
        *(_page(*one) for one in _PATHS),
        _mail("open_rate", "email_opened", 2),
        _mail("click_rate", "email_clicked", 10),
        _mail("reply_rate", "email_replied", 25),
        _mail("unsubscribes", "email_unsubscribed", -50),
        _form("newsletter_signup", 20, "newsletter"),
        _form("contact_form", 50, "contact"),
        _form("demo_request", 100, "demo"),
        _form("trial_signup", 200, "trial"),
        _download("whitepapers", 30, "whitepaper"),
        _download("guides", 20, "guide"),
        _download("templates", 15, "template"),
        _download("webinars", 40, "webinar"),
    ],
    "bands": [
        {
            "id": "low",
            "threshold": 100,
            "actions": ["educational_sequence", "newsletter", "re_engagement"],
            "notification": "marketing_team_weekly",
        },
        {
            "id": "medium",
            "threshold": 300,
            "actions": ["nurture_sequence", "content_sequence", "demo_offer"],
            "notification": "sales_team_daily",
        },
        {
            "id": "high",
            "threshold": 500,
            "actions": ["immediate_sales_handoff", "executive_outreach", "premium_content"],
            "notification": "sales_team_immediate",
        },
    ],
}


def default_models() -> list[ScoringModel]:
    """Return the models of a new workspace."""
    return [read_model(LEAD)]


@cache
def default_rules() -> dict[str, Any]:
    """Return the default models as the pass compiles them; the same object each time."""
    return {
        model.id: {"version": 1, "model": model.model_dump(mode="json"), "before": {}}
        for model in default_models()
    }
