"""Shapes of LinkedIn's answers, and how Rest.li writes queries."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from local.enrichment import Said
from local.outbox import Message
from local.providers.world import BY_ID, Someone

NETWORK = "linkedin"
ORGANIZATION = "urn:li:organization:1337"


def error(status: int, code: str, message: str, number: int = 0) -> Said:
    """Return an error of LinkedIn."""
    told: dict[str, Any] = {"status": status, "code": code, "message": message}
    return Said(status, told | ({"serviceErrorCode": number} if number else {}))


def fated(fate: str) -> Said | None:
    """Return the refusal that a post's fate is; None: it is taken."""
    match fate:
        case "busy":
            return error(
                429,
                "TOO_MANY_REQUESTS",
                "Resource level throttle APPLICATION_AND_MEMBER DAY limit reached",
                101,
            )
        case "broken":
            return error(500, "INTERNAL_SERVER_ERROR", "Internal Server Error")
        case "refused":
            return error(422, "INVALID_CONTENT", "The post breaks a rule.")
        case "expired":
            return error(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65_602)
    return None


def query_of(text: str) -> dict[str, Any]:
    """Read a query as Rest.li 2.0 writes it: lists as ``List(a,b)``."""
    found: dict[str, Any] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if value.startswith("List(") and value.endswith(")"):
            found[unquote(name)] = [unquote(one) for one in value[5:-1].split(",") if one]
        else:
            found[unquote(name)] = unquote(value)
    return found


def listed(found: list[dict[str, Any]], query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of a finder."""
    start, size = int(query.get("start") or 0), int(query.get("count") or 10)
    paging = {"start": start, "count": size, "total": len(found), "links": []}
    return {"elements": found[start : start + size], "paging": paging}


def post_of(one: Message) -> dict[str, Any]:
    """Show a post."""
    return {
        "id": one.id,
        "author": one.request["account"],
        "commentary": one.request["commentary"],
        "content": one.request["content"],
        "createdAt": int(one.at * 1000),
        "publishedAt": int(one.at * 1000),
        "visibility": "PUBLIC",
        "lifecycleState": "PUBLISHED",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": one.request["targeting"]},
    }


def statistics(one: Message) -> dict[str, Any]:
    """Count what people did with a post."""
    likes, comments = len(one.request["likes"]), len(one.request["comments"])
    seen = 30 * (1 + likes + comments + one.request["shares"])
    told = {
        "impressionCount": seen,
        "uniqueImpressionsCount": seen // 2,
        "likeCount": likes,
        "commentCount": comments,
        "shareCount": one.request["shares"],
        "clickCount": likes,
        "engagement": 0.1,
    }
    return {"organizationalEntity": one.request["account"], "share": one.id, "totalShareStatistics": told}


def notification(source: str, action: str, made: Mapping[str, Any] | None, at: float) -> dict[str, Any]:
    """Tell what somebody did."""
    told: dict[str, Any] = {
        "notificationId": zlib.crc32(f"{source}{action}{made['id'] if made else at}".encode()),
        "organizationalEntity": ORGANIZATION,
        "action": action,
        "sourcePost": source,
        "lastModifiedAt": int(at * 1000),
        "subscriber": "urn:li:person:admin",
    }
    if made is not None:
        author = str(made["author"])
        owner = f"urn:li:person:{author}" if author in BY_ID else author
        entity = {"entity": made["id"], "owner": owner, "text": made["text"]}
        if action == "COMMENT":
            entity["object"] = source
        told["generatedActivity"] = made["id"]
        told["decoratedGeneratedActivity"] = {"comment" if action == "COMMENT" else "share": entity}
    return told


QUESTIONS = ("FIRST_NAME", "LAST_NAME", "EMAIL")


def form_of(id_: str) -> dict[str, Any]:
    """Show a lead form: what its questions mean."""
    questions = [
        {"questionId": number, "name": f"question-{number}", "predefinedField": field}
        for number, field in enumerate(QUESTIONS, 1)
    ]
    return {
        "id": int(id_),
        "name": "Newsletter",
        "owner": {"organization": ORGANIZATION},
        "state": "PUBLISHED",
        "content": {"questions": questions},
    }


def lead_of(number: str, author: Someone, at: float) -> dict[str, Any]:
    """Show a filled-in lead form."""
    first, _, last = author.name.partition(" ")
    answers = enumerate((first, last, author.email), 1)
    return {
        "id": number,
        "owner": {"organization": ORGANIZATION},
        "submittedAt": int(at * 1000),
        "submitter": f"urn:li:person:{author.id}",
        "leadType": "COMPANY",
        "testLead": False,
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:600001,1)",
        "formResponse": {
            "answers": [
                {
                    "questionId": number_,
                    "name": f"question-{number_}",
                    "answerDetails": {"textQuestionAnswer": {"answer": value}},
                }
                for number_, value in answers
            ],
            "consentResponses": [{"consentId": 1, "accepted": True}],
        },
    }
