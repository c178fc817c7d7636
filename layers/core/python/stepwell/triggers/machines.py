"""Tells opens and clicks by machines from those by people, so that no condition is satisfied by a robot.

A small table, each row with its reason and where it is known from. It is versioned: an event carries the
version that judged it, so that a later, better table can be told apart in the history. When in doubt a row
needs two signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

TABLE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign of a machine.

    Attributes:
        id: Stable name, kept in the event as `machine_rule`.
        event: ``open``, ``click`` or ``any``.
        user_agent: Pattern that the user agent must match; None: any.
        within_s: Only this soon after sending; None: at any time.
        reason: Why it is a machine, and the source.
    """

    id: str
    event: str
    user_agent: re.Pattern[str] | None
    within_s: float | None
    reason: str


RULES: tuple[Rule, ...] = (
    Rule(
        "apple_mpp",
        "open",
        re.compile(r"^Mozilla/5\.0$"),
        None,
        "Apple Mail Privacy Protection loads all images through a proxy that calls itself just `Mozilla/5.0` "
        "(Apple, `Use Mail Privacy Protection`; seen by all large senders since 2021).",
    ),
    Rule(
        "google_prefetch",
        "open",
        re.compile(r"GoogleImageProxy|Edge/12\.246 Mozilla/5\.0$", re.IGNORECASE),
        10,
        "Gmail's image proxy serves people too; within seconds of sending it is the prefetch at delivery.",
    ),
    Rule(
        "yahoo_proxy",
        "open",
        re.compile(r"YahooMailProxy", re.IGNORECASE),
        10,
        "Yahoo's image proxy; within seconds of sending it is the prefetch at delivery.",
    ),
    Rule(
        "scanner",
        "any",
        re.compile(
            r"barracuda|mimecast|proofpoint|safelinks|trend ?micro|symantec|messagelabs|fireeye|forcepoint|"
            r"sophos|cloudmark|bitdefender|virustotal|urlscan|bingpreview|slackbot|skypeuripreview|"
            r"headlesschrome|phantomjs|python-requests|python-urllib|aiohttp|go-http-client|okhttp|curl/|wget/|"
            r"java/|libwww|\bbot\b|crawler|spider",
            re.IGNORECASE,
        ),
        None,
        "Security scanners, link previews and HTTP libraries that name themselves.",
    ),
    Rule(
        "instant_click",
        "click",
        None,
        5,
        "Mail gateways follow every link at delivery with a browser's user agent; a person does not click "
        "within five seconds of the send (M3AAWG, `Unexpected clicks`).",
    ),
    Rule(
        "instant_open",
        "open",
        None,
        1,
        "No mail is delivered, noticed and opened within a second of the send.",
    ),
    Rule(
        "no_user_agent",
        "click",
        re.compile(r"^\s*$"),
        None,
        "Every browser names itself; scanners often do not.",
    ),
)


def judge(event: str, user_agent: str, sent_at: datetime | None, at: datetime) -> str:
    """Return the id of the rule by which an open or click was made by a machine; empty: by a person.

    Args:
        event: ``open`` or ``click``.
        user_agent: As the provider reports it.
        sent_at: When the message was sent, if known.
        at: When it was opened or clicked.
    """
    elapsed = None if sent_at is None else (at - sent_at).total_seconds()
    for rule in RULES:
        if rule.event not in (event, "any"):
            continue
        if rule.within_s is not None and (elapsed is None or elapsed > rule.within_s):
            continue
        if rule.user_agent is None or rule.user_agent.search(user_agent):
            return rule.id
    return ""
