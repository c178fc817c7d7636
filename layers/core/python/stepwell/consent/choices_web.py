"""Answers the requests of the preference centre and of double opt-in, told apart from any HTTP server.

A GET never changes anything: mail scanners follow links.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from stepwell.consent.centre import Centre
from stepwell.consent.choosing import OLD_LINK, Choices
from stepwell.consent.pages import language
from stepwell.consent.preference_pages import choices_page, confirm_page, headers_of, words_of
from stepwell.consent.web import LONGEST_BODY, Answer, bad_page
from stepwell.contracts.links import read_confirmation
from stepwell.errors import InvalidInput, Unavailable

PREFERENCES, CONFIRM = "/preferences/", "/confirm/"


def asked(path: str) -> bool:
    """Tell whether a path is one of these pages'."""
    return path.startswith((PREFERENCES, CONFIRM))


def answer_choices(
    choices: Choices,
    method: str,
    path: str,
    body: bytes,
    accept_language: str,
    lang: str,
    ip: str,
) -> Answer:
    """Answer one request.

    Args:
        choices: What links stand for.
        method: HTTP method; only a POST changes anything.
        path: The whole path; its last part is the link's token.
        body: The form.
        accept_language: Header.
        lang: Language asked for in the query.
        ip: Whence it came; kept with the proofs of what is changed.
    """
    spoken = language(accept_language, lang)
    if method not in ("GET", "HEAD", "POST"):
        return Answer(405, "", {"Allow": "GET, HEAD, POST"}, "refused")
    token = path.rstrip("/").rpartition("/")[2]
    shown: Callable[..., Answer] = _confirm if path.startswith(CONFIRM) else _choose
    try:
        return shown(choices, method, token, body[:LONGEST_BODY], spoken, ip)
    except InvalidInput as error:
        return bad_page("old" if error.code == OLD_LINK else "bad", 404, spoken)
    except Unavailable:
        return bad_page("down", 503, spoken)


def _choose(choices: Choices, method: str, token: str, body: bytes, lang: str, ip: str) -> Answer:
    standing = choices.standing(token)
    if method != "POST":
        return _page(choices_page(standing, lang), standing.centre, lang, "shown")
    fields = dict(parse_qsl(body.decode("utf-8", "replace")))
    action = fields.pop("action", "")
    if action in ("access", "erasure"):
        choices.request(token, action)
        return _page(choices_page(standing, lang, "asked"), standing.centre, lang, "asked")
    words = words_of(standing, lang)
    if action == "nothing":
        fields = {"limit": standing.limit} | {
            f"topic.{name}": "on" for name, on in standing.topics.items() if on
        }
    elif action != "save":
        raise InvalidInput("The form says nothing.", code="bad_form")
    saved = choices.save(token, fields, words, ip)
    return _page(choices_page(saved, lang, "saved"), saved.centre, lang, "saved")


def _confirm(choices: Choices, method: str, token: str, body: bytes, lang: str, ip: str) -> Answer:
    del body
    sender = choices.confirming(token)
    centre = choices.ports.centre(read_confirmation(token, choices.ports.keys).tenant)
    if method != "POST":
        return _page(confirm_page(centre, sender, lang), centre, lang, "shown")
    choices.confirm(token, ip)
    return _page(confirm_page(centre, sender, lang, done=True), centre, lang, "confirmed")


def _page(body: str, centre: Centre, lang: str, did: str) -> Answer:
    return Answer(200, body, {**headers_of(centre), "Content-Language": lang}, did)
