"""Puts the browser client beside the code of the function that serves it, built by the Node that CDK runs on.

Built at deployment, so that what is served is what ``sdk/js`` says and no generated file is in git.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from stacks.deployment import ROOT

SDK = ROOT / "sdk" / "js"
NAMES = ("stepwell.min.js", "stepwell-push.min.js", "stepwell-sw.js")
_LEFT_OUT = ("__pycache__", "*.pyc")


def code_with_script(folder: Path) -> lambda_.Code:
    """Return a function's code with the browser client beside its handler.

    Args:
        folder: The function's folder.
    """
    return lambda_.Code.from_asset(
        str(folder),
        exclude=[f"**/{pattern}" for pattern in _LEFT_OUT],
        asset_hash=_key(folder),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=cdk.BundlingOptions(
            # Named because CDK wants an image; the local bundling always does the work.
            image=cdk.DockerImage.from_registry("scratch"),
            local=ScriptBundling(folder),
        ),
    )


def build_scripts(into: Path) -> list[Path]:
    """Build the browser client; returns the paths of its scripts.

    Raises:
        subprocess.CalledProcessError: There is no Node or no esbuild (``make node_modules`` brings both), or the
            script is larger than its limit.
    """
    # Node reads nothing of who started it: pip's packages put theirs beside Python.
    own = Path(sys.executable).parent / "node"
    node = str(own) if own.exists() else shutil.which("node") or "node"
    # CDK reads what an application writes to its standard output.
    subprocess.run([node, str(SDK / "build.mjs"), str(into)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return [into / name for name in NAMES]


@jsii.implements(cdk.ILocalBundling)
class ScriptBundling:
    """Puts handler and scripts where CDK collects the asset."""

    def __init__(self, folder: Path) -> None:
        """Bundle a function's folder."""
        self.folder = folder

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:
        """Fill ``output_dir``; always true, there is no Docker to fall back to."""
        del options
        shutil.copytree(
            self.folder, output_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_LEFT_OUT)
        )
        with tempfile.TemporaryDirectory() as work:
            for script in build_scripts(Path(work)):
                shutil.copyfile(script, Path(output_dir) / script.name)
        return True


def _key(folder: Path) -> str:
    """Name what decides the contents: the handler, the client's source, and the compiler's version."""
    found = sha256((ROOT / "package-lock.json").read_bytes())
    sources = [SDK / "build.mjs", SDK / "package.json", *(SDK / "src").rglob("*.ts"), *folder.rglob("*")]
    for path in sorted(p for p in sources if p.is_file() and "__pycache__" not in p.parts):
        content = path.read_bytes()
        found.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return found.hexdigest()
