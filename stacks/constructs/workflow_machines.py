"""Role of all workflow machines, and the machines of workflows that are kept in git."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from stepwell.contracts import names

from stacks.arns import MACHINE_LOGS, Arns
from stacks.deployment import Deployment
from stacks.permissions import machine_policy

FILE_NAME = re.compile(r"^(?P<stem>.+?)(?:\.v(?P<version>[1-9]\d*))?\.ya?ml$")


class WorkflowMachines(Construct):
    """One machine a workflow version; the runtime makes further ones with the same role when it publishes.

    ``<name>.v3.yaml`` is version 3, a name without a number is version 1: a published version never changes,
    so an edit is a new file, and the old one stays until nobody is left in it.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the role and the machines of the folder that the deployment names."""
        super().__init__(scope, id_)
        self._deployment = deployment
        self._key = key
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
        self._logs = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"{MACHINE_LOGS}{deployment.prefix}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        if deployment.workflows:
            for path in sorted(Path(deployment.workflows).glob("*.y*ml")):
                self._machine(path)

    def _machine(self, path: Path) -> None:
        workflow, version, definition = compile_file(path, self._deployment.tenant)
        arns = Arns(self._deployment)
        sfn.CfnStateMachine(
            self,
            f"{workflow}-v{version}",
            state_machine_name=names.machine_name(
                self._deployment.prefix, self._deployment.tenant, workflow, version
            ),
            role_arn=self.role.role_arn,
            definition_string=definition,
            definition_substitutions={
                **{token: arns.own_function(function) for function, token in _tokens().items()},
            },
            logging_configuration=sfn.CfnStateMachine.LoggingConfigurationProperty(
                level="ERROR",
                # The payload names contacts: it belongs in no log.
                include_execution_data=False,
                destinations=[
                    sfn.CfnStateMachine.LogDestinationProperty(
                        cloud_watch_logs_log_group=sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                            log_group_arn=self._logs.log_group_arn
                        )
                    )
                ],
            ),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(
                enabled=self._deployment.xray
            ),
            encryption_configuration=encrypted(self._key),
        )


def encrypted(key: kms.IKey) -> sfn.CfnStateMachine.EncryptionConfigurationProperty:
    """Encrypt definition and history with the deployment's key; published machines get the same at run time."""
    return sfn.CfnStateMachine.EncryptionConfigurationProperty(
        type="CUSTOMER_MANAGED_KMS_KEY", kms_key_id=key.key_arn, kms_data_key_reuse_period_seconds=900
    )


def _tokens() -> Mapping[str, str]:
    return {name: "".join(part.capitalize() for part in name.split("_")) for name in names.NODE_FUNCTIONS}


def compile_file(path: Path, tenant: str) -> tuple[str, int, str]:
    """Compile a graph to (workflow id, version, definition with ``${token}`` for what is known at deployment).

    Raises:
        ValueError: The file's name is none that a workflow can have.
        ValidationFailed: The graph has errors; all of them are named.
    """
    # The compiler is needed only by deployments that keep workflows in git; it takes a second to import.
    from stepwell.workflows.checks import ensure_valid, run_checks
    from stepwell.workflows.compiler import CompileTargets, compile_workflow
    from stepwell.workflows.documents import load_yaml
    from stepwell.workflows.expansion import expand
    from stepwell.workflows.graph import Graph

    named = FILE_NAME.match(path.name)
    if named is None:
        raise ValueError(f"{path.name}: name it <workflow>.yaml or <workflow>.v<version>.yaml")
    version = int(named["version"] or 1)
    workflow = load_yaml(path.read_text())
    ensure_valid(run_checks(workflow), publishing=True)
    targets = CompileTargets(
        tenant=tenant,
        version=version,
        functions={function: f"${{{token}}}" for function, token in _tokens().items()},
    )
    return workflow.id, version, compile_workflow(Graph(expand(workflow)), targets).text()
