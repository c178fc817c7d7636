"""Who may use the console, the CLI and the API: a Cognito user pool with four roles."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.constructs.python_function import PythonFunction
from stacks.deployment import Deployment

ROLES = ("viewer", "editor", "publisher", "admin")


class Identity(Construct):
    """Users sign in with their e-mail address; a second factor is offered to all.

    A pool can only require it of everybody or nobody, and an access token does not tell whether there was one.

    Attributes:
        pool: The user pool.
        client: The client of console and CLI (public: no secret).
        issuer: Issuer of the pool's tokens.
    """

    def __init__(
        self, scope: Construct, id_: str, deployment: Deployment, add_tenant: PythonFunction | None
    ) -> None:
        """Create the pool, its groups and its client."""
        super().__init__(scope, id_)
        self.pool = cognito.UserPool(
            self,
            "Users",
            user_pool_name=deployment.name("users"),
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
                temp_password_validity=cdk.Duration.days(3),
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            custom_attributes={
                "tenant": cognito.StringAttribute(min_len=1, max_len=40, mutable=False),
                # Of those whom a company's identity provider signs in; a pool cannot lose an attribute again.
                "groups": cognito.StringAttribute(max_len=2048, mutable=True),
            },
            deletion_protection=not deployment.is_local,
            removal_policy=deployment.removal,
        )
        # Not the pool's ProviderURL, which MiniStack does not know; the two are the same by definition.
        self.issuer = f"https://cognito-idp.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}/{self.pool.user_pool_id}"
        if add_tenant:
            self.pool.add_trigger(
                cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
                add_tenant.function,
                cognito.LambdaVersion.V2_0,
            )
        for precedence, role in enumerate(reversed(ROLES)):
            cognito.CfnUserPoolGroup(
                self,
                role.capitalize(),
                user_pool_id=self.pool.user_pool_id,
                group_name=role,
                precedence=precedence,
            )
        attributes = cognito.ClientAttributes().with_standard_attributes(email=True, email_verified=True)
        writable = cognito.ClientAttributes().with_standard_attributes(email=True, fullname=True)
        self.client = self.pool.add_client(
            "Client",
            user_pool_client_name=deployment.name("console"),
            auth_flows=cognito.AuthFlow(user_srp=True, user_password=True),
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=cdk.Duration.hours(1),
            id_token_validity=cdk.Duration.hours(1),
            refresh_token_validity=cdk.Duration.days(7),
            read_attributes=attributes.with_custom_attributes("tenant"),
            # Without the tenant: a user who could write it could choose it. Groups count for those alone whom a
            # provider signs in, and whose tokens cannot write; Cognito itself writes them by the client's right.
            write_attributes=writable.with_custom_attributes("groups") if deployment.federation else writable,
            disable_o_auth=True,
        )
