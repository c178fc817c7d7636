"""Workflows that a folder in git describes, with what they need: a stack that is only there with the folder.

It is apart from the engine so that a deployment that does not name the folder leaves it alone. What it needs of the
others it names (but the key, which the engine imports as well), so that none of them waits for it; taking the workflows
out is `cdk destroy` of this stack, or a deployment without their files.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.constructs.workflows_in_git import WorkflowsInGit
from stacks.data import DataStack
from stacks.deployment import Deployment


class GitStack(cdk.Stack):
    """What one workspace keeps in git."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        data: DataStack,
        *,
        env: cdk.Environment,
    ) -> None:
        """Create the stack.

        Args:
            scope: The app.
            id_: Stack id.
            deployment: The deployment; it names the folder and the workspace.
            data: The data stack.
            env: Account and region.
        """
        told = f"Stepwell {deployment.prefix}: what workspace {deployment.tenant} keeps in git"
        super().__init__(scope, id_, env=env, description=told)
        key = kms.Key.from_key_arn(self, "Key", data.key.key_arn)
        WorkflowsInGit(self, "Git", deployment, key)
