"""The one HTTP API: events, unsubscription, the management API and, as the default, the console."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_logs as logs
from aws_cdk.aws_apigatewayv2_authorizers import HttpJwtAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from stacks.constructs.identity import Identity
from stacks.constructs.python_function import PythonFunction
from stacks.deployment import Deployment

# No address, path or query: a path may hold a write key or an unsubscribe token, an address is personal.
LOG_FIELDS = {
    "id": "$context.requestId",
    "at": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
    "auth": "$context.authorizer.error",
}
OPEN_ROUTES = {
    "/v1/{proxy+}": "ingest_events",
    "/sdk/{proxy+}": "ingest_events",
    "/s/{proxy+}": "ingest_events",
    "/login/{proxy+}": "ingest_events",
    "/u/{proxy+}": "serve_unsubscribe",
    "/preferences/{proxy+}": "serve_unsubscribe",
    "/confirm/{proxy+}": "serve_unsubscribe",
    "/c/{proxy+}": "serve_unsubscribe",
    "/o/{proxy+}": "serve_unsubscribe",
    "/images/{proxy+}": "serve_unsubscribe",
    "/docs": "serve_api",
    "/openapi.json": "serve_api",
    "/health": "serve_api",
    "$default": "serve_console",
}


class HttpApi(Construct):
    """API with routes by path.

    ``/v1`` carries a write key, ``/u``, ``/c`` and ``/o`` a signed token and ``/s`` a short link's id, which their
    functions check; ``/api`` takes a token of the user pool, which the gateway checks; everything else is public: the
    browser client under ``/sdk``, console, OpenAPI document, health.

    Attributes:
        api: The API.
        log_group: Access logs.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        identity: Identity,
        functions: dict[str, PythonFunction],
    ) -> None:
        """Create the API."""
        super().__init__(scope, id_)
        self.api = apigw.HttpApi(
            self,
            "Api",
            api_name=deployment.prefix,
            description="Stepwell",
            create_default_stage=False,
        )
        if deployment.is_local:
            cdk.Tags.of(self.api).add("ms-custom-id", deployment.api_id)
        self.log_group = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/aws/apigateway/{deployment.name('access')}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        stage = self.api.add_stage(
            "Stage",
            stage_name="$default",
            auto_deploy=True,
            throttle=apigw.ThrottleSettings(
                rate_limit=deployment.throttle_rate, burst_limit=deployment.throttle_rate * 2
            ),
        )
        resource = stage.node.default_child
        if isinstance(resource, apigw.CfnStage):
            resource.access_log_settings = apigw.CfnStage.AccessLogSettingsProperty(
                destination_arn=self.log_group.log_group_arn, format=json.dumps(LOG_FIELDS)
            )
        integrations = {
            name: HttpLambdaIntegration(f"{name}-integration", function.function)
            for name, function in functions.items()
            if name in {*OPEN_ROUTES.values(), "serve_api"}
        }
        for path, name in OPEN_ROUTES.items():
            if name in integrations:
                self._route(path, integrations[name])
        if "serve_api" in integrations:
            authorizer = HttpJwtAuthorizer(
                "Users",
                identity.issuer,
                jwt_audience=[identity.client.user_pool_client_id],
            )
            self._route("/api/{proxy+}", integrations["serve_api"], authorizer)

    def _route(
        self,
        path: str,
        integration: apigw.HttpRouteIntegration,
        authorizer: apigw.IHttpRouteAuthorizer | None = None,
    ) -> None:
        if path == "$default":
            apigw.HttpRoute(
                self,
                "DefaultRoute",
                http_api=self.api,
                route_key=apigw.HttpRouteKey.DEFAULT,
                integration=integration,
            )
            return
        self.api.add_routes(
            path=path, methods=[apigw.HttpMethod.ANY], integration=integration, authorizer=authorizer
        )
