from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest
from stepwell.console_site.site import Site, chosen, security_headers

CONFIG = {"region": "eu-central-1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Stepwell</title>")
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "assets/app-1a2b.js").write_text("export {}")
    (tmp_path / "assets/app-1a2b.js.br").write_bytes(b"br")
    (tmp_path / "assets/app-1a2b.js.gz").write_bytes(gzip.compress(b"export {}"))
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Site:
    return Site(folder, CONFIG, ["https://cognito-idp.eu-central-1.amazonaws.com"])


def body(answer: dict[str, object]) -> bytes:
    return base64.b64decode(str(answer["body"]))


def test_every_page_of_the_console_is_the_index(site: Site) -> None:
    for path in ("/", "/workflows/welcome", "/contacts/a.b@c.example"):
        answer = site.answer("GET", path, {})
        assert answer["statusCode"] == 200
        assert body(answer) == b"<title>Stepwell</title>"
        assert answer["headers"]["Cache-Control"] == "no-cache"
        assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"


def test_assets_are_kept_for_good_and_compressed_as_asked(site: Site) -> None:
    path = "/assets/app-1a2b.js"
    best = site.answer("GET", path, {"accept-encoding": "gzip, deflate, br"})
    assert (best["headers"]["Content-Encoding"], body(best)) == ("br", b"br")
    second = site.answer("GET", path, {"accept-encoding": "gzip, br;q=0"})
    assert gzip.decompress(body(second)) == b"export {}"
    plain = site.answer("GET", path, {})
    assert "Content-Encoding" not in plain["headers"]
    assert plain["headers"]["Cache-Control"].endswith("immutable")
    assert {a["headers"]["Vary"] for a in (best, second, plain)} == {"Accept-Encoding"}
    assert len({a["headers"]["ETag"] for a in (best, second, plain)}) == 3


def test_what_the_browser_has_is_not_sent_again(site: Site) -> None:
    tag = site.answer("GET", "/favicon.svg", {})["headers"]["ETag"]
    answer = site.answer("GET", "/favicon.svg", {"if-none-match": f'"other", W/{tag}'})
    assert (answer["statusCode"], body(answer)) == (304, b"")
    assert site.answer("GET", "/favicon.svg", {"if-none-match": '"other"'})["statusCode"] == 200


def test_an_asset_of_an_older_version_is_missing(site: Site) -> None:
    answer = site.answer("GET", "/assets/app-0000.js", {})
    assert answer["statusCode"] == 404
    assert answer["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/../handler.py", "/assets/../../secret", "/manifest.json", "//etc/passwd", "/assets/app-1a2b.js.br"],
)
def test_nothing_else_can_be_read(site: Site, path: str) -> None:
    answer = site.answer("GET", path, {})
    assert answer["statusCode"] == 404 or body(answer) == b"<title>Stepwell</title>"


def test_config_is_what_the_deployment_is(site: Site) -> None:
    answer = site.answer("GET", "/config.json", {})
    assert json.loads(body(answer)) == CONFIG
    assert answer["headers"]["Cache-Control"] == "no-cache"


def test_only_reading(site: Site) -> None:
    assert site.answer("POST", "/", {})["statusCode"] == 405
    head = site.answer("HEAD", "/", {})
    assert (head["statusCode"], body(head)) == (200, b"")


def test_scripts_come_from_files_of_ours_alone() -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in security_headers(["https://sign-in.example"])["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self' https://sign-in.example"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_a_weight_of_nothing_refuses(folder: Path) -> None:
    found = folder / "assets/app-1a2b.js"
    assert chosen(found, "br;q=0.000,gzip;q=0.5").encoding == "gzip"
    assert chosen(found, "identity").encoding == ""
