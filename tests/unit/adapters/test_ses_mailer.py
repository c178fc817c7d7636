"""The SES mailer against moto, and against a wire that misbehaves: what is known of each message."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from stepwell.adapters.ses_bulk import batches
from stepwell.adapters.ses_mailer import SesMailer
from stepwell.contracts.messages import Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable

EMAIL = Email(
    to="ada@example.com",
    sender="Shop <shop@example.com>",
    reply_to="help@example.com",
    subject="Grüße",
    text="Hi",
    html="<p>Hi</p>",
    headers={
        "List-Unsubscribe": "<https://x.example/u/t>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
    tags={"tenant": "acme", "visit": "v1"},
    configuration_set="main",
)


def client_for(url: str, read_s: float = 1.0) -> Any:
    return boto3.client(
        "sesv2",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=read_s, connect_timeout=0.5),
    )


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def wire(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append({"path": self.path, **json.loads(body)})
            answer(self)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def reply(status: int, body: dict[str, Any], code: str = "") -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        payload = json.dumps(body).encode()
        handler.send_response(status)
        if code:
            handler.send_header("x-amzn-ErrorType", code)
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)

    return answer


def test_moto_takes_the_message() -> None:
    with mock_aws():
        ses = boto3.client("sesv2", region_name="us-east-1")
        ses.create_email_identity(EmailIdentity="shop@example.com")
        assert SesMailer(ses).send(EMAIL)
        assert len(ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages) == 1


def test_moto_refuses_an_unverified_sender() -> None:
    with mock_aws(), pytest.raises(ProviderRejected):
        SesMailer(boto3.client("sesv2", region_name="us-east-1")).send(EMAIL)


def test_what_goes_over_the_wire() -> None:
    with wire(reply(200, {"MessageId": "m-1"})) as (url, seen):
        assert SesMailer(client_for(url)).send(EMAIL) == "m-1"
    (request,) = seen
    assert request["path"] == "/v2/email/outbound-emails"
    assert request["FromEmailAddress"] == "Shop <shop@example.com>"
    assert request["Destination"] == {"ToAddresses": ["ada@example.com"]}
    assert request["ReplyToAddresses"] == ["help@example.com"]
    assert request["ConfigurationSetName"] == "main"
    assert request["EmailTags"] == [{"Name": "tenant", "Value": "acme"}, {"Name": "visit", "Value": "v1"}]
    simple = request["Content"]["Simple"]
    assert simple["Subject"] == {"Data": "Grüße", "Charset": "UTF-8"}
    assert simple["Body"]["Html"]["Data"] == "<p>Hi</p>"
    assert {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"} in simple["Headers"]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "MessageRejected", ProviderRejected),
        (400, "MailFromDomainNotVerifiedException", ProviderRejected),
        (400, "BadRequestException", ProviderRejected),
        (403, "AccessDeniedException", ProviderRejected),
        (404, "NotFoundException", ProviderRejected),
        (400, "SendingPausedException", ProviderRejected),
        (403, "ExpiredTokenException", Unavailable),
        (429, "TooManyRequestsException", Throttled),
        (400, "LimitExceededException", Throttled),
        (400, "ThrottlingException", Throttled),
        (500, "InternalServiceErrorException", OutcomeUnknown),
        (503, "ServiceUnavailable", OutcomeUnknown),
    ],
)
def test_each_answer_says_what_is_known_and_nothing_is_repeated(
    status: int, code: str, expected: type[StepwellError]
) -> None:
    with wire(reply(status, {"message": "no"}, code)) as (url, seen):
        with pytest.raises(expected) as caught:
            SesMailer(client_for(url)).send(EMAIL)
        assert type(caught.value) is expected
        assert len(seen) == 1
    assert "ada@example.com" not in str(caught.value)


def test_a_lost_answer_is_unknown_and_is_not_repeated() -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)

    release = threading.Event()
    for answer, read_s in ((hang_up, 1.0), (lambda _: release.wait(3) and None, 0.2)):
        with wire(answer) as (url, seen):
            with pytest.raises(OutcomeUnknown):
                SesMailer(client_for(url, read_s)).send(EMAIL)
            assert len(seen) == 1
            release.set()


def test_a_provider_out_of_reach_got_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(Unavailable):
        SesMailer(client_for(f"http://127.0.0.1:{port}")).send(EMAIL)


def test_a_message_that_is_none_is_refused() -> None:
    with wire(reply(200, {})) as (url, seen):
        broken = Email(to="a@b.example", sender="s@b.example", subject="s", text="t", tags={"x": None})  # type: ignore[dict-item]
        with pytest.raises(ProviderRejected):
            SesMailer(client_for(url)).send(broken)
        assert seen == []


def results(*statuses: str) -> dict[str, Any]:
    return {
        "BulkEmailEntryResults": [
            {"Status": status, "MessageId": f"m-{n}"} for n, status in enumerate(statuses)
        ]
    }


def told(found: list[str | StepwellError]) -> list[str]:
    return [one if isinstance(one, str) else type(one).__name__ for one in found]


def test_many_go_in_one_call_each_with_its_own_headers_and_tags() -> None:
    emails = [
        replace(
            EMAIL,
            to=f"p{n}@example.com",
            html="<p>{{x}}</p>",
            tags={"visit": f"v{n}"},
            headers={"X-N": str(n)},
        )
        for n in range(3)
    ]
    with wire(reply(200, results("SUCCESS", "SUCCESS", "SUCCESS"))) as (url, seen):
        assert SesMailer(client_for(url)).send_many(emails) == ["m-0", "m-1", "m-2"]
    (request,) = seen
    assert request["path"] == "/v2/email/outbound-bulk-emails"
    assert request["ReplyToAddresses"] == ["help@example.com"]
    assert request["ConfigurationSetName"] == "main"
    content = request["DefaultContent"]["Template"]["TemplateContent"]
    assert content == {"Subject": "{{{s}}}", "Text": "{{{t}}}", "Html": "{{{h}}}"}
    entry = request["BulkEmailEntries"][1]
    assert entry["Destination"] == {"ToAddresses": ["p1@example.com"]}
    assert entry["ReplacementTags"] == [{"Name": "visit", "Value": "v1"}]
    assert entry["ReplacementHeaders"] == [{"Name": "X-N", "Value": "1"}]
    data = json.loads(entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"])
    assert data == {"s": "Grüße", "t": "Hi", "h": "<p>{{x}}</p>"}


def test_each_entry_has_an_answer_of_its_own() -> None:
    statuses = {
        "SUCCESS": "m-0",
        "ACCOUNT_THROTTLED": "Throttled",
        "ACCOUNT_DAILY_QUOTA_EXCEEDED": "Throttled",
        "TRANSIENT_FAILURE": "Unavailable",
        "MESSAGE_REJECTED": "ProviderRejected",
        "ACCOUNT_SUSPENDED": "ProviderRejected",
        "INVALID_PARAMETER": "ProviderRejected",
        "SOMETHING_NEW": "OutcomeUnknown",
    }
    with wire(reply(200, results(*statuses))) as (url, _):
        found = SesMailer(client_for(url)).send_many([EMAIL] * (len(statuses) + 1))
    # SES said nothing of the last one: it may be out.
    assert told(found) == [*statuses.values(), "OutcomeUnknown"]
    assert [e.code for e in found if isinstance(e, ProviderRejected)] == [
        "provider_rejected",
        "account_refused",
        "provider_rejected",
    ]


def test_what_differs_goes_in_calls_of_its_own() -> None:
    big = replace(EMAIL, html="x" * 300_000)
    other = replace(EMAIL, sender="Other <other@example.com>")
    plain = replace(EMAIL, html="")
    emails = [EMAIL, other, EMAIL, plain, big, other, plain]
    with wire(reply(200, {**results("SUCCESS", "SUCCESS"), "MessageId": "m-alone"})) as (url, seen):
        found = SesMailer(client_for(url)).send_many(emails)
    assert told(found) == ["m-0", "m-0", "m-1", "m-0", "m-alone", "m-1", "m-1"]
    assert [len(request.get("BulkEmailEntries", [1])) for request in seen] == [2, 2, 2, 1]
    assert len(list(batches([EMAIL] * 120))) == 3
    assert SesMailer(client_for("http://127.0.0.1:1")).send_many([]) == []


def test_a_call_that_is_refused_as_a_whole_is_sent_one_by_one() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "bulk" in handler.path:
            reply(400, {"message": "no"}, "BadRequestException")(handler)
        else:
            reply(200, {"MessageId": "m-1"})(handler)

    with wire(answer) as (url, seen):
        assert SesMailer(client_for(url)).send_many([EMAIL, EMAIL]) == ["m-1", "m-1"]
    assert len(seen) == 3
    with wire(reply(400, {"message": "no"}, "SendingPausedException")) as (url, seen):
        assert told(SesMailer(client_for(url)).send_many([EMAIL] * 3)) == ["ProviderRejected"] * 3
    assert len(seen) == 1


def test_a_lost_answer_leaves_the_whole_call_unknown() -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)

    with wire(hang_up) as (url, seen):
        assert told(SesMailer(client_for(url)).send_many([EMAIL] * 3)) == ["OutcomeUnknown"] * 3
    assert len(seen) == 1
    with wire(reply(429, {"message": "no"}, "TooManyRequestsException")) as (url, seen):
        assert told(SesMailer(client_for(url)).send_many([EMAIL] * 3)) == ["Throttled"] * 3
