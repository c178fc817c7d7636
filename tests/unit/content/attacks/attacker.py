"""Runs attacks one after the other under the kernel's limits; the process dies of what a limit must stop.

Reads a dialect's name and cases from standard input, writes a line a case: its number, code or output, and the most
memory that the process has had so far.
"""

from __future__ import annotations

import json
import resource
import sys

from stepwell.content.checks import preview
from stepwell.content.faults import TemplateFault
from stepwell.content.models import Template
from stepwell.content.pieces import SNIPPET
from stepwell.content.render import Renderer

SECONDS = 15
MEMORY = 1_500_000_000
FIELDS = {
    "first_name": "Ada",
    "tags": ["a", "b"],
    "many": list(range(200)),
    "big": "x" * 50_000,
    "event": {"name": "order", "n": 3},
}
SNIPPETS: dict[str, dict[str, str]] = {
    "liquid": {
        "again": "{% include 'again' %}",
        "includes": "{% include 'piece' %}",
        "looped": "{% for i in (1..900) %}x{% endfor %}",
        "many": "{% for i in (1..900) %}{% render 'many' %}{% endfor %}",
        "piece": "{{ x }}",
        "twice": "{% render 'twice' %}{% render 'twice' %}",
    }
}


def source_of(pieces: list[str | list[str | int]]) -> str:
    """Return a source of pieces, some of which are repeated."""
    return "".join(p if isinstance(p, str) else str(p[0]) * int(p[1]) for p in pieces)


def attack(renderer: Renderer, dialect: str, source: str) -> tuple[str, str]:
    """Return the fault's code and an empty text, or no code and what came out."""
    template = Template.model_construct(
        id="t", subject="s", html=source, layout="", sample=FIELDS, dialect=dialect
    )

    def find(kind: str, piece: str) -> object:
        source = SNIPPETS.get(dialect, {}).get(piece) if kind == SNIPPET else None
        return source and {"id": piece, "dialect": dialect, "source": source}

    try:
        return "", preview(renderer, template, find=find).html
    except TemplateFault as fault:
        return fault.code, ""


def main() -> None:
    """Attack."""
    task = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    renderer = Renderer()
    for number, pieces in enumerate(task["sources"]):
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, resource.RLIM_INFINITY))
        code, text = attack(renderer, task["dialect"], source_of(pieces))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps([number, code, text[:2_000], len(text), peak]), flush=True)


if __name__ == "__main__":
    main()
