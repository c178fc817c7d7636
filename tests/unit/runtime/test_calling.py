"""API calls of a cohort: what is sent, what is tried again, what an answer may change."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from stepwell.errors import Forbidden, LimitExceeded, OutcomeUnknown, StepwellError, Throttled, Unavailable
from stepwell.runtime.calling import call_apis
from stepwell.runtime.effects import EffectResult, HttpResponse
from stepwell.workflows.nodes.base import CallHttp

from tests.unit.runtime.kitchen import TENANT, Kitchen, person

URL = "https://api.example.com/x"


def run(kitchen: Kitchen, effect: CallHttp, count: int = 1, **context: Any) -> EffectResult:
    members = [kitchen.member(n) for n in range(count)]
    return call_apis(kitchen.context(**context), [(m, effect) for m in members])


def only(result: EffectResult) -> tuple[str, str]:
    ((outcome),) = result.outcomes.values()
    return outcome


def test_a_call_carries_body_headers_secret_and_idempotency_key() -> None:
    kitchen = Kitchen(api_hosts=("api.example.com",))
    kitchen.pages.secrets = {"orders": "s3cret"}
    headers = {
        "Authorization": "Bearer secret:orders",
        "X-Key": "secret:orders",
        "Host": "evil",
        "idempotency-key": "x",
    }
    assert only(run(kitchen, CallHttp("POST", URL, headers, {"a": "ä"}, timeout_s=4))) == ("success", "")
    (request,) = kitchen.wire.calls
    assert json.loads(request.body) == {"a": "ä"}
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.headers["X-Key"] == "s3cret"
    assert request.headers["Content-Type"] == "application/json"
    assert "Host" not in request.headers and "idempotency-key" not in request.headers
    assert request.headers["Idempotency-Key"] == kitchen.context().visit(kitchen.member())
    assert (request.timeout_s, request.hosts) == (4, ("api.example.com",))


def test_a_body_is_signed_with_its_time() -> None:
    kitchen = Kitchen()
    kitchen.pages.secrets = {"hook": "key"}
    run(kitchen, CallHttp("POST", URL, body={"a": 1}, sign="hook"))
    (request,) = kitchen.wire.calls
    time, _, mac = request.headers["Stepwell-Signature"].partition(",")
    at = time.removeprefix("t=")
    assert int(at) == int(kitchen.world.clock.now().timestamp())
    assert mac == "v1=" + hmac.new(b"key", at.encode() + b"." + request.body, hashlib.sha256).hexdigest()


def test_an_unknown_secret_fails_without_a_call() -> None:
    kitchen = Kitchen()
    assert only(run(kitchen, CallHttp("GET", URL, {"X": "secret:nope"}))) == ("failed", "unknown_secret")
    assert kitchen.wire.calls == []


@pytest.mark.parametrize(
    ("answer", "reason", "again"),
    [
        (HttpResponse(500, {}, b""), "http_500", True),
        (HttpResponse(503, {}, b""), "http_503", True),
        (HttpResponse(429, {}, b""), "http_429", True),
        (HttpResponse(404, {}, b""), "http_404", False),
        (HttpResponse(302, {"location": "http://169.254.169.254"}, b""), "http_302", False),
        (Unavailable("no"), "unreachable", True),
        (Throttled("slow", retry_after_s=90), "throttled", True),
        (OutcomeUnknown("?"), "no_answer", True),
        (Forbidden("no", code="private_address"), "private_address", False),
        (LimitExceeded("big", code="response_too_big"), "response_too_big", False),
    ],
)
def test_what_may_help_is_tried_again_by_the_nodes_policy(
    answer: HttpResponse | StepwellError, reason: str, again: bool
) -> None:
    kitchen = Kitchen()
    kitchen.wire.answers = [answer]
    result = run(kitchen, CallHttp("POST", URL), part=0)
    if not again:
        assert only(result) == ("failed", reason)
        return
    assert (list(result.later), result.outcomes) == ([kitchen.member().token.id], {})
    assert result.wait_s == (90 if reason == "throttled" else 30)
    assert run(kitchen, CallHttp("POST", URL), part=1).wait_s == (90 if reason == "throttled" else 60)
    assert only(run(kitchen, CallHttp("POST", URL), part=2)) == ("failed", reason)
    keys = {call.headers["Idempotency-Key"] for call in kitchen.wire.calls}
    assert len(keys) == 1


def test_a_receiver_may_ask_for_time() -> None:
    kitchen = Kitchen()
    kitchen.wire.answers = [HttpResponse(429, {"retry-after": "120"}, b"")]
    assert run(kitchen, CallHttp("POST", URL)).wait_s == 120
    kitchen.wire.answers = [HttpResponse(429, {"retry-after": "999999999"}, b"")]
    assert run(kitchen, CallHttp("POST", URL)).wait_s == 3_600


def test_listed_codes_replace_2xx() -> None:
    kitchen = Kitchen()
    kitchen.wire.answers = [HttpResponse(404, {}, b"")]
    assert only(run(kitchen, CallHttp("GET", URL, success=(404,)))) == ("success", "")
    kitchen.wire.answers = [HttpResponse(200, {}, b"")]
    assert only(run(kitchen, CallHttp("GET", URL, success=(404,)))) == ("failed", "http_200")


def test_an_answer_sets_fields() -> None:
    kitchen = Kitchen()
    kitchen.store([kitchen.member()])
    kitchen.wire.answers = [HttpResponse(200, {}, b'{"c": {"plans": [{"name": "pro"}], "n": 3}}')]
    effect = CallHttp(
        "GET", URL, save={"plan": "c.plans.0.name", "seats": "c.n", "gone": "c.x.y", "far": "c.plans.7"}
    )
    assert only(run(kitchen, effect)) == ("success", "")
    traits = kitchen.world.profiles.get(TENANT, [person(0)])[person(0)].traits
    assert (traits["plan"], traits["seats"]) == ("pro", 3)
    assert "gone" not in traits and "far" not in traits


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff", b"[" * 100_000, b'{"c": "' + b"x" * 2_000 + b'"}', b'{"c": NaN}']
)
def test_an_answer_that_is_no_good_fails(body: bytes) -> None:
    kitchen = Kitchen()
    kitchen.store([kitchen.member()])
    kitchen.wire.answers = [HttpResponse(200, {}, body)]
    assert only(run(kitchen, CallHttp("GET", URL, save={"c": "c"}))) == ("failed", "bad_response")


def test_a_field_that_cannot_be_saved_fails_that_contact() -> None:
    kitchen = Kitchen()
    kitchen.store([kitchen.member(1)])
    kitchen.wire.answers = [HttpResponse(200, {}, b'{"c": 1}')]
    result = run(kitchen, CallHttp("GET", URL, save={"c": "c"}), count=2)
    assert list(result.outcomes.values()) == [("failed", "not_found"), ("success", "")]


def test_threads_answer_for_everybody() -> None:
    kitchen = Kitchen()
    kitchen.at_once = 8
    result = run(kitchen, CallHttp("POST", URL), count=100)
    assert set(result.outcomes.values()) == {("success", "")}
    assert len(result.outcomes) == len(kitchen.wire.calls) == 100
