"""SendGrid's and Mailgun's mailers against their stand-ins, and the stand-ins driven by the providers' own clients."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from mailgun.client import Client as MailgunClient
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.mail import Mail as SendGridMail
from stepwell.adapters.mailgun_mailer import MailgunMailer
from stepwell.adapters.provider_http import ProviderHttp
from stepwell.adapters.sendgrid_mailer import SendGridMailer
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unauthenticated
from stepwell.sources.incoming import incoming
from stepwell.sources.language import Expression
from stepwell.sources.mapped import Delivered, events_of
from stepwell.sources.models import Webhook
from stepwell.sources.presets import PRESETS
from stepwell.sources.verify import verify

from local.outbox import Outbox
from local.providers.mailboxes import Mailboxes
from local.providers.mailgun import MailgunStandIn
from local.providers.phones import LostAnswerError
from local.providers.sendgrid import SendGridStandIn

NOW = 1_800_000_000.0
WHO = profile_id("acme", "user", "ann")
TAGS = {
    "tenant": "acme",
    "workflow": "welcome",
    "version": "3",
    "node": "mail",
    "enrollment": f"{WHO}-0-1",
    "visit": "v1",
    "profile": WHO,
}
PROVIDERS = ("sendgrid", "mailgun")
NAMES = {"sent": "email_sent", "delivered": "email_delivered", "bounced": "email_bounced"}


class Server:
    """The stand-ins on a port of the loopback, and an address that they call back."""

    def __init__(self, home: Path) -> None:
        self.outbox = Outbox(home / "outbox.sqlite")
        self.boxes = Mailboxes(self.outbox, lambda: NOW, lambda do: self.waiting.append(do))
        self.waiting: list[Any] = []
        self.sendgrid = SendGridStandIn(self.boxes, home / "sendgrid.json")
        self.mailgun = MailgunStandIn(self.boxes, home / "mailgun.json")
        self.called: list[tuple[dict[str, str], bytes]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def do_PATCH(self) -> None:
                self._serve()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                _, name, rest = urlsplit(self.path).path.split("/", 2)
                if name == "hook":
                    server.called.append((headers, body))
                    self.send_response(200)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                made: Any = server.sendgrid if name == "sendgrid" else server.mailgun
                try:
                    said = made.answer(self.command, f"/{rest}", headers, body)
                except LostAnswerError:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(said.status)
                shown = {
                    "content-type": "application/json",
                    "content-length": str(len(said.data)),
                    **said.headers,
                }
                for name, value in shown.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.data)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.hook = f"{self.address}/hook/in"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def listen(self) -> None:
        """Tell both providers where to call, by their own APIs."""
        settings = {"enabled": True, "url": self.hook}
        told = SendGridAPIClient("SG.test", host=f"{self.address}/sendgrid")
        told.client.user.webhooks.event.settings.patch(request_body=settings)
        pool = urllib3.PoolManager()
        headers = {"authorization": "Basic " + base64.b64encode(b"api:test-key").decode()}
        for id_ in (
            "accepted",
            "delivered",
            "permanent_fail",
            "complained",
            "opened",
            "clicked",
            "unsubscribed",
        ):
            url = f"{self.address}/mailgun/v3/domains/mg.shop.example/webhooks"
            fields = {"id": id_, "url": self.hook}
            assert pool.request("POST", url, fields=fields, headers=headers).status == 200

    def settle(self) -> None:
        """Let them tell what became of the mail."""
        waiting, self.waiting[:] = list(self.waiting), []
        for do in waiting:
            do()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.outbox.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    found.close()


def mailer(name: str, server: Server) -> Any:
    http = ProviderHttp(name, urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=3), retries=False))
    if name == "sendgrid":
        return SendGridMailer("SG.test", f"{server.address}/sendgrid", http=http, wall=lambda: NOW)
    return MailgunMailer("test-key", "mg.shop.example", f"{server.address}/mailgun", http=http)


def email(to: str = "ann@shop.example", **more: Any) -> Email:
    headers = {
        "List-Unsubscribe": "<https://x.example/u/t>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return Email(
        **{
            "to": to,
            "sender": "=?utf-8?q?Gr=C3=BCner_Shop?= <hi@shop.example>",
            "subject": "Grüße",
            "text": "Hallo",
            "html": "<p>Hallo €</p>",
            "reply_to": "help@shop.example",
            "headers": headers,
            "tags": TAGS,
            **more,
        }
    )


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_message_arrives_whole(server: Server, name: str) -> None:
    id_ = mailer(name, server).send(email())
    message = server.outbox.get(id_)
    assert message is not None
    assert (message.recipients, message.subject, message.tags) == (("ann@shop.example",), "Grüße", TAGS)
    from email import message_from_bytes, policy

    parsed = message_from_bytes(message.raw, policy=policy.default)
    assert str(parsed["From"]) in ("Grüner Shop <hi@shop.example>", '"Grüner Shop" <hi@shop.example>')
    assert str(parsed["Reply-To"]) == "help@shop.example"
    assert str(parsed["List-Unsubscribe"]) == "<https://x.example/u/t>"
    assert str(parsed["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("fate", "kind", "code", "taken"),
    [
        ("refused", ProviderRejected, "provider_rejected", 0),
        ("account", ProviderRejected, "account_refused", 0),
        ("busy", Throttled, "throttled", 0),
        ("broken", OutcomeUnknown, "outcome_unknown", 0),
        ("lost", OutcomeUnknown, "no_answer", 1),
    ],
)
def test_each_refusal_says_what_is_known(
    server: Server, name: str, fate: str, kind: type[StepwellError], code: str, taken: int
) -> None:
    with pytest.raises(StepwellError) as told:
        mailer(name, server).send(email(f"ann@{fate}.test"))
    assert (type(told.value), told.value.code) == (kind, code)
    if kind is Throttled:
        assert told.value.retry_after_s == 2  # type: ignore[attr-defined]
    assert server.outbox.count() == taken


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_wrong_key_or_domain_is_the_accounts_fault(server: Server, name: str) -> None:
    if name == "sendgrid":
        wrong: Any = SendGridMailer("nonsense", f"{server.address}/sendgrid")
    else:
        wrong = MailgunMailer("test", "unknown.example", f"{server.address}/mailgun")
    with pytest.raises(ProviderRejected) as told:
        wrong.send(email())
    assert told.value.code == "account_refused"


def verified(server: Server, name: str, headers: dict[str, str], body: bytes, at: float = NOW) -> None:
    key = server.sendgrid.public_key() if name == "sendgrid" else server.mailgun.signing_key()
    request = {
        "headers": headers,
        "requestContext": {"http": {"method": "POST", "path": "/v1/webhooks/acme/x"}},
        "isBase64Encoded": True,
        "body": base64.b64encode(body).decode(),
    }
    webhook = Webhook.model_validate({"verify": {"scheme": name}, "callback": True})
    nobody: Any = None
    verify(webhook, incoming(request), [key], datetime.fromtimestamp(at, UTC), nobody)


def told(server: Server, name: str) -> list[Event]:
    """The events that the provider's calls become, each call proved first."""
    found: list[Event] = []
    for headers, body in server.called:
        verified(server, name, headers, body)
        variables = {"headers": {}, "source": "x", "id": "d", "received_at": "2027-01-15T08:00:00Z"}
        document = Expression(PRESETS[name].mapping).evaluate(json.loads(body), variables)
        mapped = events_of(document, Delivered("acme", "x", "d", datetime.fromtimestamp(NOW, UTC), True))
        assert mapped.refused == ()
        found += mapped.events
    return found


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("to", "names", "bounce"),
    [
        ("ann@shop.example", ["email_sent", "email_delivered"], None),
        ("ann@bounce.test", ["email_sent", "email_bounced"], "Permanent"),
        ("ann@softbounce.test", ["email_sent", "email_bounced"], "Transient"),
        ("ann@complaint.test", ["email_sent", "email_delivered", "email_complained"], None),
    ],
)
def test_what_became_of_it_comes_home(
    server: Server, name: str, to: str, names: list[str], bounce: str | None
) -> None:
    server.listen()
    id_ = mailer(name, server).send(email(to))
    server.settle()
    events = told(server, name)
    assert [event.name for event in events] == names
    for event in events:
        assert (event.profile, event.email, event.kind) == (WHO, to, "engagement")
        assert (event.properties["visit"], event.properties["version"]) == ("v1", 3)
        assert (event.properties["enrollment"], event.properties["provider_id"]) == (f"{WHO}.0.1", id_)
    if bounce:
        assert events[-1].properties["bounce_type"] == bounce
    assert len({event.message_id for event in events}) == len(events)


@pytest.mark.parametrize("name", PROVIDERS)
def test_readers_are_told_of_and_machines_are_named(server: Server, name: str) -> None:
    server.listen()
    message = server.outbox.get(mailer(name, server).send(email()))
    assert message is not None
    made: Any = server.sendgrid if name == "sendgrid" else server.mailgun
    for act in ("open", "complain", "unsubscribe"):
        assert made.tell(message, act) == 200
    more = (
        {"sg_machine_open": True}
        if name == "sendgrid"
        else {"client-info": {"user-agent": "Mozilla/5.0", "bot": "apple"}}
    )
    made.tell(message, "open", **more)
    assert [(event.name, event.machine) for event in told(server, name)] == [
        ("email_opened", False),
        ("email_complained", False),
        ("email_unsubscribed", False),
        ("email_opened", True),
    ]


@pytest.mark.parametrize("name", PROVIDERS)
def test_changed_and_stale_calls_are_refused(server: Server, name: str) -> None:
    server.listen()
    mailer(name, server).send(email())
    server.settle()
    headers, body = server.called[0]
    verified(server, name, headers, body)
    later = NOW + timedelta(days=8).total_seconds()
    with pytest.raises(Unauthenticated):
        verified(server, name, headers, body, later)
    if name == "sendgrid":
        with pytest.raises(Unauthenticated):
            verified(server, name, headers, body.replace(b"processed", b"delivered"))
    else:
        document = json.loads(body)
        document["signature"]["token"] = "0" * 50
        with pytest.raises(Unauthenticated):
            verified(server, name, headers, json.dumps(document).encode())


def test_sendgrids_own_client_drives_its_stand_in(server: Server) -> None:
    client = SendGridAPIClient("SG.test", host=f"{server.address}/sendgrid")
    mail = SendGridMail("hi@shop.example", "ann@shop.example", "Hello", plain_text_content="Hi")
    answer = client.send(mail)
    assert answer.status_code == 202
    assert server.outbox.get(answer.headers["x-message-id"]) is not None
    server.listen()
    server.settle()
    assert client.client.user.webhooks.event.settings.get().status_code == 200
    mailer("sendgrid", server).send(email())
    server.settle()
    headers, body = server.called[-1]
    checker = EventWebhook(public_key=server.sendgrid.public_key())
    assert checker.verify_signature(
        body.decode(),
        headers["x-twilio-email-event-webhook-signature"],
        headers["x-twilio-email-event-webhook-timestamp"],
    )


def test_mailguns_own_client_drives_its_stand_in(server: Server) -> None:
    client = MailgunClient(auth=("api", "test-key"), api_url=f"{server.address}/mailgun")
    data = {
        "from": "hi@shop.example",
        "to": "ann@shop.example",
        "subject": "Hello",
        "text": "Hi",
        "v:visit": "v9",
    }
    answer = client.messages.create(data=data, domain="mg.shop.example")
    assert answer.status_code == 200
    message = server.outbox.get(answer.json()["id"].strip("<>"))
    assert message is not None
    assert message.tags == {"visit": "v9"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"headers": {"DKIM-Signature": "x"}}, "headers"),
        ({"tags": {"x": "y" * 10_000}}, "custom_args"),
        ({"to": "nobody"}, "personalizations.0.to.0.email"),
    ],
)
def test_the_stand_in_refuses_what_sendgrid_refuses(
    server: Server, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ProviderRejected) as refused:
        mailer("sendgrid", server).send(email(**changes))
    assert refused.value.details["field"] == field
