"""A folder in git: `cdk deploy` alone makes its workflows live, changes them under contacts, takes them back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from stepwell_cli.errors import CliError

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

DAY = 86_400
GROWN = {"id": "grown", "condition": "age >= 18"}


class Folder:
    """A checkout of a shop's workflows."""

    def __init__(self, path: Path, tenant: Tenant) -> None:
        self.path, self.tenant = path, tenant
        (path / "messages").mkdir()
        (path / "segments").mkdir()
        self.write("segments/grown.yaml", GROWN)
        for template in ("greeting", "first_tip", "second_tip"):
            self.write(
                f"messages/{template}.yaml",
                {"id": template, "subject": f"{template} for {{{{ email }}}}", "html": f"<p>{template}</p>"},
            )

    def write(self, file: str, document: dict[str, Any]) -> None:
        (self.path / file).write_text(yaml.safe_dump(document))

    def draw(self, tip: str) -> None:
        trigger = node("start", "event_trigger", event="Signed Up")
        self.write(
            "welcome.yaml", chain("welcome", trigger, mail("greeting"), delay("rest", "2_days"), mail(tip))
        )

    def deploy(self) -> tuple[bool, str]:
        return self.tenant.platform.deploy_folder(self.tenant.id, self.path)

    def deployed(self) -> None:
        done, said = self.deploy()
        assert done, said[-4000:]


def sign_up(tenant: Tenant, name: str) -> None:
    user = {
        "userId": name,
        "messageId": f"{tenant.id}-{name}-i",
        "traits": {"email": f"{name}@people.example"},
    }
    tenant.batch(
        [
            {"type": "identify", **user},
            {"type": "track", "userId": name, "messageId": f"{tenant.id}-{name}-t", "event": "Signed Up"},
        ]
    )
    tenant.platform.quiet()


def mails(tenant: Tenant) -> list[str]:
    return [f"{m['subject'].split()[0]} {m['to'][0].split('@')[0]}" for m in tenant.inbox()]


def live(tenant: Tenant) -> tuple[int, str, str]:
    told = tenant.api.get("/workflows/welcome")
    return told["live_version"], told["status"], told["managed_by"]


def test_a_folder_lives_by_deployments_alone(platform: Platform, tenant: Tenant, tmp_path: Path):
    folder = Folder(tmp_path, tenant)
    folder.draw("first_tip")
    folder.deployed()
    assert live(tenant) == (1, "active", "git")
    sign_up(tenant, "ann")
    assert mails(tenant) == ["greeting ann"]
    record = tenant.api.get("/workflows/welcome")
    segment = tenant.api.get("/segments/grown")
    assert segment["updated_by"] == "git"
    for refused in (
        lambda: tenant.api.put("/segments/grown", {"segment": GROWN, "rev": segment["rev"]}),
        lambda: tenant.api.put("/workflows/welcome", {"workflow": record["workflow"], "rev": record["rev"]}),
        lambda: tenant.api.post("/workflows/welcome/publish", {}),
        lambda: tenant.api.delete("/templates/greeting"),
    ):
        with pytest.raises(CliError) as caught:
            refused()
        assert caught.value.code == "managed_by_git"

    # With a contact in flight.
    platform.run(DAY)
    folder.draw("second_tip")
    folder.deployed()
    assert live(tenant) == (2, "active", "git")
    sign_up(tenant, "bob")
    platform.run(1.5 * DAY)
    assert mails(tenant) == ["greeting ann", "greeting bob", "first_tip ann"]

    # One that breaks a rule takes the other back, whose version was registered.
    folder.draw("first_tip")
    broken = chain("zebra", node("start", "event_trigger", event="Zebra"), mail("letter_of_nobody"))
    folder.write("zebra.yaml", broken)
    done, said = folder.deploy()
    assert not done and "letter_of_nobody" in said, said[-4000:]
    assert live(tenant) == (2, "active", "git")
    assert tenant.api.get("/workflows/welcome")["latest_version"] == 3
    (tmp_path / "zebra.yaml").unlink()
    platform.run(DAY)
    assert mails(tenant)[3:] == ["second_tip bob"]

    sign_up(tenant, "cem")
    (tmp_path / "welcome.yaml").unlink()
    folder.deployed()
    assert live(tenant) == (2, "draining", "")
    sign_up(tenant, "dee")
    platform.run(3 * DAY)
    assert mails(tenant)[4:] == ["greeting cem", "second_tip cem"]
    assert tenant.states("welcome") == {"completed": 3}


def test_a_deployment_that_fails_after_a_registration_restores_the_version_before(
    platform: Platform, tenant: Tenant, tmp_path: Path
):
    folder = Folder(tmp_path, tenant)
    folder.draw("first_tip")
    folder.deployed()
    sign_up(tenant, "ann")
    folder.draw("second_tip")

    def break_after_registration(resources: dict[str, Any]) -> None:
        (last,) = [name for name, r in resources.items() if r["Type"] == "Custom::StepwellWorkflow"]
        absent = "arn:aws:lambda:us-east-1:000000000000:function:absent"
        resources["Broken"] = {
            "Type": "Custom::Broken",
            "Properties": {"ServiceToken": absent},
            "DependsOn": last,
        }

    done, said = platform.deploy_folder(tenant.id, tmp_path, break_after_registration)
    assert not done and "Broken" in said, said[-4000:]
    audit = [e["action"] for e in tenant.api.get("/audit", limit=50)["items"]]
    assert {"workflow.deployed", "workflow.deployment_rolled_back"} <= set(audit)
    assert live(tenant) == (1, "active", "git")
    assert tenant.api.get("/workflows/welcome")["latest_version"] == 2
    sign_up(tenant, "bob")
    platform.run(3 * DAY)
    assert sorted(mails(tenant)) == ["first_tip ann", "first_tip bob", "greeting ann", "greeting bob"]


def test_a_workspace_that_nobody_founded_fails_the_deployment(
    platform: Platform, tenant: Tenant, tmp_path: Path
):
    folder = Folder(tmp_path, tenant)
    folder.draw("first_tip")
    done, said = platform.deploy_folder("nobody", tmp_path)
    assert not done and "stepwell workspace create nobody" in said, said[-4000:]
    assert httpx.get(f"{platform.address}/health", timeout=30).status_code == 200
