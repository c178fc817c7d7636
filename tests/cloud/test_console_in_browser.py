"""The console in Chromium on the deployed platform: its files, its policy, the real API; nothing is mocked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from stepwell_cli.provisioning import create_user

from tests.cloud.platform import PASSWORD, PREFIX, ROOT, Platform, Tenant
from tests.cloud.showcase import fill

SUITE = ROOT / "console/playwright.config.ts"
SCREENSHOTS = bool(os.environ.get("STEPWELL_SCREENSHOTS"))
HOSTS = ("chromium", "chromium-browser", "google-chrome")

found = os.environ.get("STEPWELL_CHROMIUM") or next(filter(None, map(shutil.which, HOSTS)), None)
pytestmark = [
    pytest.mark.cloud,
    # A check that is skipped where it counts checks nothing: with CI set, Playwright's configuration fails.
    pytest.mark.skipif(
        found is None and not os.environ.get("CI"), reason="there is no Chromium on this machine"
    ),
]


def browse(platform: Platform, spec: str, given: dict[str, Any], tmp_path: Path) -> None:
    """Runs one file of the suite; what it needs to know is told by a file."""
    told = tmp_path / "given.json"
    told.write_text(json.dumps(given))
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv/bin'}:{ROOT / 'node_modules/.bin'}:{os.environ.get('PATH', '')}",
        "STEPWELL_E2E": str(told),
        **({"STEPWELL_CHROMIUM": found} if found else {}),
    }
    done = subprocess.run(
        ["playwright", "test", "--config", str(SUITE), f"/{spec}.spec.ts"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-12000:]}\n{done.stderr[-2000:]}"
    if said := [line for line in done.stdout.splitlines() if "flaky" in line]:
        print(said)


@pytest.fixture
def people(platform: Platform, tenant: Tenant) -> dict[str, Any]:
    """A workspace with somebody of each role; its administrator is new and has no second factor yet."""
    cognito = platform.cloud.client("cognito-idp")
    for name, role in {
        "editor": "editor",
        "publisher": "publisher",
        "viewer": "viewer",
        "new": "admin",
    }.items():
        create_user(
            cognito,
            platform.profile.user_pool_id,
            tenant=tenant.id,
            email=f"{name}@{tenant.id}.example",
            role=role,
            password=PASSWORD,
        )
    return {
        "console": platform.profile.api_url,
        "cloud": platform.cloud.endpoint,
        "api": platform.address,
        "prefix": PREFIX,
        "tenant": tenant.id,
        "password": PASSWORD,
        "write_key": tenant.write_key,
        "secret": platform.secrets[f"admin@{tenant.id}.example"],
    }


def welcome(tenant: Tenant) -> None:
    shop = "https://shop.example/start"
    for template, subject in {
        "welcome": "Welcome, {{ first_name | default('friend') }}",
        "tips": "Three tips to begin with",
        "reminder": "Did you miss this?",
    }.items():
        tenant.template(
            template,
            name=template.capitalize(),
            subject=subject,
            html=f'<h1>{template}</h1><p>Hello.</p><p><a href="{shop}">Begin here</a></p>',
        )


@pytest.mark.parametrize("spec", ["builder", "keyboard", "story"])
def test_people_work_with_it(
    spec: str, platform: Platform, tenant: Tenant, people: dict[str, Any], tmp_path: Path
):
    welcome(tenant)
    browse(platform, spec, people, tmp_path)


# Each page is opened twice: minutes, so `make test-console` runs it and not each push.
@pytest.mark.deep
def test_every_page_is_accessible(platform: Platform, tenant: Tenant, people: dict[str, Any], tmp_path: Path):
    shown = fill(tenant, 12, 8)
    browse(platform, "accessible", {**people, "shown": shown}, tmp_path)


@pytest.mark.skipif(not SCREENSHOTS, reason="pictures are made by `make screenshots`")
def test_screenshots(platform: Platform, tenant: Tenant, people: dict[str, Any], tmp_path: Path):
    shown = fill(tenant, 60, 20)
    browse(platform, "screenshots", {**people, "shown": shown}, tmp_path)
