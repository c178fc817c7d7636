from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.user_directory import CognitoDirectory
from stepwell_cli.second_factor import address, code_at, enrol, enrolled

# RFC 6238, appendix B (SHA-1, the last six of eight digits).
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("now", "shown"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_codes_are_those_of_the_standard(now: int, shown: str) -> None:
    assert code_at(SECRET, now) == shown


def test_the_address_names_the_person() -> None:
    assert address("ABC", "a@b.c") == "otpauth://totp/Stepwell:a%40b.c?secret=ABC&issuer=Stepwell"


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str, str]]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        pool = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
        client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"][
            "ClientId"
        ]
        cognito.admin_create_user(UserPoolId=pool, Username="kim@acme.example")
        cognito.admin_set_user_password(
            UserPoolId=pool, Username="kim@acme.example", Password="Long-enough-1", Permanent=True
        )
        answer = cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "kim@acme.example", "PASSWORD": "Long-enough-1"},
        )
        yield cognito, pool, answer["AuthenticationResult"]["AccessToken"]


def test_an_authenticator_is_set_up_seen_and_forgotten(signed_in: tuple[Any, str, str]) -> None:
    cognito, pool, token = signed_in
    assert not enrolled(cognito, token)
    asked: list[str] = []

    def code(secret: str, _hide: bool) -> str:
        asked.append(secret)
        return "123456"

    assert enrol(cognito, token, code) == asked[0]
    assert enrolled(cognito, token)
    directory = CognitoDirectory(pool, cognito)
    kim = directory.person("kim@acme.example")
    assert kim is not None and kim.second_factor
    directory.reset_second_factor(kim.username)
    kim = directory.person("kim@acme.example")
    assert kim is not None and not kim.second_factor
