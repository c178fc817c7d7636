"""The layers' contents, made without Docker: our package, and third-party packages installed from the lock.

AWS runs Python 3.13 on arm64, the local cloud runs the host's Python: the same lock gives two
layers, so the target is part of the asset's hash. What was made is kept under ``layers/deps/build``, so
that only a changed lock costs a download.

Both layers carry bytecode: ``/opt`` is read-only, so that without it each cold start would compile every
module that it imports. It is unchecked (the zip loses the files' times, and a layer never changes) and needs
an interpreter of the target's version at deployment; where there is none, the sources go alone.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii

from stacks.deployment import ROOT, Target

CORE = ROOT / "layers" / "core"
DEPS = ROOT / "layers" / "deps"
PARQUET = ROOT / "layers" / "parquet"
IMAGES = ROOT / "layers" / "images"
AWS_PYTHON = "3.13"
LOCK = DEPS / "requirements.txt"
AWS_FLAGS = (
    "--python-platform",
    # Amazon Linux 2023 has glibc 2.34.
    "aarch64-manylinux_2_28",
    "--python-version",
    AWS_PYTHON,
    "--only-binary",
    ":all:",
)
# Names of places and carriers a number: half of the layer's zip, and we only parse and format numbers. Locales of
# Babel: python-liquid loads Babel for filters that templates do not have.
UNUSED = ("phonenumbers/geodata", "phonenumbers/carrierdata", "phonenumbers/tzdata", "babel/locale-data")


@cache
def compiler(target: Target) -> str | None:
    """Return an interpreter that makes the target's bytecode; None: there is none on this machine."""
    if target == "local" or f"{sys.version_info.major}.{sys.version_info.minor}" == AWS_PYTHON:
        return sys.executable
    found = shutil.which(f"python{AWS_PYTHON}")
    # A shim of a version manager is found even where it leads nowhere.
    works = found and not subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode  # noqa: S603
    return found if works else None


def compile_layer(folder: Path, target: Target) -> None:
    """Put bytecode beside the sources of a layer, if this machine can."""
    interpreter = compiler(target)
    if interpreter is None:
        return
    # Isolated, for PYTHONPYCACHEPREFIX would lead the bytecode elsewhere. A package may hold files that are no
    # Python of this version (templates, tests): those stay sources.
    flags = ["-q", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/opt"]
    subprocess.run([interpreter, "-I", "-m", "compileall", *flags, str(folder)], check=False)  # noqa: S603


def layer_key(target: Target, folder: Path = DEPS) -> str:
    """Name what decides the contents of a layer of packages: its lock, and where it will run."""
    return sha256(_where(target).encode() + (folder / LOCK.name).read_bytes()).hexdigest()


def core_key(target: Target) -> str:
    """Name what decides the contents of our package's layer: its files, and where it will run."""
    found = sha256(_where(target).encode())
    for path in _core_files():
        content = path.read_bytes()
        found.update(f"{path.relative_to(CORE).as_posix()}\n{len(content)}\n".encode() + content)
    return found.hexdigest()


def _where(target: Target) -> str:
    host = f"{platform.machine()}-{sys.version_info.major}.{sys.version_info.minor}"
    where = host if target == "local" else f"arm64-{AWS_PYTHON}"
    code = "bytecode" if compiler(target) else "sources"
    return f"{target}\n{where}\n{code}\n{UNUSED}\n"


def _core_files() -> list[Path]:
    return sorted(
        path
        for path in CORE.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(part == "__pycache__" or part.endswith(".egg-info") for part in path.parts)
    )


def install(target: Target, folder: Path = DEPS) -> Path:
    """Return the folder with the target's packages under ``python/``, installing them if need be.

    Args:
        target: Where they will run.
        folder: Where the lock is; what was installed is kept below it.

    Raises:
        subprocess.CalledProcessError: A package is not to be had for the target.
    """
    done = folder / "build" / f"{target}-{layer_key(target, folder)[:16]}"
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
    subprocess.run([*command, "-r", str(folder / LOCK.name)], check=True)  # noqa: S603
    for unused in ("bin", *UNUSED):
        shutil.rmtree(work / "python" / unused, ignore_errors=True)
    compile_layer(work, target)
    work.rename(done)
    return done


@jsii.implements(cdk.ILocalBundling)
class DepsBundling:
    """Puts the installed packages where CDK collects the asset."""

    def __init__(self, target: Target, folder: Path = DEPS) -> None:
        """Bundle for a target, what the lock in a folder says."""
        self.target = target
        self.folder = folder

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:
        """Fill ``output_dir``; always true, there is no Docker to fall back to."""
        del options
        shutil.copytree(install(self.target, self.folder), output_dir, dirs_exist_ok=True)
        return True


@jsii.implements(cdk.ILocalBundling)
class CoreBundling:
    """Puts our package where CDK collects the asset."""

    def __init__(self, target: Target) -> None:
        """Bundle for a target."""
        self.target = target

    def try_bundle(self, output_dir: str, options: Any = None, **_: Any) -> bool:
        """Fill ``output_dir``; always true, there is no Docker to fall back to."""
        del options
        for path in _core_files():
            copy = Path(output_dir) / path.relative_to(CORE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        compile_layer(Path(output_dir), self.target)
        return True
