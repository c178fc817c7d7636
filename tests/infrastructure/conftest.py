"""Templates of both targets, synthesised once a session with stub functions and without bundling."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from stepwell.contracts import names

from stacks.deployment import ROOT, Deployment
from stacks.stage import build

Template = dict[str, Any]
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]

FEDERATION = json.dumps(
    [
        {
            "name": "Okta",
            "kind": "oidc",
            "tenant": "acme",
            "issuer": "https://acme.okta.example",
            "client_id": "0oa1",
            "client_secret": "stepwell/okta",
            "groups_claim": "groups",
            "roles": {"Admins": "admin"},
        },
        {"name": "Entra", "kind": "saml", "tenant": "beta", "metadata_url": "https://saml.example/m.xml"},
    ]
)


@dataclass(frozen=True)
class Resource:
    """A resource of a template."""

    stack: str
    logical_id: str
    type: str
    body: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        return self.body.get("Properties", {})


@dataclass(frozen=True)
class Cloud:
    """All templates of one deployment, by the stacks' short names."""

    templates: dict[str, Template]

    def resources(self, type_: str | None = None, stack: str | None = None) -> list[Resource]:
        return [
            Resource(name, logical_id, body["Type"], body)
            for name, template in self.templates.items()
            if stack in {None, name}
            for logical_id, body in template["Resources"].items()
            if type_ in {None, body["Type"]}
        ]

    def named(self, type_: str, key: str, value: str) -> Resource:
        (found,) = [r for r in self.resources(type_) if r.properties.get(key) == value]
        return found


@pytest.fixture(scope="session")
def stub_functions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("functions")
    for name in names.FUNCTIONS:
        (folder / name).mkdir()
        (folder / name / "handler.py").write_text("def handler(event, context):\n    return None\n")
    return folder


def new_app(outdir: Path, **context: Any) -> cdk.App:
    return cdk.App(
        outdir=str(outdir),
        context={**CONTEXT, "aws:cdk:bundling-stacks": [], **context},
        analytics_reporting=False,
    )


@pytest.fixture(scope="session")
def synthesise(
    stub_functions: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Cloud]]:
    @cache
    def run(**settings: Any) -> Cloud:
        app = new_app(tmp_path_factory.mktemp("cdk"))
        stacks = build(app, Deployment(**{"functions": stub_functions, **settings}))
        assembly = app.synth()
        return Cloud(
            {name: assembly.get_stack_by_name(s.stack_name).template for name, s in stacks.by_name().items()}
        )

    yield run


@pytest.fixture(scope="session")
def aws(synthesise: Callable[..., Cloud]) -> Cloud:
    # With every part that a deployment may leave out.
    return synthesise(reply_domain="reply.example.com", federation=FEDERATION)


@pytest.fixture(scope="session")
def local(synthesise: Callable[..., Cloud]) -> Cloud:
    return synthesise(target="local", reply_domain="replies.test", federation=FEDERATION)
