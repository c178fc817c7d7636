from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.constructs.federation import directory, providers_of
from stacks.deployment import ROOT, Deployment
from stacks.provider_files import NAME, ProviderBundling
from tests.infrastructure.conftest import FEDERATION, Cloud

OKTA: dict[str, Any] = json.loads(FEDERATION)[0]


def client(cloud: Cloud) -> dict[str, Any]:
    (found,) = cloud.resources("AWS::Cognito::UserPoolClient")
    return found.properties


def test_the_client_takes_the_code_flow_of_the_providers(aws: Cloud) -> None:
    said = client(aws)
    assert said["AllowedOAuthFlows"] == ["code"]
    assert said["SupportedIdentityProviders"] == ["COGNITO", "Okta", "Entra"]
    assert said["CallbackURLs"] == said["LogoutURLs"]
    assert any("http://localhost" in str(url) for url in said["CallbackURLs"])
    # With this scope people could write the groups that give them their role.
    assert "aws.cognito.signin.user.admin" not in said["AllowedOAuthScopes"]


def test_without_providers_there_is_no_oauth(synthesise: Callable[..., Cloud]) -> None:
    plain = synthesise()
    assert not client(plain).get("AllowedOAuthFlowsUserPoolClient")
    assert not plain.resources("AWS::Cognito::UserPoolDomain")


def test_no_secret_is_in_the_template(aws: Cloud) -> None:
    okta = aws.named("AWS::Cognito::UserPoolIdentityProvider", "ProviderName", "Okta").properties
    secret = okta["ProviderDetails"]["client_secret"]
    assert secret == "{{resolve:secretsmanager:stepwell/okta:SecretString:::}}"
    assert okta["AttributeMapping"] == {"email": "email", "name": "name", "custom:groups": "groups"}
    entra = aws.named("AWS::Cognito::UserPoolIdentityProvider", "ProviderName", "Entra").properties
    assert entra["ProviderType"] == "SAML"


def test_cognito_may_write_groups_and_nobody_the_workspace(
    aws: Cloud, synthesise: Callable[..., Cloud]
) -> None:
    assert set(client(aws)["WriteAttributes"]) == {"email", "name", "custom:groups"}
    assert set(client(synthesise())["WriteAttributes"]) == {"email", "name"}


def test_the_console_is_told(aws: Cloud) -> None:
    function = aws.named("AWS::Lambda::Function", "FunctionName", "stepwell-serve-console")
    told = json.dumps(function.properties["Environment"]["Variables"]["STEPWELL_FEDERATION"])
    assert "amazoncognito.com" in told
    assert "Okta" in told


def test_the_trigger_gets_workspaces_and_roles(tmp_path: Path) -> None:
    said = directory(providers_of(Deployment(federation=FEDERATION)))
    assert ProviderBundling(ROOT / "functions" / "add_tenant_claim", said).try_bundle(str(tmp_path))
    assert json.loads((tmp_path / NAME).read_text())["Okta"] == {
        "tenant": "acme",
        "roles": {"Admins": "admin"},
        "default_role": "viewer",
    }
    assert (tmp_path / "handler.py").exists()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "a b"}, "letters"),
        ({"kind": "ldap"}, "oidc or saml"),
        ({"tenant": ""}, "lacks tenant"),
        ({"issuer": ""}, "lacks issuer"),
        ({"roles": {"x": "root"}}, "no role"),
    ],
)
def test_a_provider_that_could_not_work_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        providers_of(Deployment(federation=json.dumps([OKTA | wrong])))


def test_each_name_once() -> None:
    with pytest.raises(ValueError, match="once"):
        providers_of(Deployment(federation=json.dumps([OKTA, OKTA])))
