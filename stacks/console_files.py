"""Puts the console beside the code of the function that serves it, built by the Node that CDK runs on.

Built at deployment, so that what is served is what ``console/`` says and no generated file is in git. The same
sources are the same asset: CDK builds again only when they changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from stacks.deployment import ROOT

CONSOLE = ROOT / "console"
FOLDER = "site"
_SOURCES = ("src", "public", "scripts")
_TESTS = (".test.ts", ".test.tsx")


def code_with_console(folder: Path) -> lambda_.Code:
    """Return a function's code with the built console beside its handler.

    Args:
        folder: The function's folder.
    """
    return lambda_.Code.from_asset(
        str(folder),
        exclude=["**/__pycache__", "**/*.pyc"],
        asset_hash=console_key(folder),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=cdk.BundlingOptions(
            # Named because CDK wants an image; the local bundling always does the work.
            image=cdk.DockerImage.from_registry("scratch"),
            local=ConsoleBundling(folder),
        ),
    )


def build_console(into: Path) -> None:
    """Build the console.

    Raises:
        subprocess.CalledProcessError: There is no Node or no Vite (``make node_modules`` brings both), or the
            sources do not compile.
    """
    own = Path(sys.executable).parent / "node"
    node = str(own) if own.exists() else shutil.which("node") or "node"
    vite = str(ROOT / "node_modules" / "vite" / "bin" / "vite.js")
    command = [
        node,
        vite,
        "build",
        str(CONSOLE),
        "--outDir",
        str(into),
        "--emptyOutDir",
        "--logLevel",
        "warn",
    ]
    # CDK reads what an application writes to its standard output.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)  # noqa: S603


@jsii.implements(cdk.ILocalBundling)
class ConsoleBundling:
    """Puts handler and console where CDK collects the asset."""

    def __init__(self, folder: Path) -> None:
        """Bundle a function's folder."""
        self.folder = folder

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:
        """Fill ``output_dir``; always true, there is no Docker to fall back to."""
        del options
        left_out = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(self.folder, output_dir, dirs_exist_ok=True, ignore=left_out)
        build_console(Path(output_dir) / FOLDER)
        return True


def console_key(folder: Path) -> str:
    """Name what decides the contents: the handler, the console's sources, and the versions of what it is made of."""
    found = sha256((ROOT / "package-lock.json").read_bytes())
    sources = [
        *(path for path in CONSOLE.iterdir() if path.suffix in {".html", ".json", ".ts", ".cjs"}),
        *(path for name in _SOURCES for path in (CONSOLE / name).rglob("*")),
        *folder.rglob("*"),
    ]
    for path in sorted(p for p in sources if p.is_file()):
        if "__pycache__" in path.parts or path.name.endswith(_TESTS):
            continue
        content = path.read_bytes()
        found.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return found.hexdigest()
