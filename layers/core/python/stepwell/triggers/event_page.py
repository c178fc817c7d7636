"""Writes the page of known events from their table; `python -m stepwell.triggers.event_page` prints it."""

from __future__ import annotations

import sys

from stepwell.contracts.event_catalogue import EVENT_GROUPS, EVENT_TYPES, EventType
from stepwell.contracts.events import PLATFORM_EVENTS

_HEADINGS = {
    "website": (
        "Website and app",
        "The browser client sends most of these by itself; see [events](events.md).",
    ),
    "email": (
        "E-mail",
        "Told by the provider, by signed links and by answers that came in; all but `email_forwarded` are the "
        "platform's own.",
    ),
    "sms": (
        "Text messages",
        "Told by the provider, by short links and by keywords; see [text messages](sms.md).",
    ),
    "push": (
        "Notifications",
        "Told by browsers, with a token that came with the notification; see [web push](web-push.md). The browser "
        "client sends `push_subscribed` and `push_unsubscribed`, and so may your app.",
    ),
    "social": ("Social", "From [webhooks](webhooks.md) of Meta and X, or from your own tools."),
    "ads": ("Ads", "From your own tools."),
    "offline": ("Offline", "From your own systems: CRM, shop, help desk, event tools."),
    "catalog": (
        "Catalog",
        "Changes of products and content, sent by your shop or CMS for each contact whom they concern.",
    ),
    "contact": ("Contact", "Derived from what is known of the contact; never sent by a client."),
}


def markdown() -> str:
    """Return the page."""
    lines = [
        "# Known events",
        "",
        "Made from `stepwell/contracts/event_catalogue.py`. Send what you like under any other name; these have a "
        "meaning, properties of a known type, which conditions are checked by, and synonyms. An event that comes "
        "under a synonym is stored and shown under the name in the table; conditions, triggers, sequences and "
        "scores understand both. Names marked * cannot be sent by clients. Properties without a type are texts.",
        "",
    ]
    for family, (title, about) in _HEADINGS.items():
        lines += [
            f"## {title}",
            "",
            about,
            "",
            "| event | when | properties | synonyms |",
            "|---|---|---|---|",
        ]
        lines += [_row(known) for known in EVENT_TYPES.values() if known.family == family]
        lines.append("")
    lines += [
        "## Groups",
        "",
        "Where a list of events is asked for (`behavioral_trigger`), these stand for several:",
        "",
        "| group | events |",
        "|---|---|",
        *(f"| `{name}` | {_names(events)} |" for name, events in EVENT_GROUPS.items()),
    ]
    return "\n".join(lines) + "\n"


def _row(known: EventType) -> str:
    own = " *" if known.name in PLATFORM_EVENTS else ""
    told = [
        f"`{name}`" + ("" if kind == "text" else f" ({'true or false' if kind == 'boolean' else kind})")
        for name, kind in known.properties.items()
    ]
    return f"| `{known.name}`{own} | {known.when} | {', '.join(told)} | {_names(known.synonyms)} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(markdown())
