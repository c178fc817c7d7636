from __future__ import annotations

import re

from tests.infrastructure.conftest import Cloud


def routes(cloud: Cloud) -> dict[str, str]:
    return {
        r.properties["RouteKey"]: r.properties.get("AuthorizationType", "NONE")
        for r in cloud.resources("AWS::ApiGatewayV2::Route")
    }


def test_only_the_management_api_asks_for_a_token(aws: Cloud) -> None:
    assert routes(aws) == {
        "ANY /v1/{proxy+}": "NONE",
        "ANY /sdk/{proxy+}": "NONE",
        "ANY /s/{proxy+}": "NONE",
        "ANY /login/{proxy+}": "NONE",
        "ANY /u/{proxy+}": "NONE",
        "ANY /preferences/{proxy+}": "NONE",
        "ANY /confirm/{proxy+}": "NONE",
        "ANY /c/{proxy+}": "NONE",
        "ANY /o/{proxy+}": "NONE",
        "ANY /images/{proxy+}": "NONE",
        "ANY /docs": "NONE",
        "ANY /openapi.json": "NONE",
        "ANY /health": "NONE",
        "ANY /api/{proxy+}": "JWT",
        "$default": "NONE",
    }


def test_the_audience_is_the_client(aws: Cloud) -> None:
    (authorizer,) = aws.resources("AWS::ApiGatewayV2::Authorizer")
    (client,) = aws.resources("AWS::Cognito::UserPoolClient")
    assert authorizer.properties["JwtConfiguration"]["Audience"] == [{"Ref": client.logical_id}]


def test_requests_are_throttled_and_logged_without_personal_data(aws: Cloud) -> None:
    (stage,) = aws.resources("AWS::ApiGatewayV2::Stage")
    assert stage.properties["DefaultRouteSettings"]["ThrottlingRateLimit"] == 1_000
    form = stage.properties["AccessLogSettings"]["Format"]
    assert "$context.status" in form
    for secret in ("sourceIp", "$context.path", "userAgent", "requestOverride"):
        assert secret not in form


def test_the_api_id_is_pinned_locally_only(aws: Cloud, local: Cloud) -> None:
    (ours,) = local.resources("AWS::ApiGatewayV2::Api")
    assert re.fullmatch(r"[0-9a-f]{8}", ours.properties["Tags"]["ms-custom-id"])
    (theirs,) = aws.resources("AWS::ApiGatewayV2::Api")
    assert "ms-custom-id" not in theirs.properties.get("Tags", {})


def test_the_four_roles_are_groups(aws: Cloud) -> None:
    groups = {
        g.properties["GroupName"]: g.properties["Precedence"]
        for g in aws.resources("AWS::Cognito::UserPoolGroup")
    }
    assert sorted(groups, key=groups.__getitem__) == ["admin", "publisher", "editor", "viewer"]


def test_users_cannot_choose_their_tenant(aws: Cloud) -> None:
    (client,) = aws.resources("AWS::Cognito::UserPoolClient")
    assert "custom:tenant" in client.properties["ReadAttributes"]
    assert "custom:tenant" not in client.properties["WriteAttributes"]
    (pool,) = aws.resources("AWS::Cognito::UserPool")
    (tenant,) = [a for a in pool.properties["Schema"] if a["Name"] == "tenant"]
    assert tenant["Mutable"] is False


def test_sign_in(aws: Cloud) -> None:
    (pool,) = aws.resources("AWS::Cognito::UserPool")
    assert pool.properties["MfaConfiguration"] == "OPTIONAL"
    # Version 2 of the trigger, by which access tokens get claims, is not in the Lite plan.
    assert pool.properties["UserPoolTier"] == "ESSENTIALS"
    assert pool.properties["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool.properties["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool.properties["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert pool.properties["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] == "V2_0"
    (client,) = aws.resources("AWS::Cognito::UserPoolClient")
    assert set(client.properties["ExplicitAuthFlows"]) == {
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }
    assert not client.properties.get("GenerateSecret")


def test_the_right_to_manage_people_reaches_the_role(aws: Cloud) -> None:
    # Functions ignore policies that are added to them: theirs are complete, and this one is the role's own.
    allowed = [
        policy.properties["Roles"]
        for policy in aws.resources("AWS::IAM::Policy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if "cognito-idp:AdminGetUser" in statement["Action"]
    ]
    assert ["serve" in str(roles).lower() for roles in allowed] == [True]
