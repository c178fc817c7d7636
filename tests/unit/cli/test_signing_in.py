from __future__ import annotations

import json
from typing import Any

import pytest
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.settings import Profile, read_profiles, write_profile
from stepwell_cli.srp import _N, Srp, _stamp

from local.testing import LocalCloud
from tests.unit.cli.harness import Command, Deployed

PASSWORD, NEW = "First-pass1!word", "Second-pass1!word"


def test_the_time_is_written_as_cognito_wants_it() -> None:
    assert _stamp(1_735_786_985) == "Thu Jan 2 03:03:05 UTC 2025"


def test_a_number_that_betrays_the_password_is_refused() -> None:
    parameters = {"USER_ID_FOR_SRP": "ann", "SECRET_BLOCK": "AA==", "SRP_B": f"{_N * 2:x}", "SALT": "a1"}
    with pytest.raises(CliError):
        Srp("us-east-1_pool").respond(parameters, "password", 0)


@pytest.fixture(scope="module")
def user(deployed: Deployed) -> tuple[LocalCloud, str, str]:
    """A user who must choose a new password, and the outputs of a stack that lead there."""
    cloud = deployed.cloud
    cognito = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="console",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(
        UserPoolId=pool,
        Username="ann@shop.example",
        UserAttributes=[{"Name": "email", "Value": "ann@shop.example"}],
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )
    outputs = {
        "ApiUrl": "http://abcdef12.execute-api.localhost:4566",
        "UserPoolId": pool,
        "UserPoolClientId": client,
    }
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    cloud.client("cloudformation").create_stack(StackName="stepwell-api", TemplateBody=json.dumps(template))
    return cloud, pool, client


@pytest.fixture
def local(run: Command, user: tuple[LocalCloud, str, str]) -> Command:
    """The command with `--local` pointing at this cloud."""
    cloud = user[0]

    def client(service: str, **_: Any) -> Any:
        return cloud.client(service)

    run.session = {"make_client": client}
    return run


def sign_in(local: Command, password: str, *more: str, typed: str = "", code: int = 0) -> Any:
    return local("--local", "login", "--username", "ann@shop.example", "--password-stdin", *more,
                 typed=f"{password}\n{typed}", code=code)  # fmt: skip


@pytest.mark.cloud
def test_signing_in_by_srp(local: Command) -> None:
    """One test, for each step needs the one before: the user's password changes."""
    wrong = sign_in(local, "Wrong-pass1!word", code=Exit.SIGN_IN)
    assert "wrong" in wrong.stderr
    assert not local.config.exists()

    sign_in(local, PASSWORD, typed=f"{NEW}\n")
    kept = read_profiles(local.config)["local"]
    assert kept.username == "ann@shop.example"
    assert kept.access_token
    assert kept.refresh_token
    assert kept.expires_at > 0

    sign_in(local, NEW)
    sign_in(local, NEW, "--plain-password")
    shown = local.json("--local", "login", "--show")
    assert shown["signed_in"] is True
    assert kept.refresh_token not in json.dumps(shown)

    local.session["now"] = lambda: float(kept.expires_at + 10_000)
    local("--local", "workflows", "list", code=Exit.UNAVAILABLE)
    renewed = read_profiles(local.config)["local"]
    assert renewed.expires_at > kept.expires_at

    assert local.json("--local", "logout")["signed_out"] is True
    assert read_profiles(local.config)["local"].refresh_token == ""
    assert local.error("--local", "workflows", "list", code=Exit.SIGN_IN)["code"] == "not_signed_in"


@pytest.mark.cloud
def test_tokens_of_another_local_cloud_are_not_used(local: Command) -> None:
    write_profile(
        local.config, "local", Profile(user_pool_id="us-east-1_gone", access_token="old", refresh_token="old")
    )
    assert local.error("--local", "workflows", "list", code=Exit.SIGN_IN)["code"] == "not_signed_in"


@pytest.mark.cloud
def test_a_stack_that_is_not_there(local: Command) -> None:
    error = local.error("login", "--stack-prefix", "absent", code=Exit.NOT_FOUND)
    assert error["code"] == "no_stack"


def test_a_deployment_must_be_named(run: Command) -> None:
    assert run.error("login", "--username", "x", code=Exit.USAGE)["code"] == "no_deployment"
