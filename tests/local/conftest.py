from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.testing import LocalCloud


@pytest.fixture(scope="session")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def cloud(shared_cloud: LocalCloud) -> LocalCloud:
    """The shared cloud with its clock, counters, inbox and faults as at the start."""
    shared_cloud.reset_controls()
    return shared_cloud
