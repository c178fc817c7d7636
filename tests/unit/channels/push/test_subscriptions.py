"""Subscriptions come from strangers."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from stepwell.channels.push.subscriptions import (
    LOCAL_SERVICES,
    PUSH_SERVICES,
    document_of,
    is_push_service,
    read_subscription,
)
from stepwell.errors import InvalidInput

POINT = base64.urlsafe_b64encode(b"\x04" + bytes(range(64))).decode().rstrip("=")
AUTH = base64.urlsafe_b64encode(bytes(16)).decode().rstrip("=")
BROWSER = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "expirationTime": None,
    "keys": {"p256dh": POINT, "auth": AUTH + "=="},
}


def test_what_a_browser_sends() -> None:
    found = read_subscription({**BROWSER, "topics": ["sales", " sales ", 7, ""]})
    assert (found.kind, found.endpoint, found.p256dh, found.auth) == (
        "web_push",
        BROWSER["endpoint"],
        POINT,
        AUTH,
    )
    assert found.topics == ("sales",)
    assert read_subscription(document_of(found)) == found
    assert len(found.id) == 24


def test_what_firebase_gives() -> None:
    found = read_subscription({"token": "cX:APA91b-_"})
    assert (found.kind, found.endpoint) == ("fcm", "cX:APA91b-_")
    assert read_subscription(document_of(found)) == found


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"token": "with space"},
        {"token": "x" * 1_001},
        {"token": "ü"},
        {**BROWSER, "keys": None},
        {**BROWSER, "keys": {"p256dh": POINT, "auth": "AAAA"}},
        {**BROWSER, "keys": {"p256dh": POINT[:-4], "auth": AUTH}},
        {**BROWSER, "keys": {"p256dh": "C" + POINT[1:], "auth": AUTH}},
        {**BROWSER, "keys": {"p256dh": "not base64!", "auth": AUTH}},
        {**BROWSER, "endpoint": "http://updates.push.services.mozilla.com/x"},
        {**BROWSER, "endpoint": "https://push.services.mozilla.com.evil.example/x"},
        {**BROWSER, "endpoint": "https://evil.example/push.services.mozilla.com"},
        {**BROWSER, "endpoint": "https://updates.push.services.mozilla.com:8443/x"},
        {**BROWSER, "endpoint": "https://user@updates.push.services.mozilla.com/x"},
        {**BROWSER, "endpoint": "https://169.254.169.254/latest/meta-data"},
        {**BROWSER, "endpoint": "http://localhost:4566/x"},
        {**BROWSER, "endpoint": "https://fcm.googleapis.com/" + "x" * 1_500},
        {**BROWSER, "endpoint": "https://fcm.googleapis.com/\nx"},
        {**BROWSER, "endpoint": "https://[::1"},
        {**BROWSER, "endpoint": "https://fcm.googleapis.com:x/"},
    ],
)
def test_what_is_none(found: Any) -> None:
    with pytest.raises(InvalidInput):
        read_subscription(found)


@pytest.mark.parametrize(
    ("endpoint", "hosts", "open_"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", PUSH_SERVICES, True),
        ("https://FCM.googleapis.com/fcm/send/x", PUSH_SERVICES, True),
        ("https://wns2-par02p.notify.windows.com/w/?token=x", PUSH_SERVICES, True),
        ("https://web.push.apple.com/x", PUSH_SERVICES, True),
        ("https://notify.windows.com/x", PUSH_SERVICES, False),
        ("https://push.example.com/x", ("push.example.com",), True),
        ("https://a.push.example.com/x", ("push.example.com",), False),
        ("http://localhost:4566/push/x", LOCAL_SERVICES, True),
        ("http://127.0.0.1:999/push/x", LOCAL_SERVICES, True),
        ("https://localhost/push/x", LOCAL_SERVICES, False),
    ],
)
def test_who_may_be_called(endpoint: str, hosts: tuple[str, ...], open_: bool) -> None:
    assert is_push_service(endpoint, hosts) is open_
