"""Templates are written by tenants: none may reach Python, burn the machine, or take down whoever renders others.

The cases are data (`attacks/*.json`); a child process runs each under limits of the kernel, so that a hole is a dead
child and not a slow test.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "attacks"
ROOT = Path(__file__).resolve().parents[3]
DIALECTS = ("jinja2", "handlebars", "liquid")
CANARY = "swordfish-7301"
# What would show that something was reached: reprs of objects, modules, files, the environment.
LEAKS = (
    "<class ",
    "<function ",
    "<module ",
    " object at 0x",
    "root:x:",
    CANARY,
    "__globals__",
    "site-packages",
)
CODES = {"template_syntax", "template_forbidden", "template_limit", "template_error"}
# KiB over what the process needs before it has seen an attack.
MOST_MEMORY = 150 * 1024
MOST_OUTPUT = 400_000


def cases(dialect: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((HERE / f"{dialect}.json").read_text("utf-8"))
    return found


def test_there_are_enough_of_them_and_none_twice() -> None:
    every = [json.dumps([name, case["source"]]) for name in DIALECTS for case in cases(name)]
    assert len(every) >= 400
    assert len(set(every)) == len(every)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_attack_escapes_or_exhausts(dialect: str) -> None:
    attacks = cases(dialect)
    child = subprocess.run(
        [sys.executable, str(HERE / "attacker.py")],
        input=json.dumps({"dialect": dialect, "sources": [case["source"] for case in attacks]}),
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "layers" / "core" / "python"), "STEPWELL_SECRET": CANARY},
    )
    results = [json.loads(line) for line in child.stdout.splitlines()]
    unfinished = str(attacks[len(results)]["source"])[:200] if len(results) < len(attacks) else ""
    assert not unfinished, f"the process died of {unfinished}\n{child.stderr[-2_000:]}"
    assert child.returncode == 0
    first = results[0][4]
    for case, (_, code, text, length, peak) in zip(attacks, results, strict=True):
        shown = str(case["source"])[:200]
        if case.get("harmless"):
            assert not code or code in CODES, shown
        else:
            assert code in CODES, f"{shown} gave {text[:100]!r}"
        assert not [leak for leak in LEAKS if leak in text], shown
        assert length <= MOST_OUTPUT, shown
        assert peak - first < MOST_MEMORY, f"{peak - first} KiB after {shown}"
