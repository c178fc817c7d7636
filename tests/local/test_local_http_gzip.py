from __future__ import annotations

import base64
import gzip
import json
import urllib.request
from typing import Any

import pytest

from local.testing import LocalCloud, make_function

pytestmark = pytest.mark.cloud

ECHO = """
import json, sys
def handler(event, context):
    print(1, file=sys.stderr)
    return {"statusCode": 200, "body": json.dumps([event.get("isBase64Encoded"), event.get("body")])}
"""


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_an_encoded_body_reaches_the_function_whole(cloud: LocalCloud, encoding: str | None) -> None:
    name = f"echo-{encoding or 'plain'}"
    gateway = cloud.client("apigatewayv2")
    api = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=make_function(cloud, name, ECHO),
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    plain = json.dumps({"umlaut": "ü" * 50}).encode()
    request = urllib.request.Request(
        f"{cloud.endpoint}/_aws/execute-api/{api}/$default/v1/batch",
        data=gzip.compress(plain) if encoding else plain,
        headers={"Content-Type": "application/json", **({"Content-Encoding": encoding} if encoding else {})},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        base64_encoded, body = json.load(answer)
    assert base64_encoded is (encoding == "gzip")
    assert _plain(body, base64_encoded) == plain


def _plain(body: str, base64_encoded: bool) -> Any:
    return gzip.decompress(base64.b64decode(body)) if base64_encoded else body.encode()
