"""The machine of imports and exports (statemachines/system/transfers.asl.yaml)."""

from __future__ import annotations

import json

import yaml
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from stepwell.contracts import names

from stacks.arns import Arns
from stacks.capabilities import allow
from stacks.constructs.workflow_machines import encrypted
from stacks.deployment import ROOT, Deployment
from stacks.permissions import trace_policy

DEFINITION = ROOT / "statemachines" / "system" / "transfers.asl.yaml"
FUNCTIONS = ("import_profiles", "export_profiles")


class Transfers(Construct):
    """Distributed Map over the parts of a job.

    Attributes:
        machine: The machine.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the machine and its role."""
        super().__init__(scope, id_)
        arns = Arns(deployment)
        name = names.system_machine_name(deployment.prefix, "transfers")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={
                "access": iam.PolicyDocument(
                    statements=[
                        allow(["lambda:InvokeFunction"], [arns.own_function(one) for one in FUNCTIONS]),
                        allow(
                            [
                                "s3:GetObject",
                                "s3:PutObject",
                                "s3:ListMultipartUploadParts",
                                "s3:AbortMultipartUpload",
                            ],
                            [arns.objects("artifacts", "transfers/*")],
                        ),
                        allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn]),
                        # A Distributed Map starts its children as executions of its own machine.
                        allow(["states:StartExecution"], [arns.machine(name)]),
                        allow(["states:DescribeExecution", "states:StopExecution"], [arns.execution(name)]),
                        *trace_policy(deployment),
                    ]
                )
            },
        )
        self.machine = sfn.CfnStateMachine(
            self,
            "Machine",
            state_machine_name=name,
            role_arn=role.role_arn,
            definition_string=json.dumps(yaml.safe_load(DEFINITION.read_text()), indent=1),
            encryption_configuration=encrypted(key),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=deployment.xray),
        )
