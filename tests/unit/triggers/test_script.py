"""The browser client's script over HTTP: packed, kept by browsers, asked for again by its tag."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from stepwell.triggers.script import PATH, Script, asked, missing, name_of

CONTENT = "!function(){/* ü */}();".encode()


def request(path: str = PATH, method: str = "GET", **headers: str) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"rawPath": path, "headers": given, "requestContext": {"http": {"method": method, "path": path}}}


def test_plain():
    answer = Script(CONTENT).answer(request())
    assert (answer["statusCode"], answer["body"].encode()) == (200, CONTENT)
    assert answer["headers"]["content-type"] == "text/javascript; charset=utf-8"
    assert "max-age=86400" in answer["headers"]["cache-control"]


def test_packed_for_who_takes_it():
    answer = Script(CONTENT).answer(request(accept_encoding="gzip, deflate, br"))
    assert (answer["headers"]["content-encoding"], answer["headers"]["vary"]) == ("gzip", "accept-encoding")
    assert gzip.decompress(base64.b64decode(answer["body"])) == CONTENT
    assert answer == Script(CONTENT).answer(request(accept_encoding="gzip"))


def test_not_again_while_it_is_the_same():
    tag = Script(CONTENT).answer(request())["headers"]["etag"]
    assert Script(CONTENT).answer(request(if_none_match=tag)) | {"headers": {}} == {
        "statusCode": 304,
        "headers": {},
        "body": "",
    }
    assert Script(CONTENT + b";").answer(request(if_none_match=tag))["statusCode"] == 200


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PATH, "stepwell.min.js"),
        ("/sdk/v1/stepwell-push.min.js", "stepwell-push.min.js"),
        ("/sdk/v1/stepwell-sw.js", "stepwell-sw.js"),
        ("/sdk/v2/stepwell.min.js", ""),
        ("/sdk/v1/../handler.py", ""),
        ("/sdk/v1/handler.py", ""),
        ("/sdk/v1/", ""),
    ],
)
def test_which_scripts_there_are(path: str, name: str):
    assert name_of(request(path)) == name
    assert missing()["statusCode"] == 404


@pytest.mark.parametrize(("content", "method"), [(b"", "GET"), (CONTENT, "POST")])
def test_nothing_else_is_there(content: bytes, method: str):
    answer = Script(content).answer(request(PATH, method))
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "no_script")


def test_the_folder():
    assert asked(request())
    assert not asked(request("/v1/batch"))
