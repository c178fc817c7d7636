"""Workspaces and people are made with AWS credentials, and making them twice changes nothing."""

from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.clock import SystemClock
from stepwell.adapters.config_store import ConfigStore
from stepwell.contracts.workspace import Workspace
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.provisioning import create_user, create_workspace

from tests.fakes.cloud_tables import create_table

REGION = "us-east-1"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        create_table(boto3.client("dynamodb", REGION), "founding-config")
        yield


def test_a_workspace_is_made_once_and_keeps_what_it_has(cloud: Any) -> None:
    create_workspace(Workspace("acme", name="Acme"), prefix="founding", region=REGION)
    create_workspace(Workspace("acme", name="Other"), prefix="founding", region=REGION)
    store = ConfigStore("founding-config", REGION, SystemClock(None))
    assert store.workspace("acme").name == "Acme"


def test_a_workspace_id_that_would_break_keys_is_refused(cloud: Any) -> None:
    with pytest.raises(CliError, match="no workspace id"):
        create_workspace(Workspace("Acme#1"), prefix="founding", region=REGION)


def test_a_person_gets_tenant_and_role_and_may_be_added_again(cloud: Any) -> None:
    cognito = boto3.client("cognito-idp", REGION)
    schema = [{"Name": "tenant", "AttributeDataType": "String"}]
    pool = cognito.create_user_pool(PoolName="p", Schema=schema)["UserPool"]["Id"]
    cognito.create_group(UserPoolId=pool, GroupName="editor")
    for _ in range(2):
        create_user(
            cognito, pool, tenant="acme", email="a@b.example", role="editor", password="Long-enough-1"
        )
    user = cognito.admin_get_user(UserPoolId=pool, Username="a@b.example")
    assert {a["Name"]: a["Value"] for a in user["UserAttributes"]}["custom:tenant"] == "acme"
    groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username="a@b.example")["Groups"]
    assert [g["GroupName"] for g in groups] == ["editor"]
    with pytest.raises(CliError, match="no role"):
        create_user(cognito, pool, tenant="acme", email="a@b.example", role="boss")


@pytest.mark.parametrize(("theirs", "told"), [("other", "`other`"), ("", "no workspace")])
def test_a_person_of_another_workspace_is_refused_and_left_alone(cloud: Any, theirs: str, told: str) -> None:
    cognito = boto3.client("cognito-idp", REGION)
    schema = [{"Name": "tenant", "AttributeDataType": "String"}]
    pool = cognito.create_user_pool(PoolName="p", Schema=schema)["UserPool"]["Id"]
    for role in ("admin", "viewer"):
        cognito.create_group(UserPoolId=pool, GroupName=role)
    if theirs:
        create_user(
            cognito, pool, tenant=theirs, email="a@b.example", role="viewer", password="Long-enough-1"
        )
    else:
        cognito.admin_create_user(UserPoolId=pool, Username="a@b.example")
    before = cognito.admin_get_user(UserPoolId=pool, Username="a@b.example")
    with pytest.raises(CliError, match=told) as refused:
        create_user(cognito, pool, tenant="acme", email="a@b.example", role="admin", password="Other-pass-22")
    assert (refused.value.code, refused.value.exit_code) == ("user_of_another_workspace", Exit.CONFLICT)
    after = cognito.admin_get_user(UserPoolId=pool, Username="a@b.example")
    assert (after["UserAttributes"], after["UserStatus"]) == (before["UserAttributes"], before["UserStatus"])
    groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username="a@b.example")["Groups"]
    assert "admin" not in [group["GroupName"] for group in groups]
