"""Tells how an answer would be understood and routed, without a contact and without sending anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stepwell.conditions import Facts
from stepwell.contracts.clock import iso
from stepwell.replies.automatic import judge
from stepwell.replies.parsing import Incoming
from stepwell.replies.quotes import own_words
from stepwell.replies.routing import ReplyRules, route
from stepwell.replies.sentiment import sentiment
from stepwell.replies.wishes import wants_out


def tried(rules: ReplyRules, message: Incoming, now: datetime) -> dict[str, Any]:
    """Return what is seen in a message and which rule it would go by; conditions over contacts see an empty one."""
    kind, reason = judge(message)
    words = own_words(message.text)
    felt = sentiment(words)
    told: dict[str, Any] = {"reply_kind": kind, "subject": message.subject, "text": words}
    told |= {"sentiment": felt.label, "sentiment_score": felt.score, "language": felt.language}
    out = kind == "reply" and rules.unsubscribe and wants_out(message, words)
    told |= {"wants_out": True} if out else {}
    event = {"name": "email_replied", "type": "engagement", "timestamp": iso(now), "properties": told}
    rule = route(rules, Facts(profile={}, event=event), now) if kind == "reply" else None
    return {
        **told,
        "wants_out": out,
        "reason": reason,
        "sender": message.sender,
        "attachments": message.attachments,
        "rule": rule.id if rule else None,
        "forward": list(rule.forward) if rule else [],
    }
