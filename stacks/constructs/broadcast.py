"""The machine that starts a workflow for a large audience (statemachines/system/broadcast.asl.yaml)."""

from __future__ import annotations

import json

import yaml
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from stepwell.contracts import names

from stacks.arns import Arns
from stacks.constructs.dead_letters import dead_letter_queue
from stacks.constructs.workflow_machines import encrypted
from stacks.deployment import ROOT, Deployment
from stacks.permissions import trace_policy

DEFINITION = ROOT / "statemachines" / "system" / "broadcast.asl.yaml"


class Broadcast(Construct):
    """Distributed Map over a manifest in S3.

    Attributes:
        dead: Cohorts that could not be started.
        machine: The machine.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the machine, its role and its dead-letter queue."""
        super().__init__(scope, id_)
        arns = Arns(deployment)
        name = names.system_machine_name(deployment.prefix, "broadcast")
        start_cohort = arns.own_function("start_cohort")
        self.dead = dead_letter_queue(self, "Dead", deployment, key, "cohorts-dead")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={
                "access": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[start_cohort]),
                        iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.dead.queue_arn]),
                        iam.PolicyStatement(
                            actions=[
                                "s3:GetObject",
                                "s3:PutObject",
                                "s3:ListMultipartUploadParts",
                                "s3:AbortMultipartUpload",
                            ],
                            resources=[arns.objects("artifacts", "broadcasts/*")],
                        ),
                        iam.PolicyStatement(
                            actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]
                        ),
                        # A Distributed Map starts its children as executions of its own machine.
                        iam.PolicyStatement(
                            actions=["states:StartExecution"], resources=[arns.machine(name)]
                        ),
                        iam.PolicyStatement(
                            actions=["states:DescribeExecution", "states:StopExecution"],
                            resources=[arns.execution(name)],
                        ),
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
            definition_substitutions={
                "StartCohort": start_cohort,
                "DeadCohorts": self.dead.queue_url,
            },
            encryption_configuration=encrypted(key),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=deployment.xray),
        )
