"""Pictures of messages over the API, and as mail clients get them."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image
from stepwell.content import pictures
from stepwell.content.images import MAX_WIDTH

from tests.unit.functions.serve_api.conftest import Api


def png(width: int = 2_000, height: int = 1_000) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 20).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _upload(api: Api, data: bytes, name: str = "Banner") -> dict[str, Any]:
    uploaded: dict[str, Any] = api.ok(
        "POST", "/images", {"name": name, "data": base64.b64encode(data).decode()}
    )
    return uploaded


def test_a_picture_is_kept_once_smaller_and_served_for_good(api: Api) -> None:
    data = png()
    kept = _upload(api, data)
    assert (kept["width"], kept["height"]) == (MAX_WIDTH, 800)
    assert kept["bytes"] < kept["uploaded_bytes"] == len(data)
    assert kept["url"] == f"https://mail.acme.example/images/acme/{kept['file']}"
    assert _upload(api, data, "Again")["id"] == kept["id"]
    assert [one["name"] for one in api.ok("GET", "/images")["items"]] == ["Banner"]
    path = kept["url"].removeprefix("https://mail.acme.example")
    told = pictures.answer(api.pictures.get, path, "GET")
    assert (told["statusCode"], told["headers"]["content-type"]) == (200, "image/png")
    assert "immutable" in told["headers"]["cache-control"]
    assert len(base64.b64decode(told["body"])) == kept["bytes"]
    assert pictures.answer(api.pictures.get, path, "HEAD")["body"] == ""
    assert pictures.answer(api.pictures.get, path, "POST")["statusCode"] == 404
    assert pictures.answer(api.pictures.get, "/images/acme/../secret.png", "GET")["statusCode"] == 404
    api.ok("DELETE", f"/images/{kept['id']}")
    assert pictures.answer(api.pictures.get, path, "GET")["statusCode"] == 404
    assert api.call("DELETE", f"/api/v1/images/{kept['id']}")[0] == 404


def test_what_is_no_picture_is_refused(api: Api) -> None:
    for data in (b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\nnothing", b"GIF89a", b"\xff\xd8\xff\xe0"):
        status, told = api.call(
            "POST", "/api/v1/images", {"name": "x", "data": base64.b64encode(data).decode()}
        )
        assert (status, told["code"]) == (400, "not_an_image")
    assert api.call("POST", "/api/v1/images", {"name": "x", "data": "%%%"})[0] == 400
