"""The two layers of every function: the domain package and its third-party packages; and one for Parquet.

Each stack makes layer versions of its own from the same assets: a layer version shared across stacks
is an export that CloudFormation refuses to replace while another stack still uses it.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.bundling import (
    AWS_PYTHON,
    CORE,
    DEPS,
    PARQUET,
    CoreBundling,
    DepsBundling,
    compiler,
    core_key,
    layer_key,
)
from stacks.deployment import Deployment


class PythonLayers(Construct):
    """Layers of a stack.

    Attributes:
        layers: Domain package first, so that it wins.
        parquet: What reads Parquet (60 MB), for the functions that do.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, *, parquet: bool = False) -> None:
        """Create the layer versions."""
        super().__init__(scope, id_)
        stack = cdk.Stack.of(self).stack_name
        core = lambda_.LayerVersion(
            self,
            "Core",
            layer_version_name=f"{stack}-core",
            description="The stepwell package",
            code=lambda_.Code.from_asset(
                str(CORE),
                exclude=["**/__pycache__", "**/*.pyc", "**/*.egg-info"],
                asset_hash=core_key(deployment.target),
                asset_hash_type=cdk.AssetHashType.CUSTOM,
                bundling=cdk.BundlingOptions(
                    # Named because CDK wants an image; the local bundling always does the work.
                    image=cdk.DockerImage.from_registry("scratch"),
                    local=CoreBundling(deployment.target),
                ),
            ),
            compatible_runtimes=[deployment.runtime],
        )
        deps = lambda_.LayerVersion(
            self,
            "Deps",
            layer_version_name=f"{stack}-deps",
            description="Third-party packages, locked",
            code=lambda_.Code.from_asset(
                str(DEPS),
                exclude=["build"],
                asset_hash=layer_key(deployment.target),
                asset_hash_type=cdk.AssetHashType.CUSTOM,
                bundling=cdk.BundlingOptions(
                    image=cdk.DockerImage.from_registry("scratch"),
                    local=DepsBundling(deployment.target),
                ),
            ),
            compatible_runtimes=[deployment.runtime],
            compatible_architectures=[deployment.architecture],
        )
        if compiler(deployment.target) is None:
            cdk.Annotations.of(self).add_info(
                f"There is no Python {AWS_PYTHON} here: the layers carry no bytecode, and cold starts take longer. "
                f"Put `python{AWS_PYTHON}` on the path to deploy them with it."
            )
        self.layers: list[lambda_.ILayerVersion] = [core, deps]
        self.parquet: list[lambda_.ILayerVersion] = [self._parquet(stack, deployment)] if parquet else []

    def _parquet(self, stack: str, deployment: Deployment) -> lambda_.ILayerVersion:
        return lambda_.LayerVersion(
            self,
            "Parquet",
            layer_version_name=f"{stack}-parquet",
            description="DuckDB, locked",
            code=lambda_.Code.from_asset(
                str(PARQUET),
                exclude=["build"],
                asset_hash=layer_key(deployment.target, PARQUET),
                asset_hash_type=cdk.AssetHashType.CUSTOM,
                bundling=cdk.BundlingOptions(
                    image=cdk.DockerImage.from_registry("scratch"),
                    local=DepsBundling(deployment.target, PARQUET),
                ),
            ),
            compatible_runtimes=[deployment.runtime],
            compatible_architectures=[deployment.architecture],
        )
