from __future__ import annotations

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from stacks import bundling


def test_the_target_decides_the_layer() -> None:
    assert bundling.layer_key("aws") != bundling.layer_key("local")
    assert bundling.layer_key("aws") == bundling.layer_key("aws")


def test_our_layer_has_unchecked_bytecode_for_each_module(tmp_path: Path) -> None:
    assert bundling.CoreBundling("local").try_bundle(str(tmp_path))
    sources = list(tmp_path.rglob("*.py"))
    assert (tmp_path / "python" / "stepwell" / "serving.py") in sources
    for source in sources:
        header = Path(cache_from_source(str(source))).read_bytes()[:8]
        assert header[4:] == b"\x01\0\0\0", "hash-based and never checked: a zip keeps no times"


def test_our_layer_changes_with_its_files_and_its_target() -> None:
    assert bundling.core_key("local") == bundling.core_key("local")
    assert bundling.core_key("local") != bundling.core_key("aws")


def test_bytecode_needs_an_interpreter_of_the_target() -> None:
    assert bundling.compiler("local") == sys.executable


def test_the_lock_has_hashes_and_only_what_functions_need() -> None:
    lock = bundling.LOCK.read_text()
    assert "--hash=sha256:" in lock
    for tool in ("pytest", "aws-cdk-lib", "ministack", "moto", "ruff"):
        assert f"\n{tool}==" not in f"\n{lock}"


def test_the_lock_agrees_with_what_is_tested() -> None:
    def pins(path: Path) -> set[str]:
        return {
            line.split(" ")[0] for line in path.read_text().splitlines() if "==" in line and line[0].isalnum()
        }

    assert pins(bundling.LOCK) <= pins(bundling.ROOT / "requirements-dev.txt")
    for folder in (bundling.PARQUET, bundling.IMAGES):
        assert pins(folder / "requirements.txt") <= pins(bundling.ROOT / "requirements-dev.txt")


@pytest.mark.slow
def test_aws_gets_arm_wheels(tmp_path: Path) -> None:
    assert bundling.DepsBundling("aws").try_bundle(str(tmp_path))
    compiled = list(tmp_path.rglob("*.so"))
    assert "_pydantic_core.cpython-313-aarch64-linux-gnu.so" in {p.name for p in compiled}
    assert all(p.name.endswith((".cpython-313-aarch64-linux-gnu.so", ".abi3.so")) for p in compiled)
    # The machine of an ELF file: 183 is AArch64 (an abi3 library does not name it).
    assert {int.from_bytes(p.read_bytes()[18:20], "little") for p in compiled} == {183}


@pytest.mark.slow
def test_time_zones_are_in_the_layer(tmp_path: Path) -> None:
    # Amazon Linux 2023 of Lambda promises none, and quiet hours, schedules and waits need them.
    bundling.DepsBundling("aws").try_bundle(str(tmp_path))
    assert (tmp_path / "python/tzdata/zoneinfo/Europe/Berlin").is_file()


@pytest.mark.slow
def test_a_layer_fits_into_lambda(tmp_path: Path) -> None:
    bundling.DepsBundling("aws").try_bundle(str(tmp_path))
    size = sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file())
    assert size < 100 * 1024**2, "250 MB is the quota of all layers and the function together"


@pytest.mark.slow
def test_the_layer_for_parquet_is_one_arm_library_and_fits_beside_the_others(tmp_path: Path) -> None:
    bundling.DepsBundling("aws", bundling.PARQUET).try_bundle(str(tmp_path / "parquet"))
    bundling.DepsBundling("aws").try_bundle(str(tmp_path / "deps"))
    (library,) = (tmp_path / "parquet").rglob("*.so")
    assert library.name in ("_duckdb.abi3.so", "_duckdb.cpython-313-aarch64-linux-gnu.so")
    assert int.from_bytes(library.read_bytes()[18:20], "little") == 183
    # A function and its layers have 250 MB, unpacked.
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) < 180 * 1024**2


@pytest.mark.slow
def test_the_layer_for_pictures_is_small_and_for_arm(tmp_path: Path) -> None:
    bundling.DepsBundling("aws", bundling.IMAGES).try_bundle(str(tmp_path))
    (library,) = (tmp_path / "python" / "PIL").glob("_imaging.*.so")
    assert library.name == "_imaging.cpython-313-aarch64-linux-gnu.so"
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) < 40 * 1024**2
