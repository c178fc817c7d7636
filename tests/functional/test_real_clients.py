"""Four clients that others wrote, unchanged, and ours, against the function's handler over HTTP, down to the stream."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from stepwell.bootstrap import Container
from stepwell.contracts.events import Event

from functions.ingest_events.handler import browser_script, handler
from stacks.browser_script import build_scripts
from tests.functional.gateway import Gateway, gateway
from tests.functional.test_events_in import add_key, on_stream, wired

__all__ = ["wired"]  # a fixture of the module that this one continues

CLIENTS = Path(__file__).with_name("clients")
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture
def api(wired: Container) -> Iterator[Gateway]:
    add_key(wired)
    with gateway(handler) as seen:
        yield seen


def run(script: str, *arguments: str) -> None:
    path = CLIENTS / script
    program = sys.executable if path.suffix == ".py" else str(Path(sys.executable).with_name("node"))
    # Clients send in the background and end when all is sent.
    done = subprocess.run(
        [program, str(path), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def taken() -> list[Event]:
    """What reached the stream, in order of its happening for each name once."""
    found = on_stream()
    assert {tenant for tenant, _ in found} == {"acme"}
    assert {event.source for _, event in found} == {"web"}
    return [event for _, event in found]


def told(events: list[Event]) -> set[tuple[str, str, str | None, str | None]]:
    return {(event.kind, event.name, event.user_id, event.anonymous_id) for event in events}


SERVER_SIDE = {
    ("identify", "identify", "ann"),
    ("track", "Order Completed", "ann"),
    ("page", "page_view", "ann"),
    ("screen", "screen_view", "ann"),
    ("group", "group", "ann"),
    ("alias", "alias", "ann"),
    ("track", "Seen", None),
}


def check_server_side(events: list[Event]) -> None:
    assert len(events) == len({event.message_id for event in events}) == len(SERVER_SIDE)
    assert {(event.kind, event.name, event.user_id) for event in events} == SERVER_SIDE
    by_name = {event.name: event for event in events}
    assert by_name["Seen"].anonymous_id == "visitor-2"
    assert by_name["alias"].anonymous_id == "visitor-1"
    assert by_name["identify"].traits == {"email": "ann@people.example", "firstName": "Ann"}
    assert by_name["group"].traits == {"group_id": "acme"}
    assert by_name["page_view"].properties["path"] == "/pricing"
    order = by_name["Order Completed"]
    assert order.properties == {"total": 12.5}
    # Corrected by the difference of the clocks at sending, which here is the way of the request.
    assert abs((order.occurred_at - datetime(2026, 3, 1, 9, tzinfo=UTC)).total_seconds()) < 60


@pytest.mark.parametrize("script", ["segment_python.py", "segment_node.mjs", "rudder_node.mjs"])
def test_clients_of_servers(api: Gateway, script: str):
    run(script, api.address)
    assert set(api.paths()) == {"/v1/batch"}
    assert {status for _, status in api.requests} == {200}
    check_server_side(taken())


@pytest.mark.parametrize("script", ["segment_python.py", "segment_node.mjs", "rudder_node.mjs"])
def test_they_come_back_after_a_fault(api: Gateway, script: str):
    api.faults = [503]
    run(script, api.address)
    assert api.requests[0][1] == 503
    check_server_side(taken())


def test_rudder_labels_gzip_as_a_form(api: Gateway):
    run("rudder_node.mjs", api.address)
    (event, _) = api.requests[0]
    assert event["headers"]["content-type"].startswith("application/x-www-form-urlencoded")
    assert base64.b64decode(event["body"])[:2] == b"\x1f\x8b"


@pytest.mark.parametrize(
    ("way", "paths"), [("standard", {"/v1/p", "/v1/i", "/v1/t", "/v1/g", "/v1/a"}), ("batching", {"/v1/b"})]
)
def test_the_client_of_browsers(api: Gateway, way: str, paths: set[str]):
    run("segment_browser.mjs", api.address, way)
    assert set(api.paths()) - {"/v1/m"} == paths
    assert {status for _, status in api.requests} == {200}
    assert {e["headers"]["content-type"].partition(";")[0] for e, _ in api.requests} == {"text/plain"}
    events = {event.name: event for event in taken()}
    assert {name: (e.kind, e.user_id) for name, e in events.items()} == {
        "page_view": ("page", None),
        "identify": ("identify", "ann"),
        "Order Completed": ("track", "ann"),
        "group": ("group", "ann"),
        "alias": ("alias", "ann"),
    }
    assert {e.anonymous_id for e in events.values()} == {"visitor-1"}
    view = events["page_view"]
    assert view.properties["url"].startswith("https://shop.example/pricing")
    assert view.context["campaign"] == {"source": "news", "name": "spring"}


def test_our_own_client_from_its_own_address(api: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    build_scripts(tmp_path)
    monkeypatch.setattr("functions.ingest_events.handler.FOLDER", tmp_path)
    browser_script.cache_clear()
    run("stepwell_browser.mjs", api.address)
    browser_script.cache_clear()
    assert api.paths()[0] == "/sdk/v1/stepwell.min.js"
    assert set(api.paths()[1:]) == {"/v1/b"}
    assert {status for _, status in api.requests} == {200}
    events = {event.name: event for event in taken()}
    assert {name: event.kind for name, event in events.items()} == {
        "page_view": "page",
        "Order Completed": "track",
        "identify": "identify",
        "group": "group",
        "alias": "alias",
        "form_submission": "track",
        "page_left": "track",
    }
    (anonymous,) = {event.anonymous_id for event in events.values()}
    assert anonymous
    assert events["alias"].user_id == "ann"
    assert events["form_submission"].properties["fields"] == {"email": "ann@people.example"}
    assert events["page_view"].properties["page_url"] == "https://shop.example/pricing?utm_source=news"
    assert events["page_view"].context["campaign"] == {"source": "news"}
    assert events["page_view"].context["library"]["name"] == "stepwell.js"
    assert events["page_left"].properties["time_on_page"] >= 0
    assert events["page_left"].context["consent"]["analytics"] is True


def test_the_pixel_over_http(api: Gateway):
    answer = httpx.get(f"{api.address}/v1/pixel.gif?k=secret-key&e=flyer_seen&anonymousId=visitor-3")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.content.startswith(b"GIF89a")
    httpx.get(f"{api.address}/v1/pixel.gif?k=nobodys&e=flyer_seen&anonymousId=visitor-3").raise_for_status()
    httpx.get(
        f"{api.address}/v1/pixel.gif?k=secret-key&e=quiet&anonymousId=visitor-3", headers={"Sec-GPC": "1"}
    ).raise_for_status()
    assert told(taken()) == {("track", "flyer_seen", None, "visitor-3")}


def test_a_preflight_allows_what_clients_ask(api: Gateway):
    answer: Any = httpx.options(
        f"{api.address}/v1/batch",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
