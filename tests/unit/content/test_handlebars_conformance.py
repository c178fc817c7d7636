"""The Handlebars dialect against cases from outside: Handlebars' own specification, and Mustache's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from stepwell.content.budget import Limits, OverBudget, spending
from stepwell.content.handlebars.environment import Environment
from stepwell.content.handlebars.paths import Options
from stepwell.content.handlebars.tree import HandlebarsError

SHARED = Path(__file__).resolve().parents[4] / "shared" / "conformance"
CASES = SHARED / "handlebars_cases.json"
MUSTACHE = SHARED / "mustache"
OPTIONS = {
    "strict": "strict",
    "assumeObjects": "assume_objects",
    "compat": "compat",
    "knownHelpersOnly": "known_helpers_only",
    "explicitPartialContext": "explicit_context",
    "preventIndent": "prevent_indent",
    "ignoreStandalone": "ignore_standalone",
    "noEscape": "no_escape",
}
# Handlebars has fixed delimiters, takes a missing partial for a mistake, and indents what a partial's values hold.
NOT_OF_HANDLEBARS = {"Failed Lookup", "Standalone Indentation"}
absent = pytest.mark.skipif(not CASES.is_file(), reason="the conformance cases are not beside the project")


def render(case: dict[str, Any]) -> str:
    wanted = case["compileOptions"] or {}
    running = case["runtimeOptions"] or {}
    methods = frozenset(name for name, on in (running.get("allowedProtoMethods") or {}).items() if on)
    chosen = {OPTIONS[name]: value for name, value in wanted.items() if name in OPTIONS}
    environment = Environment(case["partials"] or {}, {}, Options(text_methods=methods, **chosen))
    data = running.get("data")
    return environment.compile(case["template"]).render(
        case["data"], data if isinstance(data, dict) else None
    )


@absent
def test_all_of_handlebars_own_cases() -> None:
    cases = json.loads(CASES.read_text("utf-8"))["cases"]
    outputs = throws = 0
    for case in cases:
        if case.get("throws"):
            with pytest.raises(HandlebarsError):
                render(case)
            throws += 1
        else:
            assert render(case) == case["expected"], f"{case['name']}: {case['template']}"
            outputs += 1
    assert (outputs, throws) == (295, 40)


@absent
def test_the_mustache_cases_that_handlebars_passes() -> None:
    passed = 0
    for path in sorted(MUSTACHE.glob("*.json")):
        if path.name.startswith("~") or path.name == "delimiters.json":
            continue
        for case in json.loads(path.read_text("utf-8"))["tests"]:
            if case["name"] in NOT_OF_HANDLEBARS and path.name == "partials.json":
                continue
            environment = Environment(case.get("partials") or {}, {}, Options(compat=True))
            found = environment.compile(case["template"]).render(case["data"])
            assert found == case["expected"], f"{path.name}: {case['name']}"
            passed += 1
    assert passed == 120


def test_where_the_cases_are_they_are_run() -> None:
    assert not (os.environ.get("CI") and SHARED.is_dir() and not CASES.is_file())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{#each items}}{{@key}}={{this}}{{#unless @last}}, {{/unless}}{{/each}}", "a=1, b=2"),
        ("{{#each items as |value key|}}{{key}}{{value}}{{/each}}", "a1b2"),
        ("{{#if (and yes (not no))}}both{{else}}neither{{/if}}", "both"),
        ("{{#eq plan 'pro'}}paid{{else}}free{{/eq}}", "paid"),
        ("{{{{raw}}}}{{not a tag}}{{{{/raw}}}}", "{{not a tag}}"),
        ("{{#*inline 'card'}}[{{title}}]{{/inline}}{{> card title='A'}}{{> card title='B'}}", "[A][B]"),
        ("a\n{{! alone }}\nb", "a\nb"),
        ("{{attribute}}", "a&#x3D;&quot;b&quot;"),
        ("{{{attribute}}}", 'a="b"'),
        ("\\{{plan}}", "{{plan}}"),
    ],
)
def test_what_marketers_write(source: str, expected: str) -> None:
    values = {"items": {"a": 1, "b": 2}, "yes": 1, "no": 0, "plan": "pro", "attribute": 'a="b"'}
    assert Environment().compile(source).render(values) == expected


def test_indented_partials_pay_for_their_indentation() -> None:
    source = "{{#*inline 'a'}}\n" + " " * 200 + "{{> b}}\n{{/inline}}{{> a}}"
    environment = Environment({"b": "x\n" * 500})
    with spending(Limits(output=50_000), 0), pytest.raises(OverBudget):
        environment.compile(source).render({})
    assert len(environment.compile(source).render({})) > 100_000
