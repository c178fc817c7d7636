"""A schedule of snapshots of one workspace; a deployment that asks for none has none, for each snapshot costs."""

from __future__ import annotations

import json

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct
from stepwell.lake.starting import SNAPSHOT

from stacks.arns import Arns
from stacks.capabilities import allow
from stacks.deployment import Deployment

RUN = "<aws.scheduler.execution-id>"
"""EventBridge Scheduler puts the run's own id there (its guide, "Adding context attributes")."""


class SnapshotSchedule(Construct):
    """Starts the machine of transfers by the clock."""

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the schedule and its role."""
        super().__init__(scope, id_)
        arns = Arns(deployment)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"),
            inline_policies={
                "start": iam.PolicyDocument(
                    statements=[
                        allow(["states:StartExecution"], [arns.transfers]),
                        allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn]),
                    ]
                )
            },
        )
        job = f"{SNAPSHOT}{RUN}"
        document = {
            "function": arns.own_function("export_profiles"),
            "tenant": deployment.tenant,
            "job": job,
            "bucket": arns.bucket_name("artifacts"),
            "manifest": f"transfers/{deployment.tenant}/{job}.jsonl",
        }
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=deployment.name("snapshots"),
            description="Snapshots of all contacts of the deployment's workspace",
            schedule_expression=deployment.snapshot_schedule,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode="FLEXIBLE", maximum_window_in_minutes=15
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=arns.transfers, role_arn=role.role_arn, input=json.dumps(document)
            ),
        )
