"""Companies' own identity providers: who signs in there belongs to the workspace that the deployment says.

Set in the context, a list::

    "federation": [
      {"name": "Okta", "label": "Acme's Okta", "kind": "oidc", "tenant": "acme",
       "issuer": "https://acme.okta.example", "client_id": "0oa1", "client_secret": "stepwell/okta",
       "groups_claim": "groups", "roles": {"Marketing Admins": "admin"}, "default_role": "viewer"},
      {"name": "Entra", "kind": "saml", "tenant": "acme",
       "metadata_url": "https://login.example.com/federationmetadata.xml",
       "email_claim": "…/identity/claims/emailaddress"}
    ]

`client_secret` names a secret in Secrets Manager; its value is in no template.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.constructs.identity import ROLES, Identity
from stacks.deployment import Deployment

LOCAL_CONSOLES = ("http://localhost:4701", "http://127.0.0.1:4701")
SCOPES = ("openid", "email", "profile")
_KINDS = {"oidc": ("issuer", "client_id", "client_secret"), "saml": ("metadata_url",)}
_OIDC_CLAIMS = {"email": "email", "name": "name"}


@dataclass(frozen=True)
class Provider:
    """One identity provider.

    Attributes:
        name: Its name in the pool, 3 to 32 letters, digits, `-` and `_`.
        label: What its button at sign-in says.
        tenant: Workspace of everybody who signs in there.
        roles: Role by the provider's group; who is in several has the highest.
        default_role: Of those in none of the groups; empty: they may not in.
        settings: Everything else that the context says.
    """

    name: str
    label: str
    kind: str
    tenant: str
    roles: Mapping[str, str]
    default_role: str
    settings: Mapping[str, Any]


def providers_of(deployment: Deployment) -> tuple[Provider, ...]:
    """Read the context.

    Raises:
        ValueError: A provider lacks something, or a role is none.
    """
    found = tuple(_provider(one) for one in json.loads(deployment.federation or "[]"))
    if len({one.name for one in found}) < len(found):
        raise ValueError("context federation: each name once")
    return found


def _provider(said: Mapping[str, Any]) -> Provider:
    name, kind = str(said.get("name", "")), str(said.get("kind", ""))
    if not (3 <= len(name) <= 32 and name.replace("-", "").replace("_", "").isalnum()):
        raise ValueError(f"context federation: {name!r} takes 3 to 32 letters, digits, - and _")
    if kind not in _KINDS:
        raise ValueError(f"context federation: {name} has kind oidc or saml, not {kind!r}")
    if lacking := [key for key in ("tenant", *_KINDS[kind]) if not said.get(key)]:
        raise ValueError(f"context federation: {name} lacks {', '.join(lacking)}")
    roles = {str(group): str(role) for group, role in dict(said.get("roles", {})).items()}
    default = str(said.get("default_role", ROLES[0]))
    if wrong := ({*roles.values(), default} - {*ROLES, ""}):
        raise ValueError(f"context federation: {name} names no role: {', '.join(sorted(wrong))}")
    return Provider(name, str(said.get("label", name)), kind, str(said["tenant"]), roles, default, said)


def directory(providers: tuple[Provider, ...]) -> str:
    """Return what `add_tenant_claim` reads: tenant and roles by provider."""
    return json.dumps(
        {
            p.name: {"tenant": p.tenant, "roles": dict(p.roles), "default_role": p.default_role}
            for p in providers
        },
        sort_keys=True,
    )


class Federation(Construct):
    """The pool's sign-in domain and its providers.

    Attributes:
        told: JSON of what the console offers, see `Settings.federation`.
    """

    def __init__(
        self, scope: Construct, id_: str, deployment: Deployment, identity: Identity, console_url: str
    ) -> None:
        """Create domain and providers, and let the client use them."""
        super().__init__(scope, id_)
        providers = providers_of(deployment)
        domain = cognito.CfnUserPoolDomain(
            self,
            "Domain",
            user_pool_id=identity.pool.user_pool_id,
            # Unique in the region, so with the account.
            domain=f"{deployment.prefix}-{cdk.Aws.ACCOUNT_ID}",
        )
        made = [_identity_provider(self, identity, one) for one in providers]
        client = identity.client.node.default_child
        if not isinstance(client, cognito.CfnUserPoolClient):
            raise TypeError("The client is no CfnUserPoolClient.")
        back = [f"{origin}/sign-in" for origin in (console_url, *LOCAL_CONSOLES)]
        client.allowed_o_auth_flows_user_pool_client = True
        client.allowed_o_auth_flows = ["code"]
        # Not `aws.cognito.signin.user.admin`: with it people could change the groups by which they get their role.
        client.allowed_o_auth_scopes = list(SCOPES)
        client.callback_ur_ls = back
        client.logout_ur_ls = back
        client.supported_identity_providers = ["COGNITO", *(one.name for one in providers)]
        for one in made:
            client.add_resource_dependency(one)
        host = f"{domain.domain}.auth.{cdk.Aws.REGION}.amazoncognito.com"
        shown = [{"name": one.name, "label": one.label} for one in providers]
        self.told = cdk.Stack.of(self).to_json_string({"domain": host, "providers": shown})


def _identity_provider(
    scope: Construct, identity: Identity, provider: Provider
) -> cognito.CfnUserPoolIdentityProvider:
    said = provider.settings
    claims = dict(_OIDC_CLAIMS) if provider.kind == "oidc" else {"email": "email"}
    claims |= {
        attribute: str(said[f"{attribute}_claim"])
        for attribute in ("email", "name")
        if said.get(f"{attribute}_claim")
    }
    if groups := said.get("groups_claim"):
        claims["custom:groups"] = str(groups)
    details: dict[str, str] = (
        {
            "oidc_issuer": str(said["issuer"]),
            "client_id": str(said["client_id"]),
            "client_secret": cdk.SecretValue.secrets_manager(str(said["client_secret"])).unsafe_unwrap(),
            "authorize_scopes": str(said.get("scopes", "openid email profile")),
            "attributes_request_method": "GET",
        }
        if provider.kind == "oidc"
        else {"MetadataURL": str(said["metadata_url"]), "IDPSignout": "true"}
    )
    return cognito.CfnUserPoolIdentityProvider(
        scope,
        provider.name,
        user_pool_id=identity.pool.user_pool_id,
        provider_name=provider.name,
        provider_type=provider.kind.upper(),
        provider_details=details,
        attribute_mapping=claims,
    )
