"""One Lambda function with a role, a log group and nothing that it does not need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
from stepwell.contracts import names

from stacks.deployment import Deployment


@dataclass(frozen=True)
class Size:
    """What a function may take.

    Attributes:
        memory_mb: Memory; the share of a processor follows it (1,769 MB is one).
        timeout_s: Time limit.
        disk_mb: Temporary files; what is above 512 is paid for while the function runs.
    """

    memory_mb: int = 512
    timeout_s: int = 30
    disk_mb: int = 512


def has_code(deployment: Deployment, name: str) -> bool:
    """Tell whether a function's folder exists."""
    return (deployment.functions / name / "handler.py").is_file()


class PythonFunction(Construct):
    """A function from ``functions/<name>/handler.py``, entry ``handler.handler``.

    The role is its own and its policy is complete from the start: CDK's grants are cut off, because they
    add actions with wildcards, and a policy attached later than an event source fails the deployment.

    Attributes:
        function: The function.
        role: Its role.
    """

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        name: str,
        *,
        size: Size,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        code: lambda_.Code | None = None,
    ) -> None:
        """Create the function.

        Args:
            scope: The stack.
            deployment: The deployment.
            name: One of ``names.FUNCTIONS``.
            size: Memory and time.
            layers: Layers, first wins.
            environment: ``STEPWELL_*`` only.
            statements: What it may do besides writing its log.
            code: Its code, where that is more than its folder.
        """
        super().__init__(scope, "".join(part.capitalize() for part in name.split("_")))
        full_name = names.function_name(deployment.prefix, name)
        log_group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{full_name}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        own = [
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
            )
        ]
        if deployment.xray:
            own.append(
                iam.PolicyStatement(
                    actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"]
                )
            )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"access": iam.PolicyDocument(statements=[*own, *statements])},
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=full_name,
            runtime=deployment.runtime,
            architecture=deployment.architecture,
            handler="handler.handler",
            code=code
            or lambda_.Code.from_asset(
                str(deployment.functions / name),
                exclude=["**/__pycache__", "**/*.pyc"],
                # serve_api links to the template library, which is no code and lies elsewhere.
                follow_symlinks=cdk.SymlinkFollowMode.ALWAYS,
            ),
            layers=list(layers),
            role=self.role.without_policy_updates(),
            memory_size=size.memory_mb,
            timeout=cdk.Duration.seconds(size.timeout_s),
            ephemeral_storage_size=cdk.Size.mebibytes(size.disk_mb) if size.disk_mb > 512 else None,
            environment=dict(environment),
            log_group=log_group,
            # Lambda's own three lines a call are more bytes than ours, and an event is half a contact's cost.
            logging_format=lambda_.LoggingFormat.JSON,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            tracing=lambda_.Tracing.ACTIVE if deployment.xray else lambda_.Tracing.DISABLED,
        )
