"""What all workflow machines share, whether the runtime makes them at publishing or a deployment from git."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.arns import MACHINE_LOGS, Arns
from stacks.deployment import Deployment
from stacks.permissions import machine_policy


class WorkflowMachines(Construct):
    """Role and log group of all workflow machines.

    Attributes:
        role: The role.
        log_group: Where failed executions are logged.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create both."""
        super().__init__(scope, id_)
        self.role = iam.Role(
            self,
            "Role",
            role_name=deployment.name("workflow-machines"),
            description="Workflow machines: node functions only",
            assumed_by=iam.ServicePrincipal(
                "states.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            ),
            inline_policies={"nodes": iam.PolicyDocument(statements=machine_policy(deployment, key.key_arn))},
        )
        self.log_group = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"{MACHINE_LOGS}{deployment.prefix}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


def logging(arns: Arns) -> sfn.CfnStateMachine.LoggingConfigurationProperty:
    """Log failed executions."""
    return sfn.CfnStateMachine.LoggingConfigurationProperty(
        level="ERROR",
        # The payload names contacts: it belongs in no log.
        include_execution_data=False,
        destinations=[
            sfn.CfnStateMachine.LogDestinationProperty(
                cloud_watch_logs_log_group=sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                    log_group_arn=arns.machine_logs
                )
            )
        ],
    )


def encrypted(key: kms.IKey) -> sfn.CfnStateMachine.EncryptionConfigurationProperty:
    """Encrypt definition and history with the deployment's key; published machines get the same at run time."""
    return sfn.CfnStateMachine.EncryptionConfigurationProperty(
        type="CUSTOMER_MANAGED_KMS_KEY", kms_key_id=key.key_arn, kms_data_key_reuse_period_seconds=900
    )
