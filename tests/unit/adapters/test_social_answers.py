"""What the networks answer, read: texts as they were written, refusals for what they are, addresses of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.adapters import facebook_reading, instagram_reading, linkedin_reading
from stepwell.adapters.linkedin_rest import LinkedInRest, little, plain
from stepwell.adapters.media_files import type_of
from stepwell.adapters.meta_graph import Graph, moment
from stepwell.adapters.provider_http import Answer
from stepwell.adapters.social_http import (
    Means,
    SocialHttp,
    form_bytes,
    insist_host,
    joined,
    multipart,
    same_text,
)
from stepwell.adapters.x_answers import error_of, full_text, text_of
from stepwell.contracts.social import Account, Platform, SocialPost, TokenExpired, Tokens
from stepwell.errors import (
    AddressGone,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)
from stepwell.social.checking import written
from stepwell.social.ports import NetworkParts

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
TOKENS = Tokens("access")


class Pool:
    """Answers every request alike."""

    def __init__(self, status: int, body: Any = b"", headers: dict[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answer = SimpleNamespace(status=status, headers=headers or {}, data=data)
        self.asked: list[tuple[str, str]] = []

    def request(self, method: str, url: str, **_more: Any) -> Any:
        self.asked.append((method, url))
        return self.answer


def means(pool: Pool) -> Means:
    clock = SimpleNamespace(now=lambda: NOW)
    return Means(NetworkParts(platform=Platform.FACEBOOK, clock=clock, http=None), pool=pool)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=300))
def test_little_text_says_what_was_written(text: str) -> None:
    assert plain(little(text)) == text


def test_hashtags_are_hashtags_and_nothing_else_is() -> None:
    assert little("#Rust_1 & c# #1 (a@b)") == "{hashtag|\\#|Rust\\_1} & c\\# \\#1 \\(a\\@b\\)"
    assert (
        plain("Ask @[The Shop](urn:li:organization:1) about {hashtag|\\#|shoes}")
        == "Ask The Shop about #shoes"
    )


def test_texts_of_x_are_as_they_were_written() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://shop.example/?a=1&b=2"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/i/status/1/photo/1", "media_key": "3_1"},
    ]
    post = {"text": "1 &lt; 2 https://t.co/a https://t.co/b", "entities": {"urls": urls}}
    assert text_of(post) == "1 < 2 https://shop.example/?a=1&b=2"
    assert text_of({"text": "short…", "note_tweet": {"text": "A long text"}}) == "A long text"


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "code"),
    [
        (401, {"title": "Unauthorized"}, {}, TokenExpired, "token_expired"),
        (402, {"title": "CreditsDepleted"}, {}, NotReady, "credits"),
        (403, {"detail": "duplicate content."}, {}, ProviderRejected, "duplicate"),
        (403, {"type": "https://api.twitter.com/2/problems/client-forbidden"}, {}, NotReady, "right_missing"),
        (403, {"detail": "Not permitted"}, {}, ProviderRejected, "provider_rejected"),
        (404, {}, {}, AddressGone, "address_gone"),
        (429, {}, {"x-rate-limit-reset": str(int(NOW.timestamp()) + 90)}, Throttled, "throttled"),
        (503, b"<html>", {}, OutcomeUnknown, "outcome_unknown"),
        (302, b"", {}, OutcomeUnknown, "outcome_unknown"),
    ],
)
def test_refusals_of_x(
    status: int, body: Any, headers: dict[str, str], kind: type[StepwellError], code: str
) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = error_of(Answer(status, headers, data), SocialHttp("X"), NOW, acts=True)
    assert (type(found), found.code) == (kind, code)
    if isinstance(found, Throttled):
        assert found.retry_after_s == 90


def test_a_days_posts_used_up_is_a_day() -> None:
    reset = str(int(NOW.timestamp()) + 40_000)
    headers = {
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": reset,
        "x-rate-limit-reset": str(int(NOW.timestamp()) + 5),
    }
    found = error_of(Answer(429, headers, b""), SocialHttp("X"), NOW, acts=True)
    assert isinstance(found, Throttled)
    assert found.retry_after_s == 40_000


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ({"code": 190, "error_subcode": 463}, TokenExpired, "token_expired"),
        ({"code": 4}, Throttled, "throttled"),
        ({"code": 80001}, Throttled, "throttled"),
        ({"code": 9, "error_subcode": 2207042}, Throttled, "throttled"),
        ({"code": 9007, "error_subcode": 2207027}, Throttled, "throttled"),
        ({"code": 10}, NotReady, "right_missing"),
        ({"code": 200}, NotReady, "right_missing"),
        ({"code": 100, "error_subcode": 33}, AddressGone, "address_gone"),
        ({"code": 803}, AddressGone, "address_gone"),
        ({"code": 506}, ProviderRejected, "duplicate"),
        ({"code": 368}, ProviderRejected, "blocked"),
        ({"code": 2}, OutcomeUnknown, "outcome_unknown"),
        ({"code": 100}, ProviderRejected, "provider_rejected"),
        ({"code": 5, "is_transient": True}, OutcomeUnknown, "outcome_unknown"),
    ],
)
def test_refusals_of_meta(error: dict[str, Any], kind: type[StepwellError], code: str) -> None:
    graph = Graph("Facebook", means(Pool(400, {"error": {"message": "No", **error}})))
    with pytest.raises(StepwellError) as caught:
        graph.post("1/feed", "t", {"message": "Hi"})
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_what_only_reads_is_never_unknown() -> None:
    graph = Graph("Facebook", means(Pool(500, b"<html>")))
    with pytest.raises(Unavailable):
        graph.get("1", "t")


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"serviceErrorCode": 65602}, TokenExpired, "token_expired"),
        (401, {"serviceErrorCode": 100, "code": "ACCESS_DENIED"}, NotReady, "right_missing"),
        (403, {"code": "ACCESS_DENIED"}, NotReady, "right_missing"),
        (404, {}, AddressGone, "address_gone"),
        (422, {"code": "DUPLICATE_POST"}, ProviderRejected, "duplicate"),
        (422, {"message": "Too long"}, ProviderRejected, "provider_rejected"),
        (426, {"code": "NONEXISTENT_VERSION"}, NotReady, "api_version"),
        (500, b"", OutcomeUnknown, "outcome_unknown"),
    ],
)
def test_refusals_of_linkedin(status: int, body: Any, kind: type[StepwellError], code: str) -> None:
    with pytest.raises(StepwellError) as caught:
        LinkedInRest(means(Pool(status, body))).post("/rest/posts", TOKENS, {})
    assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.parametrize(("said", "seconds"), [("APPLICATION DAY limit", 6 * 3_600), ("Slow down", 60)])
def test_a_days_calls_at_linkedin_end_at_midnight(said: str, seconds: float) -> None:
    with pytest.raises(Throttled) as caught:
        LinkedInRest(means(Pool(429, {"message": said}))).post("/rest/posts", TOKENS, {})
    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize(
    "url",
    [
        "http://www.linkedin.com/dms-uploads/1",
        "https://linkedin.com.evil.example/1",
        "https://evil-linkedin.com/1",
        "https://127.0.0.1/1",
        "",
    ],
)
def test_uploads_go_to_the_network_itself(url: str) -> None:
    with pytest.raises(ProviderRejected):
        insist_host(url, "linkedin.com", local=False)
    assert insist_host("https://www.linkedin.com/dms-uploads/1", "linkedin.com", local=False)
    assert insist_host("http://127.0.0.1:4700/1", "linkedin.com", local=True)


@pytest.mark.parametrize("start", [b"", b"<html><body>....", b"MZ" + b"\0" * 14, b"%PDF-1.7 ......."])
def test_what_is_neither_image_nor_video_is_refused(start: bytes) -> None:
    with pytest.raises(ProviderRejected):
        type_of(start)


def test_forms_are_forms() -> None:
    assert (
        form_bytes({"a": "b c", "list": [1], "flag": False, "empty": ""}) == b"a=b+c&list=%5B1%5D&flag=false"
    )
    body, kind = multipart({"segment_index": "0"}, "media", b"\r\n--\0")
    mark = kind.partition("boundary=")[2].encode()
    assert body.count(b"--" + mark) == 3
    assert b"\r\n\r\n\r\n--\0\r\n" in body
    assert same_text("a  b\n", " a b")


def test_times_of_meta() -> None:
    assert moment("2026-11-23T18:00:00+0000") == moment(int(NOW.timestamp())) == NOW


def test_odd_answers_are_no_mentions() -> None:
    account = Account("a", Platform.LINKEDIN, "urn:li:organization:1", "Shop")
    assert linkedin_reading.mention_of(account, {"action": "LIKE"}) is None
    empty = Graph("Facebook", means(Pool(200, {"data": [{"comments": None}, 7]})))
    assert facebook_reading.read(empty, account, TOKENS, "comments", "") == ([], "")
    assert instagram_reading.read(empty, account, TOKENS, "comments", "") == ([], "")


@pytest.mark.parametrize("words", ["Hello", "Hello \n", "", "See https://shop.example/a now"])
def test_a_link_stands_where_the_preview_shows_it(words: str) -> None:
    post = SocialPost(text=words, link="https://shop.example/a")
    assert joined(post.text, post.link) == written(post, Platform.TWITTER)
    assert full_text(post) == joined(post.text, post.link)
