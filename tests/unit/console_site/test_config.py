from __future__ import annotations

from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from stepwell.adapters import aws
from stepwell.adapters.transfer_files import S3Files
from stepwell.console_site.config import connections, public_config
from stepwell.errors import NotReady
from stepwell.settings import Settings

ENV = {
    "AWS_REGION": "eu-central-1",
    "STEPWELL_USER_POOL_ID": "eu-central-1_a",
    "STEPWELL_USER_POOL_CLIENT_ID": "client",
    "STEPWELL_ARTIFACTS_BUCKET": "files",
}


def test_in_aws() -> None:
    settings = Settings.from_env(
        ENV
        | {"STEPWELL_FEDERATION": '{"domain": "x.example", "providers": [{"name": "Okta", "label": "Okta"}]}'}
    )
    told = public_config(settings)
    assert told["cognito_endpoint"] is None
    assert told["federation"]["providers"] == [{"name": "Okta", "label": "Okta"}]
    assert connections(settings) == (
        "https://cognito-idp.eu-central-1.amazonaws.com",
        "https://files.s3.eu-central-1.amazonaws.com",
        "https://x.example",
    )


def test_in_the_local_cloud() -> None:
    settings = Settings.from_env(ENV | {"STEPWELL_LOCAL": "1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert public_config(settings)["cognito_endpoint"] == "http://127.0.0.1:4566"
    assert connections(settings) == ("http://127.0.0.1:4566",)


def test_without_a_user_pool_nobody_could_sign_in() -> None:
    with pytest.raises(NotReady):
        public_config(Settings())


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2"])
def test_the_policy_allows_just_the_address_that_files_are_put_at(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_ACCESS_KEY_ID": "a"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    client = boto3.Session().client("s3", config=Config(signature_version="s3v4", s3=aws.SIGNED_S3))
    address = urlsplit(S3Files(client, "files").upload_url("imports/a", 10, expires_s=60))
    assert f"https://{address.netloc}" in connections(Settings.from_env(ENV | {"AWS_REGION": region}))
