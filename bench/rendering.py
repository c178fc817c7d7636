"""What the guard of message templates costs: the library's messages, rendered by the sandbox and by plain Jinja2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from stepwell.content.filters import date, default, money
from stepwell.content.library import read_template
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.render import Renderer, default_partials
from stepwell.contracts.workspace import Workspace

from bench.results import Result
from bench.speed import best

FOLDER = Path(__file__).resolve().parents[1] / "statemachines" / "templates" / "messages"
WORKSPACE = Workspace(tenant="bench", name="Example Company", postal_address="1 Example Street, Springfield")
LINK = "https://example.com/u/abcdefghijklmnopqrstuvwxyz"
TEXT = "Hello {{ first_name | default('there') }},\n{{ workspace.name }}\n{{ unsubscribe_url }}\n"
BAR = 0.85
ROUNDS = 5


def templates() -> list[tuple[Template, Mapping[str, Any]]]:
    """Return the library's messages with their sample contacts; with a text part, for making one is no rendering."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        template = read_template(path.read_text("utf-8")).model_copy(update={"text": TEXT})
        fields = dict(template.sample)
        event = fields.pop("event", None)
        context = personalization(
            traits=fields, workspace=WORKSPACE, event=event, unsubscribe_url=LINK, preferences_url=LINK
        )
        found.append((template, context))
    return found


def plain(found: list[tuple[Template, Mapping[str, Any]]], renderer: Renderer) -> Callable[[], list[str]]:
    """Return what renders the same parts with Jinja2 alone: no sandbox, no limits, nothing reported."""
    loader = jinja2.DictLoader(dict(default_partials()))
    environments = {
        escape: jinja2.Environment(autoescape=escape, undefined=jinja2.ChainableUndefined, loader=loader)
        for escape in (True, False)
    }
    for environment in environments.values():
        environment.filters |= {"default": default, "money": money, "date": date}
    compiled = [
        (
            template,
            context,
            environments[False].from_string(template.subject),
            environments[False].from_string(template.preheader),
            environments[True].from_string(renderer.html_source(template)),
            environments[False].from_string(template.text),
        )
        for template, context in found
    ]

    def run() -> list[str]:
        made = []
        for template, context, subject, preheader, html, text in compiled:
            values = {**context, "language": template.language, "purpose": template.purpose}
            values["subject"] = subject.render(values)
            values["preheader"] = preheader.render(values)
            made.append(html.render(values))
            text.render(values)
        return made

    return run


def rendering() -> list[Result]:
    """Measure it."""
    every, renderer = templates(), Renderer()
    # Where a field is called `items`, Jinja2 alone finds the method of the mapping.
    found = [one for one in every if ".items" not in one[0].html]

    def guarded() -> list[str]:
        return [renderer.render(template, context).html for template, context in found]

    baseline = plain(found, renderer)
    if guarded() != baseline():
        raise ValueError("the two do not say the same")
    # In turns, so that a busy moment of the machine is not one side's alone.
    pairs = [(best(guarded), best(baseline)) for _ in range(ROUNDS)]
    ours, theirs = (min(side) for side in zip(*pairs, strict=True))
    note = (
        f"{len(found)} messages of the library, all parts, limits and reports inside; "
        f"{ours / len(found) * 1e6:.0f} µs a message against {theirs / len(found) * 1e6:.0f} µs of Jinja2 alone"
    )
    return [Result("render_vs_jinja2", theirs / ours, "", bar=BAR, better="above", note=note)]
