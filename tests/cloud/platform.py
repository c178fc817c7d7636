"""The whole platform, deployed by the real `cdk deploy` on a local cloud of its own, and workspaces in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from stepwell.contracts.workspace import Workspace
from stepwell_cli import deployments, second_factor, sign_in
from stepwell_cli.api import Api
from stepwell_cli.provisioning import create_user, create_workspace
from stepwell_cli.settings import Profile

from local.settings import ACCOUNT, REGION
from local.testing import LocalCloud

ROOT = Path(__file__).resolve().parents[2]
# PynamoDB keeps a connection a table name for the life of the process: no other test may use this prefix.
PREFIX = "proof"
DOMAIN = "shop.example"
PASSWORD = "Proof-of-cloud-1"


class Platform:
    """A deployed platform.

    Args:
        home: Directory of the cloud's state and of what CDK makes.
    """

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.home = home
        self.cloud = LocalCloud(home / "cloud", port)
        self.profile = Profile()
        self.secrets: dict[str, str] = {}

    def deploy(self) -> None:
        """Starts the cloud and deploys all stacks; the synthesis runs meanwhile."""
        assembly = self.home / "cdk.out"
        synthesis = self._cdk("synth", "--quiet", "--output", str(assembly), cwd=ROOT)
        self.cloud.start()
        self._finish(self._cdk("bootstrap", "--ci", f"aws://{ACCOUNT}/{REGION}", cwd=self.home))
        self._finish(synthesis)
        self._finish(
            self._cdk(
                *("deploy", "--all", "--concurrency", "4", "--require-approval", "never", "--ci"),
                *("--app", str(assembly)),
                cwd=self.home,
            )
        )
        self._attach()
        self.cloud.client("sesv2").create_email_identity(EmailIdentity=DOMAIN)
        # CDK's own roles are not those that are on trial: only what is deployed is held to its roles.
        self.cloud.stop()
        self.cloud.enforce_roles()
        self.cloud.start()
        self.cloud.post("/_stepwell/clock", {"mode": "stepped", "auto": False})

    def deploy_folder(
        self, tenant: str, folder: Path, change: Callable[[dict[str, Any]], None] = lambda _: None
    ) -> tuple[bool, str]:
        """Deploys the stack of a folder of workflows; tells whether it worked, and what CDK said.

        Args:
            tenant: The workflows' workspace.
            folder: Where they are.
            change: Changes the template's resources before they are deployed.
        """
        assembly = self.home / "cdk.git"
        given = ("-c", f"workflows={folder}", "-c", f"tenant={tenant}", "--output", str(assembly))
        self._finish(self._cdk("synth", "--quiet", *given, cwd=ROOT))
        stack = f"{PREFIX}-git-{tenant}"
        path = assembly / f"{stack}.template.json"
        template = json.loads(path.read_text())
        change(template["Resources"])
        path.write_text(json.dumps(template))
        process = self._cdk(
            *("deploy", stack, "--exclusively", "--require-approval", "never", "--ci"),
            *("--app", str(assembly)),
            cwd=self.home,
        )
        said = process.communicate(timeout=300)[0].decode(errors="replace")
        return process.returncode == 0, said

    def _attach(self) -> None:
        cloudformation = deployments.client("cloudformation", endpoint=self.cloud.endpoint)
        self.profile = deployments.outputs(cloudformation, PREFIX)

    @classmethod
    def kept(cls, home: Path) -> Platform:
        """Attaches to a platform that was deployed before and still runs."""
        platform = cls(home, int((home / "port").read_text()))
        platform._attach()
        return platform

    def _cdk(self, *arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
        path = f"{ROOT / '.venv/bin'}:{ROOT / 'node_modules/.bin'}:{os.environ.get('PATH', '')}"
        environment = {**os.environ, **self.cloud.environment, "PATH": path}
        environment |= {"CDK_DISABLE_VERSION_CHECK": "1", "CDK_DISABLE_STACK_TRACE": "1"}
        return subprocess.Popen(
            ["cdk", *arguments, "-c", "target=local", "-c", f"prefix={PREFIX}"],
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @staticmethod
    def _finish(process: subprocess.Popen[bytes]) -> None:
        said = process.communicate(timeout=180)[0].decode(errors="replace")
        assert process.returncode == 0, f"{process.args}\n{said[-4000:]}"

    @property
    def address(self) -> str:
        """The API by an address that every client can resolve."""
        api = self.profile.api_url.partition("//")[2].partition(".")[0]
        return f"{self.cloud.endpoint}/_aws/execute-api/{api}/$default"

    def workspace(self, tenant: str, **more: Any) -> Tenant:
        """Makes a workspace and its administrator, as `stepwell workspace create` does."""
        given = {
            "name": "Shop",
            "sender": f"Shop <hello@{DOMAIN}>",
            "reply_to": f"help@{DOMAIN}",
            "postal_address": "Shop, 1 Market Street, Springfield",
            "teams": {"sales_team": (f"sales@{DOMAIN}",)},
            **more,
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.cloud.environment.items():
                patch.setenv(name, value)
            create_workspace(Workspace(tenant, **given), prefix=PREFIX, region=REGION)
        return Tenant(self, tenant)

    def api(self, tenant: str, role: str) -> Api:
        """Signs a user of this role in."""
        cognito = self.cloud.client("cognito-idp")
        email = f"{role}@{tenant}.example"
        create_user(
            cognito, self.profile.user_pool_id, tenant=tenant, email=email, role=role, password=PASSWORD
        )
        signed = self.sign_in(email)
        return Api(self.profile.api_url, lambda: signed.access_token)

    def sign_in(self, email: str) -> Profile:
        """Signs somebody in; an admin with the second factor that the API insists on."""
        cognito, now = self.cloud.client("cognito-idp"), time.time()
        secret = self.secrets.get(email, "")
        if not email.startswith("admin@"):
            return sign_in.sign_in(cognito, self.profile, email, PASSWORD, now, lambda *_: "")
        if not secret:
            # Of a platform that was kept, nobody knows the secret any more.
            cognito.admin_set_user_mfa_preference(
                UserPoolId=self.profile.user_pool_id,
                Username=email,
                SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False},
            )
        signed, self.secrets[email] = second_factor.admitted(
            cognito, self.profile, email, PASSWORD, now, secret
        )
        return signed

    def invoke(self, function: str, event: Any) -> Any:
        """Invokes one of the functions by hand."""
        answer = self.cloud.client("lambda").invoke(
            FunctionName=f"{PREFIX}-{function}", Payload=json.dumps(event).encode()
        )
        return json.load(answer["Payload"])

    def faults(self, **faults: Any) -> None:
        """Asks for faults, see `local.faults`."""
        self.cloud.post("/_stepwell/faults", faults)

    def quiet(self, max_real_s: float = 60.0) -> None:
        """Lets everything that runs come to its next wait; time does not move."""
        self.run(0, max_real_s)

    def run(self, for_s: float, max_real_s: float = 90.0) -> None:
        """Lets so much virtual time pass, and all that falls due in it happen."""
        now = self.cloud.get("/_stepwell/clock")["now"]
        done = self.cloud.post(
            "/_stepwell/clock/run", {"for_s": for_s, "max_real_s": max_real_s}, max_real_s + 30
        )
        assert done["state"] == "idle", (now, for_s, done)

    def denied(self) -> list[list[str]]:
        """What functions asked for and their roles do not allow: (who, action, resource)."""
        asked = self.cloud.get("/_stepwell/counters")["permissions"]
        return [[who, action, resource] for who, action, resource, allowed in asked if not allowed]

    @property
    def now(self) -> str:
        """Virtual time."""
        return str(self.cloud.get("/_stepwell/clock")["now"])


class Tenant:
    """A workspace of its own for a test.

    Attributes:
        id: Tenant id.
        api: Signed in as administrator.
        write_key: Key of its tracking source.
    """

    def __init__(self, platform: Platform, tenant: str) -> None:
        self.platform, self.id = platform, tenant
        self.api = platform.api(tenant, "admin")
        self.write_key = str(self.api.post("/write-keys", {"source": "shop", "name": "Shop"})["write_key"])

    def template(self, template: str, **more: Any) -> None:
        """Makes a message template; its subject tells whom it is for."""
        document = {
            "id": template,
            "name": template,
            "purpose": "marketing",
            "subject": f"{template} for {{{{ email }}}}",
            "html": f"<p>{template}</p>",
            **more,
        }
        self.api.post("/templates", {"template": document})

    def publish(self, workflow: Mapping[str, Any], **more: Any) -> Any:
        """Saves a drawing, as new or as the next draft, and publishes it."""
        known = {w["id"]: w["rev"] for w in self.api.get("/workflows", limit=200)["items"]}
        if workflow["id"] in known:
            path = f"/workflows/{workflow['id']}"
            self.api.put(path, {"workflow": dict(workflow), "rev": known[workflow["id"]]})
        else:
            self.api.post("/workflows", {"workflow": dict(workflow)})
        return self.api.post(f"/workflows/{workflow['id']}/publish", {"note": "Test", **more})

    def send(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        """Posts to the tracking API."""
        return httpx.post(
            f"{self.platform.address}{path}",
            json=body,
            auth=(self.write_key if key is None else key, ""),
            timeout=30,
        )

    def batch(self, events: list[dict[str, Any]]) -> None:
        """Sends events in one request of the tracking API."""
        answer = self.send("/v1/batch", {"batch": events})
        assert answer.status_code == 200, answer.text

    def start(self, workflow: str, contacts: list[str], **more: Any) -> Any:
        """Starts a workflow by hand for addresses, made contacts first."""
        rows = [{"email": c, "traits": {}} for c in contacts]
        for at in range(0, len(rows), 500):
            self.api.post("/contacts", {"contacts": rows[at : at + 500]})
        return self.api.post(f"/workflows/{workflow}/start", {"contacts": contacts, **more})

    def inbox(self, **query: str) -> list[dict[str, Any]]:
        """E-mails of this workspace, oldest first."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.platform.cloud.get(
                f"/_stepwell/inbox.json?tag=tenant:{self.id}&limit=500&offset={len(found)}"
            )
            items = page["messages"] if isinstance(page, dict) else page
            found += items
            if len(items) < 500:
                return found[::-1]

    def states(self, workflow: str) -> dict[str, int]:
        """Enrollments by state and reason of the end."""
        counts: dict[str, int] = {}
        cursor = ""
        while True:
            page = self.api.get(f"/workflows/{workflow}/enrollments", limit=200, cursor=cursor)
            for row in page["items"]:
                key = row["end_reason"] if row["state"] == "ENDED" else row["state"]
                counts[key] = counts.get(key, 0) + 1
            cursor = page["cursor"] or ""
            if not cursor:
                return counts

    def cohorts(self, workflow: str, version: int) -> list[int]:
        """Sizes of the cohorts of all executions."""
        steps = self.platform.cloud.client("stepfunctions")
        machine = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-{self.id}-{workflow}-v{version}"
        listed = steps.list_executions(stateMachineArn=machine, maxResults=1000)["executions"]
        told = [steps.describe_execution(executionArn=e["executionArn"]) for e in listed]
        return sorted(len(json.loads(t["input"])["cohort"]) for t in told)

    def outcomes(self, workflow: str, node: str, version: int = 0) -> dict[str, int]:
        """Counters of a node."""
        counters = self.api.get(f"/workflows/{workflow}/counters", version=version or "")
        return dict(counters["nodes"].get(node, {}).get("outcomes", {}))


if __name__ == "__main__":
    made = Platform(Path(sys.argv[1]).resolve())
    made.deploy()
    (made.home / "port").write_text(str(made.cloud.settings.port))
