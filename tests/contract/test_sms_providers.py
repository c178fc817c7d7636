"""Each sender of text messages against its stand-in, and the stand-ins driven by the providers' own clients."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import urllib3
from bird import Bird, RateLimitError, ValidationError
from botocore.config import Config
from botocore.exceptions import ClientError
from stepwell.adapters.bird_sms import BirdTexts
from stepwell.adapters.eum_account import EumAccount
from stepwell.adapters.eum_sms import EumTexts
from stepwell.adapters.provider_http import ProviderHttp
from stepwell.adapters.sms_answers import document_of
from stepwell.adapters.sns_sms import SnsTexts, request_of
from stepwell.adapters.twilio_sms import TwilioTexts
from stepwell.channels.sms.options import EumOptions, TwilioOptions
from stepwell.channels.sms.refusals import ACCOUNT_REFUSED, OPTED_OUT
from stepwell.contracts.messages import Purpose, Sms
from stepwell.errors import (
    AddressGone,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from local.outbox import Outbox
from local.providers.bird import BirdStandIn
from local.providers.eum import TARGET, EumStandIn
from local.providers.phones import FATES, LostAnswerError, Phones
from local.providers.twilio import TwilioStandIn, signature

ACCOUNT = "AC" + "0" * 32
TO = "+12025550123"
TAGS = {
    "tenant": "acme",
    "workflow": "welcome",
    "version": "3",
    "node": "say",
    "visit": "v1",
    "profile": "p" * 16,
}
FATE = {fate: number for number, fate in FATES.items()}
PROVIDERS = ("eum", "twilio", "bird")


class Server:
    """The stand-ins on a port of the loopback."""

    def __init__(self, home: Path) -> None:
        self.published: list[tuple[str, str]] = []
        self.outbox = Outbox(home / "outbox.sqlite")
        self.phones = Phones(self.outbox, lambda: 1_800_000_000.0)
        self.twilio = TwilioStandIn(self.phones)
        self.bird = BirdStandIn(self.phones, lambda: 1_800_000_000.0)
        self.eum = EumStandIn(
            self.phones, home / "eum.json", lambda: 1_800_000_000.0, lambda *told: self.published.append(told)
        )
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                target = headers.get("x-amz-target", "")
                try:
                    if target:
                        said = server.eum.answer(target.removeprefix(TARGET), body)
                    else:
                        _, name, rest = urlsplit(self.path).path.split("/", 2)
                        made: Any = {"twilio": server.twilio, "bird": server.bird}[name]
                        said = made.answer(self.command, f"/{rest}", headers, body)
                except LostAnswerError:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(said.status)
                kind = "application/x-amz-json-1.0" if target else "application/json"
                shown = {"content-type": kind, "content-length": str(len(said.data)), **said.headers}
                for name, value in shown.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.data)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.outbox.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    found.close()


def aws(service: str, address: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=2),
    )


def sender(name: str, address: str, **options: Any) -> Any:
    http = ProviderHttp(name, urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=2), retries=False))
    match name:
        case "eum":
            return EumTexts(EumOptions(**options), aws("pinpoint-sms-voice-v2", address))
        case "twilio":
            given = TwilioOptions(account=ACCOUNT, **options)
            callback = "http://hooks.localhost/v1/webhooks/acme/twilio"
            return TwilioTexts(
                given, ACCOUNT, "test-token", callback=callback, address=f"{address}/twilio", http=http
            )
    return BirdTexts("bk_eu1_testkey", f"{address}/bird", http=http)


def sms(to: str = TO, **more: Any) -> Sms:
    return Sms(to=to, **{"text": "Grüße €5", "sender": "+12065550100", "tags": TAGS, **more})


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_text_arrives_with_what_leads_its_events_home(server: Server, name: str) -> None:
    id_ = sender(name, server.address).send(sms())
    text = server.phones.text(id_)
    assert text is not None
    assert (text.to, text.body, text.sender, text.provider) == (TO, "Grüße €5", "+12065550100", name)
    assert text.tags == TAGS


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("fate", "kind", "code"),
    [
        ("invalid", AddressGone, "address_gone"),
        ("opted_out", ProviderRejected, OPTED_OUT),
        ("busy", Throttled, "throttled"),
        ("account", ProviderRejected, ACCOUNT_REFUSED),
        ("broken", OutcomeUnknown, "outcome_unknown"),
        ("lost", OutcomeUnknown, "no_answer"),
    ],
)
def test_each_refusal_says_what_is_known(
    server: Server, name: str, fate: str, kind: type[StepwellError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        sender(name, server.address).send(sms(FATE[fate]))
    assert type(caught.value) is kind
    assert caught.value.code == code
    # Only a text whose answer was lost may have arrived, and it was sent once.
    assert len(server.phones.all()) == (1 if fate == "lost" else 0)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_number_that_gets_no_texts(server: Server, name: str) -> None:
    with pytest.raises(ProviderRejected):
        sender(name, server.address).send(sms(FATE["landline"]))


@pytest.mark.parametrize("name", PROVIDERS)
def test_nobody_there_is_surely_not_sent(name: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unavailable) as caught:
        sender(name, address).send(sms())
    assert caught.value.code == "unreachable"


def test_throttled_says_for_how_long(server: Server) -> None:
    for name in ("twilio", "bird"):
        with pytest.raises(Throttled) as caught:
            sender(name, server.address).send(sms(FATE["busy"]))
        assert caught.value.retry_after_s == 2


def test_end_user_messaging_takes_set_price_and_time(server: Server) -> None:
    client = aws("pinpoint-sms-voice-v2", server.address)
    client.create_configuration_set(ConfigurationSetName="texts")
    client.create_event_destination(
        ConfigurationSetName="texts",
        EventDestinationName="topic",
        MatchingEventTypes=["TEXT_ALL"],
        SnsDestination={"TopicArn": "arn:aws:sns:us-east-1:000000000000:events"},
    )
    id_ = sender("eum", server.address, configuration_set="texts", ttl_s=600).send(sms(max_price=0.05))
    text = server.phones.text(id_)
    assert text is not None
    server.eum.tell(text, "delivered")
    topic, told = server.published[0]
    event = json.loads(told)
    assert topic.endswith(":events")
    assert (event["eventType"], event["messageId"], event["isFinal"]) == ("TEXT_DELIVERED", id_, True)
    assert "visit=v1" in event["context"]["stepwell"]
    with pytest.raises(ProviderRejected) as caught:
        sender("eum", server.address, configuration_set="other").send(sms())
    assert caught.value.code == ACCOUNT_REFUSED


def test_end_user_messaging_by_boto3(server: Server, tmp_path: Path) -> None:
    client = aws("pinpoint-sms-voice-v2", server.address)
    numbers = client.describe_phone_numbers()["PhoneNumbers"]
    assert [one["NumberType"] for one in numbers] == ["TEN_DLC", "TOLL_FREE", "SHORT_CODE"]
    assert client.describe_registrations()["Registrations"][1]["RegistrationStatus"] == "REVIEWING"
    topic = "arn:aws:sns:us-east-1:000000000000:answers"
    client.update_phone_number(PhoneNumberId="phone-0001", TwoWayEnabled=True, TwoWayChannelArn=topic)
    id_ = client.send_text_message(
        DestinationPhoneNumber=TO,
        OriginationIdentity="+12065550100",
        MessageBody="Hi",
        MessageType="TRANSACTIONAL",
    )["MessageId"]
    text = server.phones.text(id_)
    assert text is not None
    server.eum.reply(text, "STOP")
    told = json.loads(server.published[0][1])
    assert (told["originationNumber"], told["destinationNumber"], told["messageBody"]) == (
        TO,
        "+12065550100",
        "STOP",
    )
    assert told["previousPublishedMessageId"] == id_
    with pytest.raises(ClientError) as caught:
        client.send_text_message(DestinationPhoneNumber=FATE["opted_out"], MessageBody="Hi")
    assert caught.value.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"  # type: ignore[typeddict-item]
    again = EumStandIn(server.phones, tmp_path / "eum.json", lambda: 0.0, lambda *_: None)
    assert again.answer("DescribePhoneNumbers", b"{}").body["PhoneNumbers"][0]["TwoWayEnabled"] is True


def test_the_account_of_end_user_messaging(server: Server) -> None:
    account = EumAccount(aws("pinpoint-sms-voice-v2", server.address))
    shown = {one.value: (one.kind, one.state, one.country, one.registration) for one in account.senders()}
    assert shown == {
        "+12065550100": ("ten_dlc", "active", "US", "registration-10dlc"),
        "+18885550100": ("toll_free", "pending", "US", "registration-tollfree"),
        "24680": ("short_code", "active", "US", ""),
        "ACME": ("name", "unregistered", "DE", ""),
        "pool-0001": ("pool", "active", "", ""),
    }
    assert [(one.kind, one.state) for one in account.registrations()] == [
        ("us_ten_dlc_campaign_registration", "complete"),
        ("us_toll_free_registration", "reviewing"),
    ]


class Here(TwilioHttpClient):
    """Twilio's client, led to the stand-in."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._address), *args, **more)


def test_twilio_by_its_own_client(server: Server) -> None:
    client = Client(ACCOUNT, "test-token", http_client=Here(f"{server.address}/twilio"))
    made = client.messages.create(to=TO, from_="+12065550100", body="Hi")
    assert made.sid is not None
    assert made.status == "queued"
    assert client.messages(made.sid).fetch().body == "Hi"
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=FATE["invalid"], from_="+12065550100", body="Hi")
    assert (caught.value.status, caught.value.code) == (400, 21211)
    with pytest.raises(TwilioRestException) as denied:
        Client(ACCOUNT, "wrong", http_client=Here(f"{server.address}/twilio")).messages.create(
            to=TO, from_="+12065550100", body="Hi"
        )
    assert denied.value.status == 401


def test_the_adapter_asks_what_twilios_client_asks(server: Server) -> None:
    """The same arguments make the same fields on the wire."""
    seen: list[dict[str, Any]] = []

    class Noting(Here):
        def request(
            self, method: str, url: str, params: Any = None, data: Any = None, *args: Any, **more: Any
        ) -> Any:
            seen.append(dict(data or {}))
            return super().request(method, url, params, data, *args, **more)

    adapter = sender("twilio", server.address, ttl_s=60)
    fields = adapter.fields_of(sms(max_price=0.5))
    Client(ACCOUNT, "test-token", http_client=Noting(f"{server.address}/twilio")).messages.create(
        to=TO,
        from_="+12065550100",
        body="Grüße €5",
        validity_period=60,
        max_price=0.5,
        status_callback=fields["StatusCallback"],
    )
    theirs = {name: str(value) for name, value in seen[0].items()}
    assert float(theirs.pop("MaxPrice")) == float(fields["MaxPrice"])
    assert theirs == {name: value for name, value in fields.items() if name != "MaxPrice"}


def test_callbacks_of_the_stand_in_are_signed_as_twilios(server: Server) -> None:
    url, fields = "https://x.example/v1/webhooks/acme/twilio?visit=v1", {"To": TO, "MessageStatus": "sent"}
    assert RequestValidator("test-token").validate(url, fields, signature(url, fields, "test-token"))


def test_bird_by_its_own_client(server: Server) -> None:
    with Bird(api_key="bk_eu1_testkey", base_url=f"{server.address}/bird", max_retries=0) as client:
        made = client.sms.send(
            to=TO, from_="+12065550100", text="Hi", category="marketing", metadata={"visit": "v1"}
        )
        assert made.status.value == "accepted"
        assert client.sms.get(made.id).text == "Hi"
        with pytest.raises(ValidationError) as caught:
            client.sms.send(to=FATE["invalid"], from_="+12065550100", text="Hi", category="marketing")
        assert caught.value.code == "SMSInvalidRecipient"
        with pytest.raises(RateLimitError) as slow:
            client.sms.send(to=FATE["busy"], from_="+12065550100", text="Hi", category="marketing")
        assert slow.value.retry_after == 2
        endpoint = client.webhooks.create(url="https://x.example/hook", events=["sms.delivered"])
        assert endpoint.secret.startswith("whsec_")


def test_a_repeated_request_to_bird_is_one_message(server: Server) -> None:
    texts = sender("bird", server.address)
    assert texts.send(sms()) == texts.send(sms())
    assert len(server.phones.all()) == 1


def test_sns_says_kind_sender_and_price() -> None:
    asked = request_of(sms(purpose=Purpose.TRANSACTIONAL, max_price=0.1))
    assert asked["PhoneNumber"] == TO
    values = {name: value["StringValue"] for name, value in asked["MessageAttributes"].items()}
    assert values == {
        "AWS.SNS.SMS.SMSType": "Transactional",
        "AWS.MM.SMS.OriginationNumber": "+12065550100",
        "AWS.SNS.SMS.MaxPrice": "0.10000",
    }
    named = request_of(sms(sender="Acme"))["MessageAttributes"]
    assert named["AWS.SNS.SMS.SenderID"]["StringValue"] == "Acme"
    assert named["AWS.SNS.SMS.SMSType"]["StringValue"] == "Promotional"


class FakeSns:
    """Answers `publish` as SNS documents it."""

    def __init__(self, code: str = "", message: str = "", status: int = 400) -> None:
        self.said = (code, message, status)

    def publish(self, **asked: Any) -> dict[str, Any]:
        code, message, status = self.said
        if code:
            answer: Any = {
                "Error": {"Code": code, "Message": message},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }
            raise ClientError(answer, "Publish")
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()
        return {"MessageId": base64.b16encode(digest[:8]).decode()}


@pytest.mark.parametrize(
    ("code", "message", "status", "kind", "expected"),
    [
        (
            "InvalidParameter",
            "Invalid parameter: PhoneNumber Reason: +1 is not valid",
            400,
            AddressGone,
            "address_gone",
        ),
        ("InvalidParameter", "The phone number is opted out", 400, ProviderRejected, OPTED_OUT),
        ("Throttled", "Rate exceeded", 400, Throttled, "throttled"),
        ("AuthorizationError", "not authorized", 403, ProviderRejected, ACCOUNT_REFUSED),
        ("InvalidParameterValue", "MaxPrice", 400, ProviderRejected, "provider_rejected"),
        ("InternalError", "", 500, OutcomeUnknown, "outcome_unknown"),
        ("ExpiredToken", "", 403, Unavailable, "unavailable"),
    ],
)
def test_refusals_of_sns(
    code: str, message: str, status: int, kind: type[StepwellError], expected: str
) -> None:
    with pytest.raises(kind) as caught:
        SnsTexts(FakeSns(code, message, status)).send(sms())
    assert type(caught.value) is kind
    assert caught.value.code == expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"1", b"null"])
def test_an_answer_that_is_no_object_is_empty(body: bytes) -> None:
    assert document_of(body) == {}


def test_sns_sends() -> None:
    assert SnsTexts(FakeSns()).send(sms())
