"""A phone and a browser for the demo workspace: one customer whose parcel goes out, by text and notification."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from local.settings import LocalSettings

WORKFLOW = "order_updates"
KIM, NUMBER, OURS = "kim@demo.example", "+12065550142", "+12065550100"
TEXTS: dict[str, Any] = {
    "providers": [{"id": "aws", "kind": "eum"}],
    "senders": [{"value": OURS, "countries": ["US"]}],
    "brand": "Demo shop",
    "wording": "Texts from Demo shop about orders and offers",
}
TOPIC = "arn:aws:sns:us-east-1:000000000000:stepwell-mail-events"
_WAIT_S = 30
# The pass believes for a second what is published.
_PUBLISHED_S = 1.5


def connect(api: Any, api_url: str, write_key: str, settings: LocalSettings) -> None:
    """Give the workspace its channels and Kim her phone and browser; tell of a parcel. Repeating changes nothing.

    Args:
        api: Client of the platform's API, signed in as an administrator.
        api_url: The API's address.
        write_key: Key of the source `shop`.
        settings: Of the running local cloud.
    """
    address = address_of(api_url, settings)
    _take_answers(settings)
    held = api.get("/channels/sms")
    if not held["settings"]["providers"]:
        api.put("/channels/sms", {"settings": TEXTS, "rev": held["rev"]})
    _publish(api)
    kim = {"email": KIM, "user_id": "kim", "traits": {"first_name": "Kim", "phone": NUMBER, "country": "US"}}
    api.post("/contacts", {"contacts": [kim]})
    if "sms:marketing" not in api.get(f"/contacts/{KIM}")["consent"]:
        said = {"channel": "sms", "consent": "granted", "how": "form", "source": "Checkout of the demo shop"}
        api.put(f"/contacts/{KIM}/consent", {**said, "wording": TEXTS["wording"]})
    if not api.get(f"/contacts/{KIM}/browsers")["items"]:
        told = {
            "subscription": _browser(api, address, settings),
            "wording": "Shall we tell you where your parcel is?",
        }
        _track(address, write_key, "push_subscribed", told, "demo-browser")
    time.sleep(_PUBLISHED_S)
    ship(address, write_key, "D-1001")


def address_of(api_url: str, settings: LocalSettings) -> str:
    """Return the API by an address that every client can resolve."""
    api = (urlsplit(api_url).hostname or "").split(".")[0]
    return f"{settings.endpoint}/_aws/execute-api/{api}/$default"


def ship(address: str, write_key: str, order: str) -> None:
    """Tell that Kim's order went out."""
    told = {"order_id": order, "url": f"https://shop.example/track/{order}"}
    _track(address, write_key, "Order Shipped", told, f"demo-shipped-{order}")


def _take_answers(settings: LocalSettings) -> None:
    """Let the number take answers, as its owner does once in AWS; STOP on the phone page then arrives."""
    from stepwell_cli import deployments

    account = deployments.client("pinpoint-sms-voice-v2", endpoint=settings.endpoint)
    account.update_phone_number(PhoneNumberId="phone-0001", TwoWayEnabled=True, TwoWayChannelArn=TOPIC)


def _publish(api: Any) -> None:
    present = {one["id"]: one for one in api.get("/workflows", limit=200)["items"]}
    if WORKFLOW not in present:
        api.post("/workflows", {"yaml": (Path(__file__).parent / f"{WORKFLOW}.yaml").read_text()})
    if not present.get(WORKFLOW, {}).get("live_version"):
        rev = api.get(f"/workflows/{WORKFLOW}")["rev"]
        api.post(f"/workflows/{WORKFLOW}/publish", {"rev": rev, "note": "Demo"})


def _browser(api: Any, address: str, settings: LocalSettings) -> Any:
    """Return the subscription of a browser without a window, which the local cloud's push service makes."""
    push = api.get("/channels/push")["settings"]["providers"]
    known = next((one["options"]["public_key"] for one in push if one["kind"] == "web_push"), "")
    key = known or api.post("/push/keys", {"subject": f"mailto:{KIM}"})["public_key"]
    asked = {"owner": "Kim", "host": address, "key": key}
    answer = httpx.post(f"{settings.endpoint}/_stepwell/push/browsers", json=asked, timeout=_WAIT_S)
    answer.raise_for_status()
    return answer.json()


def _track(address: str, write_key: str, event: str, properties: dict[str, Any], mark: str) -> None:
    told = {"userId": "kim", "type": "track", "event": event, "properties": properties, "messageId": mark}
    answer = httpx.post(f"{address}/v1/batch", json={"batch": [told]}, auth=(write_key, ""), timeout=_WAIT_S)
    answer.raise_for_status()
