"""The SES mailer against moto, and against a wire that misbehaves: what is known of each message."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
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
