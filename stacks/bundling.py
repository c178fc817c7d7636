"""Third-party packages of the functions, installed without Docker.

AWS runs Python 3.13 on arm64, the local cloud runs the host's Python: the same lock gives two
layers, so the target is part of the asset's hash. An install is kept under ``layers/deps/build`` and
linked from there, so that only a changed lock costs a download.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii

from stacks.deployment import ROOT, Target

DEPS = ROOT / "layers" / "deps"
LOCK = DEPS / "requirements.txt"
AWS_FLAGS = (
    "--python-platform",
    "aarch64-manylinux2014",
    "--python-version",
    "3.13",
    "--only-binary",
    ":all:",
)
# Names of places and carriers a number: half of the layer's zip, and we only parse and format numbers.
UNUSED = ("phonenumbers/geodata", "phonenumbers/carrierdata", "phonenumbers/tzdata")


def layer_key(target: Target) -> str:
    """Name what decides the layer's contents: the lock, and where it will run."""
    host = f"{platform.machine()}-{sys.version_info.major}.{sys.version_info.minor}"
    where = host if target == "local" else "arm64-3.13"
    return sha256(f"{target}\n{where}\n{UNUSED}\n".encode() + LOCK.read_bytes()).hexdigest()


def install(target: Target) -> Path:
    """Return the folder with the target's packages under ``python/``, installing them if need be.

    Raises:
        subprocess.CalledProcessError: A package is not to be had for the target.
    """
    done = DEPS / "build" / f"{target}-{layer_key(target)[:16]}"
    if done.is_dir():
        return done
    work = done.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    command = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--require-hashes"]
    command += [
        "--target",
        str(work / "python"),
        *(AWS_FLAGS if target == "aws" else ("--python", sys.executable)),
    ]
    subprocess.run([*command, "-r", str(LOCK)], check=True)  # noqa: S603
    for unused in ("bin", *UNUSED):
        shutil.rmtree(work / "python" / unused, ignore_errors=True)
    work.rename(done)
    return done


@jsii.implements(cdk.ILocalBundling)
class DepsBundling:
    """Puts the installed packages where CDK collects the asset."""

    def __init__(self, target: Target) -> None:
        """Bundle for a target."""
        self.target = target

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:
        """Fill ``output_dir``; always true, there is no Docker to fall back to."""
        del options
        shutil.copytree(install(self.target), output_dir, dirs_exist_ok=True)
        return True
