"""SendGrid's and Mailgun's mailers on a wire that misbehaves: what is known of each message."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import urllib3
from stepwell.adapters import mailgun_mailer, sendgrid_mailer
from stepwell.adapters.mailgun_mailer import MailgunMailer
from stepwell.adapters.provider_http import ProviderHttp, address_of
from stepwell.adapters.sendgrid_mailer import SendGridMailer
from stepwell.channels.email_options import MailgunOptions, SendGridOptions
from stepwell.channels.ports import ProviderParts
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.messages import Email
from stepwell.errors import NotReady, OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable

from tests.unit.sources.calls import NOW

EMAIL = Email(
    to="ada@example.com",
    sender="=?utf-8?q?Gr=C3=BCner_Shop?= <shop@example.com>",
    reply_to="Help <help@example.com>",
    subject="Grüße",
    text="Hi",
    html='<p>Hi ü <a ses:tags="link:x;position:1;" href="https://x.example/">go</a></p>',
    headers={
        "List-Unsubscribe": "<https://x.example/u/t>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
    tags={"tenant": "acme", "workflow": "welcome", "visit": "v1", "tag": "news"},
)
HTML = '<p>Hi ü <a href="https://x.example/">go</a></p>'
Answer = Callable[[BaseHTTPRequestHandler], None]


def pool(read_s: float = 1.0) -> ProviderHttp:
    timeout = urllib3.Timeout(connect=0.5, read=read_s)
    return ProviderHttp("it", urllib3.PoolManager(timeout=timeout, retries=False))


def mailer(kind: str, url: str, read_s: float = 1.0) -> Any:
    if kind == "sendgrid":
        return SendGridMailer("SG.key", url, http=pool(read_s), wall=lambda: 1_000.0)
    return MailgunMailer("key-1", "mg.shop.example", url, http=pool(read_s))


@contextmanager
def wire(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append({"path": self.path, "headers": dict(self.headers), "body": body})
            answer(self)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def reply(status: int, body: bytes | dict[str, Any] = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)

    return answer


def test_what_goes_to_sendgrid() -> None:
    with wire(reply(202, x_message_id="14c5d75ce93")) as (url, seen):
        assert mailer("sendgrid", url).send(EMAIL) == "14c5d75ce93"
    (request,) = seen
    assert (request["path"], request["headers"]["authorization"]) == ("/v3/mail/send", "Bearer SG.key")
    told = json.loads(request["body"])
    assert told["personalizations"] == [
        {"to": [{"email": "ada@example.com"}], "custom_args": dict(EMAIL.tags)}
    ]
    assert told["from"] == {"email": "shop@example.com", "name": "Grüner Shop"}
    assert told["reply_to"] == {"email": "help@example.com", "name": "Help"}
    assert told["subject"] == "Grüße"
    assert told["content"] == [{"type": "text/plain", "value": "Hi"}, {"type": "text/html", "value": HTML}]
    assert told["headers"] == dict(EMAIL.headers)
    assert told["categories"] == ["acme", "welcome", "news"]
    assert told["tracking_settings"]["subscription_tracking"] == {"enable": False}
    assert "mail_settings" not in told


def test_what_goes_to_mailgun() -> None:
    with wire(reply(200, {"id": "<1.AB@mg.shop.example>", "message": "Queued. Thank you."})) as (url, seen):
        assert mailer("mailgun", url).send(EMAIL) == "1.AB@mg.shop.example"
    (request,) = seen
    assert request["path"] == "/v3/mg.shop.example/messages"
    assert request["headers"]["authorization"] == "Basic YXBpOmtleS0x"
    head = f"Content-Type: {request['headers']['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + request["body"], policy=policy.HTTP)
    fields: dict[str, list[str]] = {}
    for part in form.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        fields.setdefault(name, []).append(part.get_payload(decode=True).decode())
    assert fields["from"] == ['"Grüner Shop" <shop@example.com>']
    assert fields["to"] == ["ada@example.com"]
    assert (fields["subject"], fields["text"], fields["html"]) == (["Grüße"], ["Hi"], [HTML])
    assert fields["h:Reply-To"] == ['"Help" <help@example.com>']
    assert fields["h:List-Unsubscribe"] == ["<https://x.example/u/t>"]
    assert fields["h:List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    assert {k: v for k, v in fields.items() if k.startswith("v:")} == {
        f"v:{name}": [value] for name, value in EMAIL.tags.items()
    }
    assert fields["o:tag"] == ["welcome", "news"]
    assert (fields["o:tracking-opens"], fields["o:tracking-clicks"]) == (["yes"], ["htmlonly"])


_ERRORS = {"errors": [{"message": "no", "field": "from.email", "help": None}]}


@pytest.mark.parametrize(
    ("kind", "status", "body", "expected", "code"),
    [
        ("sendgrid", 400, _ERRORS, ProviderRejected, "provider_rejected"),
        ("sendgrid", 401, _ERRORS, ProviderRejected, "account_refused"),
        ("sendgrid", 403, _ERRORS, ProviderRejected, "account_refused"),
        ("sendgrid", 413, _ERRORS, ProviderRejected, "provider_rejected"),
        ("sendgrid", 429, _ERRORS, Throttled, "throttled"),
        ("sendgrid", 503, _ERRORS, Unavailable, "provider_unavailable"),
        ("sendgrid", 503, b"<html>upstream</html>", OutcomeUnknown, "outcome_unknown"),
        ("sendgrid", 500, _ERRORS, OutcomeUnknown, "outcome_unknown"),
        ("sendgrid", 302, b"", OutcomeUnknown, "outcome_unknown"),
        (
            "mailgun",
            400,
            {"message": "from parameter is not a valid address"},
            ProviderRejected,
            "provider_rejected",
        ),
        ("mailgun", 401, b"Forbidden", ProviderRejected, "account_refused"),
        ("mailgun", 403, {"message": "Domain is not allowed to send"}, ProviderRejected, "account_refused"),
        ("mailgun", 404, {"message": "Domain not found"}, ProviderRejected, "account_refused"),
        ("mailgun", 429, {"message": "Too many requests"}, Throttled, "throttled"),
        ("mailgun", 500, {"message": "Internal Server Error"}, OutcomeUnknown, "outcome_unknown"),
        ("mailgun", 502, b"", OutcomeUnknown, "outcome_unknown"),
    ],
)
def test_answers(kind: str, status: int, body: Any, expected: type[StepwellError], code: str) -> None:
    with wire(reply(status, body)) as (url, seen), pytest.raises(StepwellError) as told:
        mailer(kind, url).send(EMAIL)
    assert (type(told.value), told.value.code) == (expected, code)
    assert len(seen) == 1
    assert "ada" not in f"{told.value.message}{told.value.details}"


@pytest.mark.parametrize("kind", ["sendgrid", "mailgun"])
def test_a_limit_says_when_it_ends(kind: str) -> None:
    with wire(reply(429, retry_after="17")) as (url, _), pytest.raises(Throttled) as told:
        mailer(kind, url).send(EMAIL)
    assert told.value.retry_after_s == 17
    with wire(reply(429, x_ratelimit_reset="1030")) as (url, _), pytest.raises(Throttled) as told:
        mailer("sendgrid", url).send(EMAIL)
    assert told.value.retry_after_s == 30


@pytest.mark.parametrize("kind", ["sendgrid", "mailgun"])
def test_whoever_says_yes_has_it(kind: str) -> None:
    with wire(reply(202 if kind == "sendgrid" else 200, b"not json")) as (url, _):
        assert mailer(kind, url).send(EMAIL) == ""


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def say_nothing(handler: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(1.0)
    hang_up(handler)


@pytest.mark.parametrize("kind", ["sendgrid", "mailgun"])
@pytest.mark.parametrize("answer", [hang_up, say_nothing])
def test_no_answer_is_no_refusal_and_nothing_is_repeated(kind: str, answer: Answer) -> None:
    with wire(answer) as (url, seen), pytest.raises(OutcomeUnknown):
        mailer(kind, url, read_s=0.3).send(EMAIL)
    assert len(seen) == 1


@pytest.mark.parametrize("kind", ["sendgrid", "mailgun"])
def test_who_is_not_reached_has_nothing(kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable):
        mailer(kind, f"http://127.0.0.1:{port}").send(EMAIL)
    with pytest.raises(Unavailable):
        mailer(kind, "http://no-such-host.invalid").send(EMAIL)


def test_plain_mail_has_no_empty_parts() -> None:
    plain = replace(EMAIL, html="", reply_to="", headers={}, tags={}, text="")
    told = sendgrid_mailer.request_of(plain)
    assert told["content"] == [{"type": "text/plain", "value": " "}]
    assert {"reply_to", "headers", "categories"} & told.keys() == set()
    assert dict(mailgun_mailer.fields_of(plain)).keys() == {"from", "to", "subject", "text"}


def parts(options: Any, *, local: bool = False) -> ProviderParts:
    clock = ManualClock(NOW)
    return ProviderParts(
        tenant="acme",
        provider="p",
        options=options,
        secrets={"api_key": "k"},
        clock=clock,
        http=None,
        local=local,
    )


def test_keys_go_to_the_provider_or_to_a_stand_in_of_the_local_cloud() -> None:
    with wire(reply(202)) as (url, seen):
        sendgrid_mailer.made(
            parts(SendGridOptions(address=url, sandbox=True, ip_pool="warm"), local=True)
        ).send(EMAIL)
        told = json.loads(seen[0]["body"])
        assert told["mail_settings"] == {"sandbox_mode": {"enable": True}}
        assert told["ip_pool_name"] == "warm"
        options = MailgunOptions(address=url, domain="mg.shop.example", region="eu", test_mode=True)
        with pytest.raises(OutcomeUnknown):
            mailgun_mailer.made(parts(options, local=True)).send(EMAIL)
        assert b'name="o:testmode"' in seen[1]["body"]
        with pytest.raises(NotReady):
            mailgun_mailer.made(parts(options))
    with pytest.raises(NotReady):
        address_of("https://api.sendgrid.com", "https://evil.example", local=True)
    assert address_of("https://api.sendgrid.com", "", local=False) == "https://api.sendgrid.com"
