"""The API's side: HTTP API, sign-in and the functions that answer a waiting caller."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import Construct

from stacks.capabilities import allow
from stacks.constructs.federation import Federation
from stacks.constructs.front import Front
from stacks.constructs.http_api import HttpApi
from stacks.constructs.identity import Identity
from stacks.data import DataStack
from stacks.deployment import Deployment
from stacks.functions import make_functions

PEOPLE = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminDisableUser",
    "cognito-idp:AdminEnableUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:AdminSetUserMFAPreference",
    "cognito-idp:AdminUserGlobalSignOut",
    "cognito-idp:ListUsersInGroup",
)
"""What managing people takes."""
FUNCTIONS = ("ingest_events", "serve_api", "serve_console", "serve_unsubscribe", "add_tenant_claim")


class ApiStack(cdk.Stack):
    """The API of a deployment.

    Attributes:
        functions: Functions by name.
        url: Address of the API.
        front: What stands before it in AWS.
    """

    def __init__(
        self, scope: Construct, id_: str, deployment: Deployment, data: DataStack, *, env: cdk.Environment
    ) -> None:
        """Create the stack."""
        super().__init__(scope, id_, env=env, description=f"Stepwell {deployment.prefix}: API")
        self.functions = make_functions(self, deployment, data, FUNCTIONS)
        self.identity = Identity(self, "Identity", deployment, self.functions.get("add_tenant_claim"))
        self.http = HttpApi(self, "Http", deployment, self.identity, self.functions)
        self.url = self.http.api.api_endpoint
        self.export_value(self.url)
        self.front = Front(self, "Front", deployment, self.http.api)
        for name in sorted({"serve_api", "serve_console"} & set(self.functions)):
            function = self.functions[name].function
            function.add_environment("STEPWELL_USER_POOL_ID", self.identity.pool.user_pool_id)
            function.add_environment("STEPWELL_USER_POOL_CLIENT_ID", self.identity.client.user_pool_client_id)
        if deployment.federation:
            federation = Federation(self, "Federation", deployment, self.identity, self.front.url)
            if console := self.functions.get("serve_console"):
                console.function.add_environment("STEPWELL_FEDERATION", federation.told)
        if api := self.functions.get("serve_api"):
            # Addresses that it hands out: of pictures, webhooks, callbacks.
            api.function.add_environment("STEPWELL_PUBLIC_URL", deployment.public_url or self.url)
            # The pool comes after the functions, one of which is its trigger: so the right is given here.
            api.role.add_to_principal_policy(allow(PEOPLE, [self.identity.pool.user_pool_arn]))
        cdk.CfnOutput(self, "ApiUrl", value=self.url)
        # The local cloud has no edge: its console is at the API.
        cdk.CfnOutput(self, "ConsoleUrl", value=self.url if deployment.is_local else self.front.url)
        cdk.CfnOutput(self, "UserPoolId", value=self.identity.pool.user_pool_id)
        cdk.CfnOutput(self, "UserPoolClientId", value=self.identity.client.user_pool_client_id)
