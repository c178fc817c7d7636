"""Puts the deployment's identity providers beside the trigger that gives their users workspace and role.

A file, not a variable of the environment: the trigger goes without our package, and nothing else reads variables.
"""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

NAME = "providers.json"


def code_with_providers(folder: Path, directory: str) -> lambda_.Code:
    """Return the function's code with ``providers.json`` beside its handler.

    Args:
        folder: The function's folder.
        directory: What the file says.
    """
    found = sha256(directory.encode())
    for path in sorted(folder.rglob("*.py")):
        found.update(path.read_bytes())
    return lambda_.Code.from_asset(
        str(folder),
        exclude=["**/__pycache__", "**/*.pyc"],
        asset_hash=found.hexdigest(),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=cdk.BundlingOptions(
            # Named because CDK wants an image; the local bundling always does the work.
            image=cdk.DockerImage.from_registry("scratch"),
            local=ProviderBundling(folder, directory),
        ),
    )


@jsii.implements(cdk.ILocalBundling)
class ProviderBundling:
    """Puts handler and providers where CDK collects the asset."""

    def __init__(self, folder: Path, directory: str) -> None:
        """Bundle a function's folder."""
        self.folder = folder
        self.directory = directory

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:
        """Fill ``output_dir``; always true, there is no Docker to fall back to."""
        del options
        left_out = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(self.folder, output_dir, dirs_exist_ok=True, ignore=left_out)
        (Path(output_dir) / NAME).write_text(self.directory)
        return True
