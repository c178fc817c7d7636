from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.testing import LocalCloud
from tests.unit.cli.harness import Command, Deployed


@pytest.fixture
def run(tmp_path: Path) -> Command:
    """The command with a config file of its own and no deployment."""
    return Command(tmp_path)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The real API handlers over the local cloud, without HTTP between."""
    with LocalCloud(tmp_path_factory.mktemp("cloud")) as cloud, pytest.MonkeyPatch.context() as patch:
        made = Deployed(cloud, patch)
        yield made
        made.close()


@pytest.fixture
def cli(tmp_path: Path, deployed: Deployed) -> Command:
    """The command, signed in to `deployed` as an administrator."""
    return Command(tmp_path, deployed)
