"""The CDK app: ``cdk deploy --all`` puts a deployment into AWS, ``-c target=local`` into the local cloud."""

from __future__ import annotations

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.deployment import Deployment
from stacks.stage import build

app = cdk.App()
deployment = Deployment.from_context(app.node)
build(app, deployment)
if app.node.try_get_context("nag"):
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
