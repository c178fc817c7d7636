from __future__ import annotations

from pathlib import Path

import pytest

from stacks import bundling


def test_the_target_decides_the_layer() -> None:
    assert bundling.layer_key("aws") != bundling.layer_key("local")
    assert bundling.layer_key("aws") == bundling.layer_key("aws")


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


@pytest.mark.slow
def test_aws_gets_arm_wheels(tmp_path: Path) -> None:
    assert bundling.DepsBundling("aws").try_bundle(str(tmp_path))
    compiled = list((tmp_path / "python" / "pydantic_core").glob("*.so"))
    assert [p.name for p in compiled] == ["_pydantic_core.cpython-313-aarch64-linux-gnu.so"]


@pytest.mark.slow
def test_a_layer_fits_into_lambda(tmp_path: Path) -> None:
    bundling.DepsBundling("aws").try_bundle(str(tmp_path))
    size = sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file())
    assert size < 100 * 1024**2, "250 MB is the quota of all layers and the function together"
