"""Workflows and messages that are kept in git: their machines, and the registrations that make them live.

A machine's name ends in its version's number, which the workspace gives out: `Version` reserves it, the machine is
made with it, `Workflow` makes it live. Machines are never deleted by CloudFormation, for contacts may be in them; the
reconciler deletes those that nobody is in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IConstruct
from stepwell.contracts.parcels import canonical, pack

from stacks.arns import Arns
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.workflow_files import (
    PARTITION,
    VERSION,
    WorkflowFile,
    function_tokens,
    read_messages,
    read_workflows,
)
from stacks.constructs.workflow_machines import WorkflowMachines, encrypted
from stacks.deployment import ROOT, Deployment

# The function has a time limit of its own; this is for a request that never reached it.
ANSWER_WITHIN = cdk.Duration.minutes(5)
# Workflows that become live at a time: each writes the workspace's one trigger index over the revision it read.
LANES = 4


class WorkflowsInGit(Construct):
    """All of a folder, live after the deployment.

    Args of the constructor say what is shared; what registrations must wait for is told by ``wait_for``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        key: kms.IKey,
        machines: WorkflowMachines,
        registrar: PythonFunction,
    ) -> None:
        """Create machines and registrations of the folder that the deployment names."""
        super().__init__(scope, id_)
        self._deployment = deployment
        self._key = key
        self._machines = machines
        self._registrar = registrar
        # A resource that is nothing: registrations wait for it, and it for all else, or each would name eighty.
        self._ready = cdk.CfnWaitConditionHandle(self, "Ready")
        self._ready.node.add_dependency(registrar)
        folder = ROOT / deployment.workflows
        messages = {
            one.id: self._registration(f"message-{one.id}", "Message", one.id, {"Source": pack(one.document)})
            for one in read_messages(folder)
        }
        live: list[cdk.CustomResource] = []
        for workflow in read_workflows(folder, deployment.tenant):
            live.append(self._workflow(workflow, messages))
            if len(live) > LANES:
                live[-1].node.add_dependency(live[-1 - LANES])

    def wait_for(self, *others: IConstruct) -> None:
        """Register only what can run: after the functions, the group of schedules and their role."""
        self._ready.node.add_dependency(*others)

    def _registration(
        self, id_: str, kind: str, subject: str, properties: dict[str, str]
    ) -> cdk.CustomResource:
        made = cdk.CustomResource(
            self,
            id_,
            resource_type=f"Custom::Stepwell{kind}",
            service_token=self._registrar.function.function_arn,
            service_timeout=ANSWER_WITHIN,
            properties={"Tenant": self._deployment.tenant, "Id": subject, **properties},
        )
        made.node.add_dependency(self._ready)
        return made

    def _workflow(
        self, workflow: WorkflowFile, messages: Mapping[str, cdk.CustomResource]
    ) -> cdk.CustomResource:
        content = {"Source": pack(workflow.document), "Digest": workflow.digest}
        version = self._registration(f"{workflow.id}-version", "Version", workflow.id, content)
        text = canonical(workflow.document)
        if sent := [made for id_, made in messages.items() if f'"{id_}"' in text]:
            version.node.add_dependency(*sent)
        machine = self._machine(workflow, version)
        live = {**content, "Version": version.get_att_string("Version"), "Machine": machine.ref}
        return self._registration(f"{workflow.id}-workflow", "Workflow", workflow.id, live)

    def _machine(self, workflow: WorkflowFile, version: cdk.CustomResource) -> sfn.CfnStateMachine:
        arns = Arns(self._deployment)
        number = version.get_att_string("Version")
        machine = sfn.CfnStateMachine(
            self,
            f"{workflow.id}-machine",
            state_machine_name=version.get_att_string("Name"),
            role_arn=self._machines.role.role_arn,
            definition_s3_location=self._stored(workflow),
            definition_substitutions={
                **{token: arns.own_function(name) for name, token in function_tokens().items()},
                VERSION: number,
                PARTITION: cdk.Aws.PARTITION,
            },
            logging_configuration=self._machines.logging(),
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
