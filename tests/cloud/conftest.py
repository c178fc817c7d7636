"""One deployed platform a session; each test has a workspace of its own, time only moves forward."""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.faults import SesFaults
from tests.cloud.platform import Platform, Tenant

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "cloud":
            # One worker, where several run: each would deploy a cloud of its own.
            item.add_marker(pytest.mark.cloud)
            item.add_marker(pytest.mark.xdist_group("cloud"))


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    if kept := os.environ.get("STEPWELL_PROOF_HOME"):
        # While tests are written: a platform that stays, deployed by `python -m tests.cloud.platform HOME`.
        yield Platform.kept(Path(kept))
        return
    platform = Platform(tmp_path_factory.mktemp("platform"))
    try:
        platform.deploy()
        yield platform
        assert platform.denied() == []
    finally:
        platform.cloud.stop()


@pytest.fixture
def platform(deployed: Platform) -> Platform:
    deployed.faults(
        ses=SesFaults.DEFAULTS,
        functions={kind: {} for kind in ("fail_before", "fail_after", "throttle")},
        api={kind: {} for kind in ("drop_before", "drop_after", "fail")},
    )
    return deployed


@pytest.fixture
def tenant(platform: Platform) -> Tenant:
    return platform.workspace(f"t{next(_numbers)}{secrets.token_hex(2)}")


@pytest.fixture
def left_alone(tenant: Tenant) -> Iterator[None]:
    """What is connected is read every hour: days would pass slowly for the tests behind."""
    yield
    for account in tenant.api.get("/social/accounts")["items"]:
        tenant.api.delete(f"/social/accounts/{account['id']}")
