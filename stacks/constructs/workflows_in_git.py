"""Workflows, and what they need, that are kept in git: machines, and the registrations that make them live.

A machine's name ends in its version's number, which the workspace gives out: `Version` reserves it, the machine is
made with it, `Workflow` makes it live. Machines are never deleted by CloudFormation, for contacts may be in them; the
reconciler deletes those that nobody is in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from stepwell.contracts.parcels import pack

from stacks.arns import Arns
from stacks.constructs.workflow_files import (
    PARTITION,
    VERSION,
    DocumentFile,
    WorkflowFile,
    function_tokens,
    read_documents,
    read_workflows,
)
from stacks.constructs.workflow_machines import encrypted, logging
from stacks.deployment import ROOT, Deployment

# The function has a time limit of its own; this is for a request that never reached it.
ANSWER_WITHIN = cdk.Duration.minutes(5)
# Workflows that become live at a time: each writes the workspace's one trigger index over the revision it read.
LANES = 4


class WorkflowsInGit(Construct):
    """All of a folder, live after the deployment; what runs it was deployed before."""

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create machines and registrations of the folder that the deployment names."""
        super().__init__(scope, id_)
        self._deployment = deployment
        self._key = key
        self._arns = Arns(deployment)
        folder = ROOT / deployment.workflows
        needed: list[tuple[DocumentFile, cdk.CustomResource]] = []
        for document in read_documents(folder):
            content = {"Source": pack(document.document)}
            id_ = f"{document.kind.lower()}-{document.id}"
            made = self._registration(id_, document.kind, document.id, content)
            if named := [before for other, before in needed if document.names(other)]:
                made.node.add_dependency(*named)
            needed.append((document, made))
        live: list[cdk.CustomResource] = []
        for workflow in read_workflows(folder, deployment.tenant):
            live.append(self._workflow(workflow, [made for other, made in needed if workflow.names(other)]))
            if len(live) > LANES:
                live[-1].node.add_dependency(live[-1 - LANES])

    def _registration(
        self, id_: str, kind: str, subject: str, properties: dict[str, str]
    ) -> cdk.CustomResource:
        return cdk.CustomResource(
            self,
            id_,
            resource_type=f"Custom::Stepwell{kind}",
            service_token=self._arns.own_function("register_workflows"),
            service_timeout=ANSWER_WITHIN,
            properties={"Tenant": self._deployment.tenant, "Id": subject, **properties},
        )

    def _workflow(self, workflow: WorkflowFile, needed: Sequence[cdk.CustomResource]) -> cdk.CustomResource:
        content = {"Source": pack(workflow.document), "Digest": workflow.digest}
        version = self._registration(f"{workflow.id}-version", "Version", workflow.id, content)
        if needed:
            version.node.add_dependency(*needed)
        machine = self._machine(workflow, version)
        live = {**content, "Version": version.get_att_string("Version"), "Machine": machine.ref}
        return self._registration(f"{workflow.id}-workflow", "Workflow", workflow.id, live)

    def _machine(self, workflow: WorkflowFile, version: cdk.CustomResource) -> sfn.CfnStateMachine:
        number = version.get_att_string("Version")
        machine = sfn.CfnStateMachine(
            self,
            f"{workflow.id}-machine",
            state_machine_name=version.get_att_string("Name"),
            role_arn=self._arns.role("workflow-machines"),
            definition_s3_location=self._stored(workflow),
            definition_substitutions={
                **{token: self._arns.own_function(name) for name, token in function_tokens().items()},
                VERSION: number,
                PARTITION: cdk.Aws.PARTITION,
            },
            logging_configuration=logging(self._arns),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(
                enabled=self._deployment.xray
            ),
            encryption_configuration=encrypted(self._key),
            tags=[
                sfn.CfnStateMachine.TagsEntryProperty(key="stepwell:tenant", value=self._deployment.tenant),
                sfn.CfnStateMachine.TagsEntryProperty(key="stepwell:workflow", value=workflow.id),
                sfn.CfnStateMachine.TagsEntryProperty(key="stepwell:version", value=number),
            ],
        )
        machine.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        return machine

    def _stored(self, workflow: WorkflowFile) -> sfn.CfnStateMachine.S3LocationProperty:
        """Put the definition beside the template: a few large ones would fill the megabyte that a template has."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{workflow.id}.asl.json"
            path.write_text(workflow.definition, encoding="utf-8")
            asset = assets.Asset(self, f"{workflow.id}-definition", path=str(path))
        return sfn.CfnStateMachine.S3LocationProperty(bucket=asset.s3_bucket_name, key=asset.s3_object_key)
