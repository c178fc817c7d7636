"""Each scheme takes what the provider's own library signed, and nothing that was changed, old or somebody else's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendgrid.helpers.eventwebhook import EventWebhook
from stepwell.errors import InvalidInput, StepwellError, Unauthenticated
from stepwell.sources.incoming import incoming
from stepwell.sources.models import Webhook
from stepwell.sources.sendgrid import public_key
from stepwell.sources.sns import of_amazon, subscription_url
from stepwell.sources.verify import delivery_id, verify
from twilio.request_validator import RequestValidator

from tests.fakes.sources import MemoryCertificates

from . import calls
from .calls import CERTIFICATE_URL, NOW, SECRET, TOPIC, SendGridSender, SnsSender

PATH = "/v1/webhooks/acme/partner"
BODY = b'{"event": "paid", "name": "Zo\xc3\xab"}'
GRID = SendGridSender()
SNS = SnsSender()
CERTIFICATES = MemoryCertificates()
CERTIFICATES.pem[CERTIFICATE_URL] = SNS.pem


def webhook(scheme: str, **settings: Any) -> Webhook:
    return Webhook.model_validate({"verify": {"scheme": scheme, **settings}})


def check(
    settings: Webhook,
    request: Mapping[str, Any],
    *secrets: str,
    token: str = "",
    later: timedelta = timedelta(0),
) -> str:
    """Return the code of the refusal, empty if it is taken."""
    try:
        verify(settings, incoming(request, token), secrets or (SECRET,), NOW + later, CERTIFICATES)
    except Unauthenticated as error:
        return error.code
    return ""


def signed(scheme: str) -> tuple[Webhook, dict[str, Any], str]:
    """A good call of each scheme, and its secret."""
    match scheme:
        case "twilio":
            fields = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+49151", "Body": ""}
            return webhook("twilio"), calls.twilio(PATH, fields), SECRET
        case "twilio_json":
            return webhook("twilio"), calls.twilio_json(PATH, BODY), SECRET
        case "hubspot":
            return webhook("hubspot"), calls.hubspot(PATH, BODY), SECRET
        case "meta":
            return webhook("meta", verify_digest="0" * 64), calls.meta(PATH, BODY), SECRET
        case "github":
            return webhook("github"), calls.meta(PATH, BODY), SECRET
        case "x":
            return webhook("x"), calls.x(PATH, BODY), SECRET
        case "linkedin":
            return webhook("linkedin"), calls.linkedin(PATH, BODY), SECRET
        case "sendgrid":
            return webhook("sendgrid"), GRID.call(PATH, BODY), GRID.key
        case "mailgun":
            return webhook("mailgun"), calls.mailgun(PATH, {"event": "delivered"}), SECRET
        case "sns":
            return webhook("sns", topic_arn=TOPIC), SNS.call(PATH, SNS.message({"a": 1})), ""
        case "sns1":
            return (
                webhook("sns", topic_arn=TOPIC),
                SNS.call(PATH, SNS.message({"a": 1}, "1", Subject="Hi")),
                "",
            )
        case "hmac":
            digest = hmac.new(SECRET.encode(), b"v0:1772442000:" + BODY, "sha512").digest()
            settings = webhook(
                "hmac",
                header="X-Proof",
                prefix="v0=",
                algorithm="sha512",
                encoding="base64",
                content="v0:{timestamp}:{body}",
                timestamp_header="X-When",
            )
            headers = {"X-Proof": "v0=" + base64.b64encode(digest).decode(), "X-When": "1772442000"}
            return settings, calls.http(PATH, BODY, headers), SECRET
        case _:
            headers = {"Authorization": f"Bearer {SECRET}"}
            return (
                webhook("token", header="Authorization", prefix="Bearer "),
                calls.http(PATH, BODY, headers),
                SECRET,
            )


SCHEMES = (
    "twilio",
    "twilio_json",
    "hubspot",
    "meta",
    "github",
    "x",
    "linkedin",
    "sendgrid",
    "mailgun",
    "sns",
    "sns1",
    "hmac",
    "token",
)
SIGNED = tuple(s for s in SCHEMES if s not in ("token", "mailgun"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_the_provider_signed_is_taken(scheme: str):
    settings, request, secret = signed(scheme)
    assert check(settings, request, secret) == ""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_either_of_two_secrets_will_do(scheme: str):
    settings, request, secret = signed(scheme)
    other = SendGridSender().key if scheme == "sendgrid" else "another-secret-of-some-length"
    assert check(settings, request, other, secret) == ""
    assert check(settings, request, secret, other) == ""
    if settings.needs_secret:
        assert check(settings, request, other) == "signature_mismatch"


@pytest.mark.parametrize("scheme", SIGNED)
def test_a_changed_body_is_refused(scheme: str):
    settings, request, secret = signed(scheme)
    raw = base64.b64decode(request["body"])
    for at in (0, len(raw) // 2, len(raw) - 1):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        code = check(settings, {**request, "body": base64.b64encode(changed).decode()}, secret)
        assert code in (
            "signature_mismatch",
            "signature_missing",
            "wrong_topic",
            "signature_stale",
            "bad_certificate",
        )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_call_without_signature_is_refused(scheme: str):
    settings, request, secret = signed(scheme)
    bare = {**request, "headers": {"Host": calls.HOST}}
    if scheme.startswith(("sns", "mailgun")):
        bare["body"] = base64.b64encode(BODY).decode()
    assert check(settings, bare, secret) == "signature_missing"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("rubbish", ["", "x", "sha256=", "sha256=é\udc80", "=" * 40, "A" * 5_000, "🙂"])
def test_rubbish_for_a_signature_is_refused(scheme: str, rubbish: str):
    settings, request, secret = signed(scheme)
    if scheme == "mailgun":
        proof = {
            "timestamp": "1772442000",
            "token": "t",
            "signature": rubbish.encode("utf-8", "replace").decode(),
        }
        request = calls.http(PATH, json.dumps({"signature": proof}).encode(), {})
    if scheme.startswith("sns"):
        request = SNS.call(
            PATH, {**SNS.message("x"), "Signature": rubbish.encode("utf-8", "replace").decode()}
        )
    keep = {"Host", "X-HubSpot-Request-Timestamp", "X-Twilio-Email-Event-Webhook-Timestamp", "X-When"}
    headers = {name: value if name in keep else rubbish for name, value in request["headers"].items()}
    assert check(settings, {**request, "headers": headers}, secret).startswith("signature_")


@pytest.mark.parametrize(
    ("scheme", "age"),
    [
        ("hubspot", 301),
        ("hmac", 301),
        ("sendgrid", 90_001),
        ("mailgun", 32_401),
        ("sns", 7_201),
        ("hubspot", -301),
        ("sns", -301),
    ],
)
def test_an_old_or_early_call_is_refused(scheme: str, age: int):
    settings, request, secret = signed(scheme)
    assert check(settings, request, secret, later=timedelta(seconds=age)) == "signature_stale"
    within = age - 1 if age > 0 else age + 1
    assert check(settings, request, secret, later=timedelta(seconds=within)) == ""


@pytest.mark.parametrize("scheme", ["twilio", "twilio_json", "hubspot"])
def test_a_signed_address_counts(scheme: str):
    settings, request, secret = signed(scheme)
    assert check(settings, {**request, "rawPath": PATH + "x"}, secret) == "signature_mismatch"
    moved = {
        **request,
        "headers": {**request["headers"], "Host": "a.example"},
        "requestContext": {"http": {"method": "POST"}},
    }
    assert check(settings, moved, secret) == "signature_mismatch"
    # Behind a proxy the address that the provider was given is another than the one that is called.
    told = settings.model_copy(update={"url": calls.url(PATH)})
    assert check(told, moved, secret) == ""


def test_twilio_signs_with_or_without_the_port():
    settings, request, secret = signed("twilio")
    moved = {
        **request,
        "headers": {**request["headers"], "Host": f"{calls.HOST}:443"},
        "requestContext": {"http": {}},
    }
    assert check(settings, moved, secret) == ""


def test_twilio_shared_keys_sign_by_sha256():
    fields = {"b": "2", "a": "1"}
    signature = RequestValidator(SECRET).compute_signature(calls.url(PATH), fields, "HMAC_SHA256")
    headers = {
        "X-Twilio-Signature": signature,
        "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }
    assert check(webhook("twilio"), calls.http(PATH, b"a=1&b=2", headers)) == ""


def test_twilios_documented_vector():
    """`test_request_validator.py` of Twilio's library, after the page "Webhooks security"."""
    body = (
        b"To=%2B18005551212&From=%2B14158675309&CallSid=CA1234567890ABCDE&Digits=1234&Caller=%2B14158675309"
    )
    request = {
        **calls.http(
            "/myapp.php", body, {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}, "foo=1&bar=2"
        ),
    }
    request["headers"]["Host"] = "mycompany.com"
    assert check(webhook("twilio"), request, "12345") == ""


def test_mailguns_vector():
    """`WebhookTest.php` of Mailgun's own library for PHP."""
    proof = {
        "timestamp": "1403645220",
        "token": "5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6",
        "signature": "9cfc5c41582e51246e73c88d34db3af0a3a2692a76fbab81492842f000256d33",
    }
    later = datetime.fromtimestamp(1_403_645_220, UTC) - NOW
    key = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"
    good = calls.http(PATH, json.dumps({"signature": proof}).encode(), {})
    assert check(webhook("mailgun"), good, key, later=later) == ""
    for name, value in (("timestamp", "1403645221"), ("token", "other"), ("signature", "9" * 64)):
        bad = calls.http(PATH, json.dumps({"signature": {**proof, name: value}}).encode(), {})
        assert check(webhook("mailgun"), bad, key, later=later) == "signature_mismatch"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"signature": "x"}', b'{"signature": {"token": true}}'])
def test_mailguns_broken_bodies(body: bytes):
    assert check(webhook("mailgun"), calls.http(PATH, body, {})) == "signature_missing"


def test_metas_and_githubs_documented_vector():
    """The page "Validating webhook deliveries" of GitHub."""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    request = calls.http(PATH, b"Hello, World!", {"X-Hub-Signature-256": signature})
    assert check(webhook("github"), request, "It's a Secret to Everybody") == ""
    assert check(webhook("meta", verify_digest="0" * 64), request, "It's a Secret to Everybody") == ""


def test_sendgrids_documented_vector():
    """`test_eventwebhook.py` of SendGrid's library."""
    key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7"
    key += "dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
    signature = (
        "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
    )
    body = (
        '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
        '"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
        '"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
        '"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
    )
    assert EventWebhook(key).verify_signature(body, signature, "1600112502")
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": "1600112502",
    }
    request = calls.http(PATH, body.encode(), headers)
    at = datetime.fromtimestamp(1600112502, UTC)
    verify(webhook("sendgrid"), incoming(request), [key], at, CERTIFICATES)


def test_sendgrids_own_helper_agrees():
    request = GRID.call(PATH, BODY)
    stamp = request["headers"]["X-Twilio-Email-Event-Webhook-Timestamp"]
    signature = request["headers"]["X-Twilio-Email-Event-Webhook-Signature"]
    assert EventWebhook(GRID.key).verify_signature(BODY.decode(), signature, stamp)


@pytest.mark.parametrize("text", ["", "no key", "MFkw", base64.b64encode(b"x" * 91).decode()])
def test_what_is_no_verification_key_is_told(text: str):
    with pytest.raises(InvalidInput):
        public_key(text)


def test_a_token_may_stand_in_the_path():
    settings = webhook("token")
    request = calls.http(PATH, BODY, {})
    assert check(settings, request, token=SECRET) == ""
    assert check(settings, request, token=SECRET[:-1]) == "signature_mismatch"
    assert check(settings, request) == "signature_missing"


def test_no_secret_lets_nobody_in():
    settings, request, _ = signed("github")
    with pytest.raises(Unauthenticated) as refused:
        verify(settings, incoming(request), (), NOW, CERTIFICATES)
    assert refused.value.code == "no_secret"


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com.cn/SimpleNotificationService-0123456789abcdef.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com/evil.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1",
        "https://bucket.s3.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "//sns.eu-west-1.amazonaws.com/x.pem",
        "",
        "https://[",
    ],
)
def test_certificates_come_from_sns_alone(url: str):
    asked = len(CERTIFICATES.asked)
    document = SNS.message("x", SigningCertURL=url)
    assert check(webhook("sns", topic_arn=TOPIC), SNS.call(PATH, document)) == "bad_certificate"
    assert len(CERTIFICATES.asked) == asked


def test_china_has_hosts_of_its_own():
    arn = TOPIC.replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1")
    assert of_amazon("https://sns.cn-north-1.amazonaws.com.cn/x.pem", arn)
    assert not of_amazon("https://sns.cn-north-1.amazonaws.com/x.pem", arn)


def test_another_topic_is_refused_however_well_signed():
    document = SNS.message("x", TopicArn=TOPIC + "2")
    assert check(webhook("sns", topic_arn=TOPIC), SNS.call(PATH, document)) == "wrong_topic"


def test_another_or_expired_certificate_is_refused():
    settings = webhook("sns", topic_arn=TOPIC)
    expired = SnsSender(NOW - timedelta(days=90))
    for pem, sender, code in (
        (SnsSender().pem, SNS, "signature_mismatch"),
        (expired.pem, expired, "bad_certificate"),
        (b"no certificate", SNS, "bad_certificate"),
    ):
        others = MemoryCertificates()
        others.pem[CERTIFICATE_URL] = pem
        with pytest.raises(Unauthenticated) as refused:
            verify(settings, incoming(sender.call(PATH, sender.message("x"))), (), NOW, others)
        assert refused.value.code == code


def test_a_confirmation_leads_to_sns_for_this_topic():
    good = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
    assert subscription_url({"SubscribeURL": good}, TOPIC) == good
    for bad in (
        good.replace("ConfirmSubscription", "DeleteTopic"),
        good.replace(":mail", ":other"),
        good.replace("sns.eu-west-1.amazonaws.com", "evil.example"),
        good.replace("https:", "http:"),
        "",
    ):
        with pytest.raises(InvalidInput):
            subscription_url({"SubscribeURL": bad}, TOPIC)


def test_what_is_signed_names_the_delivery():
    settings = webhook("hmac", header="x-proof", content="{id}.{body}", id_header="Webhook-Id")
    request = calls.http(PATH, BODY, {"Webhook-Id": "msg_1"})
    assert delivery_id(settings, incoming(request)) == "msg_1"
    # GitHub's delivery id is not signed: with another one the same body would come in again.
    one = incoming(calls.http(PATH, BODY, {"X-GitHub-Delivery": "1"}))
    two = incoming(calls.http(PATH, BODY, {"X-GitHub-Delivery": "2"}))
    assert (
        delivery_id(webhook("github"), one)
        == delivery_id(webhook("github"), two)
        == hashlib.sha256(BODY).hexdigest()
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"scheme": "hmac", "header": "X", "content": "body"},
        {"scheme": "hmac", "header": "X", "content": "{timestamp}.{body}"},
        {"scheme": "hmac", "header": "X", "timestamp_header": "Y"},
        {"scheme": "hmac", "header": "X\r\nY"},
        {"scheme": "sns", "topic_arn": "arn:aws:sns:eu-west-1:1:x"},
        {"scheme": "none"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]):
    with pytest.raises(ValueError):
        Webhook.model_validate({"verify": settings})


def test_callbacks_are_for_providers_of_messages():
    with pytest.raises(ValueError):
        Webhook.model_validate({"verify": {"scheme": "github"}, "callback": True})


@given(
    scheme=st.sampled_from(SCHEMES),
    raw=st.binary(max_size=300),
    value=st.text(max_size=60),
    query=st.text(max_size=60),
)
def test_nothing_made_up_gets_in_and_nothing_breaks(scheme: str, raw: bytes, value: str, query: str):
    settings, request, secret = signed(scheme)
    headers = dict.fromkeys(request["headers"], value)
    made_up = {**request, "headers": headers, "body": base64.b64encode(raw).decode(), "rawQueryString": query}
    with pytest.raises(StepwellError):
        verify(settings, incoming(made_up, value), [secret], NOW, CERTIFICATES)
