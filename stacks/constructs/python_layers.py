"""The two layers of every function: the domain package and its third-party packages; one for Parquet, one for pictures.

Each stack makes layer versions of its own from the same assets: a layer version shared across stacks
is an export that CloudFormation refuses to replace while another stack still uses it.
"""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.bundling import (
    AWS_PYTHON,
    CORE,
    DEPS,
    IMAGES,
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
        images: What makes pictures smaller, for the function that does.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        deployment: Deployment,
        *,
        parquet: bool = False,
        images: bool = False,
    ) -> None:
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
        self.parquet = [self._extra("Parquet", "DuckDB, locked", PARQUET, deployment)] if parquet else []
        self.images = [self._extra("Images", "Pillow, locked", IMAGES, deployment)] if images else []

    def _extra(
        self, id_: str, description: str, folder: Path, deployment: Deployment
    ) -> lambda_.ILayerVersion:
        return lambda_.LayerVersion(
            self,
            id_,
            layer_version_name=f"{cdk.Stack.of(self).stack_name}-{folder.name}",
            description=description,
            code=lambda_.Code.from_asset(
                str(folder),
                exclude=["build"],
                asset_hash=layer_key(deployment.target, folder),
                asset_hash_type=cdk.AssetHashType.CUSTOM,
                bundling=cdk.BundlingOptions(
                    image=cdk.DockerImage.from_registry("scratch"),
                    local=DepsBundling(deployment.target, folder),
                ),
            ),
            compatible_runtimes=[deployment.runtime],
            compatible_architectures=[deployment.architecture],
        )
