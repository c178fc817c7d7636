from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from stacks.deployment import ROOT, Deployment
from stacks.nag import ANSWERS, wildcards
from stacks.stage import build
from tests.infrastructure.conftest import new_app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def assembly(stub_functions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nag")
    app = new_app(folder)
    build(app, Deployment(functions=stub_functions, reply_domain="reply.example.com"))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    return folder


def test_cdk_nag_has_nothing_to_say(assembly: Path) -> None:
    report = json.loads((assembly / "validation-report.json").read_text())
    (nag,) = [p for p in report["pluginReports"] if p["pluginName"] == "AwsSolutions"]
    assert [v["ruleName"] for v in nag["violations"]] == []
    assert nag["conclusion"] == "success"


def test_every_answer_has_a_reason() -> None:
    for reason in [a.reason for a in ANSWERS] + list(wildcards(Deployment()).values()):
        assert len(reason.split()) >= 4


def test_cfn_lint_has_nothing_to_say(assembly: Path) -> None:
    templates = [str(p) for p in assembly.glob("*.template.json")]
    assert len(templates) == 4
    done = subprocess.run(
        [str(Path(sys.executable).parent / "cfn-lint"), "--format", "parseable", *templates],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
