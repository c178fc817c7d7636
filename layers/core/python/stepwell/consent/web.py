"""Answers the requests behind unsubscribe links, told apart from any HTTP server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from stepwell.consent.pages import headers, language, page
from stepwell.consent.unsubscribe import Standing, Subscriptions
from stepwell.errors import InvalidInput, Unavailable

LONGEST_BODY = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    Attributes:
        status: Status code.
        body: Page.
        headers: Response headers.
        did: ``shown``, ``unsubscribed``, ``resubscribed``, ``refused`` or ``failed``; for the log line.
    """

    status: int
    body: str
    headers: Mapping[str, str]
    did: str


def answer(
    subscriptions: Subscriptions, method: str, token: str, body: bytes, accept_language: str, lang: str
) -> Answer:
    """Answer one request.

    Args:
        subscriptions: What links stand for.
        method: HTTP method; only a POST changes anything.
        token: The path's last part.
        body: Form: RFC 8058's ``List-Unsubscribe=One-Click`` (also as multipart), or the page's `action`.
        accept_language: Header.
        lang: Language asked for in the query.
    """
    spoken = language(accept_language, lang)
    try:
        if method in ("GET", "HEAD"):
            standing = subscriptions.standing(token)
            return _page(200, "ask" if standing.subscribed else "out", spoken, "shown", standing, token)
        if method != "POST":
            return Answer(405, "", {"Allow": "GET, HEAD, POST"}, "refused")
        # The link's signature says who may; whatever the form looks like, a POST means it.
        if b"action=resubscribe" in body[:LONGEST_BODY]:
            return _page(200, "in", spoken, "resubscribed", subscriptions.resubscribe(token))
        how = "page" if _action(body) else "one_click"
        return _page(200, "out", spoken, "unsubscribed", subscriptions.unsubscribe(token, how))
    except InvalidInput:
        return _page(404, "bad", spoken, "refused")
    except Unavailable:
        return _page(503, "down", spoken, "failed")


def bad_page(kind: str, status: int, lang: str) -> Answer:
    """Return the page of a link that does not work (``bad``) or holds no more (``old``), or of our fault (``down``)."""
    return _page(status, kind, lang, "failed" if kind == "down" else "refused")


def _action(body: bytes) -> str:
    fields = parse_qs(body[:LONGEST_BODY].decode("utf-8", "replace"))
    return fields.get("action", [""])[0]


def _page(
    status: int, kind: str, lang: str, did: str, standing: Standing | None = None, token: str = ""
) -> Answer:
    choices = f"/preferences/{token}" if token else ""
    if standing is None:
        return Answer(status, page(kind, lang), {**headers(), "Content-Language": lang}, did)
    body = page(
        kind,
        lang,
        sender=standing.sender,
        theme=standing.theme,
        choices=choices,
        channel=standing.opt_out.channel,
    )
    return Answer(status, body, {**headers(standing.theme), "Content-Language": lang}, did)
