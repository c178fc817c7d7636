"""People in a user pool, against moto's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.user_directory import CognitoDirectory
from stepwell.errors import Conflict
from stepwell.publishing.team import ROLES

TENANT = {"Name": "tenant", "AttributeDataType": "String", "Mutable": False}


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, CognitoDirectory]]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        made = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"], Schema=[TENANT])
        id_ = made["UserPool"]["Id"]
        for role in ROLES:
            cognito.create_group(UserPoolId=id_, GroupName=role)
        yield cognito, CognitoDirectory(id_, cognito)


def test_a_person_is_made_found_changed_and_removed(pool: tuple[Any, CognitoDirectory]) -> None:
    _, directory = pool
    kim = directory.create("acme", "kim@acme.example", "Kim")
    directory.set_role(kim, "editor")
    found = directory.person(kim)
    assert found is not None
    assert (found.tenant, found.email, found.verified, found.name) == (
        "acme",
        "kim@acme.example",
        True,
        "Kim",
    )
    assert (found.role, found.state, found.second_factor) == ("editor", "invited", False)
    assert directory.person("kim@acme.example") == found

    directory.set_role(kim, "publisher")
    assert [(p.username, p.role) for p in directory.members("acme")] == [(kim, "publisher")]
    directory.set_enabled(kim, False)
    assert [p.state for p in directory.members("acme")] == ["disabled"]
    directory.set_enabled(kim, True)
    directory.remove(kim)
    assert directory.person(kim) is None and directory.members("acme") == []


def test_members_are_those_of_the_workspace(pool: tuple[Any, CognitoDirectory]) -> None:
    _, directory = pool
    directory.set_role(directory.create("acme", "kim@acme.example", ""), "admin")
    directory.set_role(directory.create("rival", "lee@rival.example", ""), "admin")
    assert [p.email for p in directory.members("acme")] == ["kim@acme.example"]
    with pytest.raises(Conflict):
        directory.create("acme", "lee@rival.example", "")


class Asked:
    """A pool in which people sign in by address (moto takes any name at RESEND)."""

    def __init__(self) -> None:
        self.created: list[dict[str, Any]] = []

    def admin_get_user(self, **_: Any) -> dict[str, Any]:
        return {"Username": "0a-1b", "UserAttributes": [{"Name": "email", "Value": "kim@acme.example"}]}

    def admin_list_groups_for_user(self, **_: Any) -> dict[str, Any]:
        return {"Groups": []}

    def admin_create_user(self, **given: Any) -> dict[str, Any]:
        self.created.append(given)
        return {}


def test_an_invitation_is_repeated_by_address() -> None:
    asked = Asked()
    CognitoDirectory("pool", asked).invite_again("0a-1b")
    assert (asked.created[0]["Username"], asked.created[0]["MessageAction"]) == ("kim@acme.example", "RESEND")
