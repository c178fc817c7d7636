"""Loads the demo workspace through the platform's own API, as an administrator would; repeating it changes nothing."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.demo import channels, networks
from local.demo.second_factor import current_code, enrol
from local.settings import REGION, LocalSettings

TENANT = "demo"
EMAIL = "admin@demo.example"
EDITOR = "editor@demo.example"
PASSWORD = "Stepwell-demo-1"
DOMAIN = "demo.example"
PREFIX = "stepwell"
WORKFLOW = "second_purchase"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DemoWorkspace:
    """Where the demo workspace is.

    Attributes:
        api_url: The platform's API.
        write_key: Key of the source `shop`.
        api: A signed-in API client (`stepwell_cli.api.Api`).
    """

    api_url: str
    write_key: str
    api: Any


def seed(settings: LocalSettings) -> DemoWorkspace:
    """Make the workspace, its administrator, templates, write key and published workflow.

    Args:
        settings: Of the running local cloud, with the stacks deployed.
    """
    os.environ.update(settings.client_environment())
    from stepwell.contracts.workspace import Workspace
    from stepwell_cli import deployments, sign_in
    from stepwell_cli.api import Api
    from stepwell_cli.provisioning import create_user, create_workspace

    def client(service: str) -> Any:
        return deployments.client(service, endpoint=settings.endpoint)

    profile = deployments.outputs(client("cloudformation"), PREFIX)
    create_workspace(
        Workspace(
            TENANT,
            name="Demo shop",
            sender=f"Demo shop <hello@{DOMAIN}>",
            reply_to=f"help@{DOMAIN}",
            postal_address="Demo shop, 1 Market Street, Springfield",
            teams={"sales_team": (f"sales@{DOMAIN}",)},
        ),
        prefix=PREFIX,
        region=REGION,
    )
    _verify_sender(client("sesv2"))
    cognito = client("cognito-idp")
    create_user(cognito, profile.user_pool_id, tenant=TENANT, email=EMAIL, role="admin", password=PASSWORD)
    create_user(cognito, profile.user_pool_id, tenant=TENANT, email=EDITOR, role="editor", password=PASSWORD)

    def enter() -> str:
        asked = sign_in.sign_in(
            cognito, profile, EMAIL, PASSWORD, time.time(), lambda _what, _hide: current_code(settings)
        )
        return str(asked.access_token)

    enrol(cognito, enter(), settings)
    # Signed in anew: the API may ask for a sign-in with the second factor.
    token = enter()
    api = Api(profile.api_url, lambda: token)
    _templates(api)
    _publish(api)
    networks.offer(api, settings)
    write_key = _write_key(api, settings)
    channels.connect(api, profile.api_url, write_key, settings)
    return DemoWorkspace(profile.api_url, write_key, api)


def _verify_sender(ses: Any) -> None:
    if all(i["IdentityName"] != DOMAIN for i in ses.list_email_identities()["EmailIdentities"]):
        ses.create_email_identity(EmailIdentity=DOMAIN)


def _templates(api: Any) -> None:
    present = {t["id"] for t in api.get("/templates", limit=200)["items"]}
    for file in sorted((ROOT / "statemachines/templates/messages").glob("*.yaml")):
        document = yaml.safe_load(file.read_text())
        if document["id"] not in present:
            api.post("/templates", {"template": document})


def _publish(api: Any) -> None:
    present = {w["id"]: w for w in api.get("/workflows", limit=200)["items"]}
    if WORKFLOW not in present:
        api.post("/workflows", {"yaml": (Path(__file__).parent / f"{WORKFLOW}.yaml").read_text()})
    if not present.get(WORKFLOW, {}).get("live_version"):
        rev = api.get(f"/workflows/{WORKFLOW}")["rev"]
        api.post(f"/workflows/{WORKFLOW}/publish", {"rev": rev, "note": "Demo"})


def _write_key(api: Any, settings: LocalSettings) -> str:
    """Return the demo's write key; its text is only known when it is made, so it is kept beside the state."""
    kept = settings.home / "demo.json"
    live = {k["id"] for k in api.get("/write-keys", limit=200)["items"]}
    if kept.exists():
        known = json.loads(kept.read_text())
        if known.get("id") in live:
            return str(known["key"])
    made = api.post("/write-keys", {"source": "shop", "name": "Demo shop"})
    kept.write_text(json.dumps({"id": made["id"], "key": made["write_key"]}))
    return str(made["write_key"])
