from __future__ import annotations

import pytest
from stepwell.console_site.config import connections, public_config
from stepwell.errors import NotReady
from stepwell.settings import Settings

ENV = {
    "AWS_REGION": "eu-central-1",
    "STEPWELL_USER_POOL_ID": "eu-central-1_a",
    "STEPWELL_USER_POOL_CLIENT_ID": "client",
    "STEPWELL_LAKE_BUCKET": "lake",
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
        "https://lake.s3.eu-central-1.amazonaws.com",
        "https://x.example",
    )


def test_in_the_local_cloud() -> None:
    settings = Settings.from_env(ENV | {"STEPWELL_LOCAL": "1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert public_config(settings)["cognito_endpoint"] == "http://127.0.0.1:4566"
    assert connections(settings) == ("http://127.0.0.1:4566",)


def test_without_a_user_pool_nobody_could_sign_in() -> None:
    with pytest.raises(NotReady):
        public_config(Settings())
