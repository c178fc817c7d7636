"""Writes the tables of ``docs/benchmarks.md`` from ``bench/results.json``, so that the page cannot drift from a run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = Path(__file__).parent / "results.json"
SECTIONS: dict[str, Callable[[str], bool]] = {
    "nodes": lambda name: "_per_contact_node_" in name,
    "overhead": lambda name: name.startswith(("overhead_", "gate_")),
    "bill": lambda name: name.startswith("bill_"),
    "idle": lambda name: name.startswith("idle_"),
    "identity": lambda name: name.startswith("identity_"),
    "sendtime": lambda name: name.startswith("sendtime_"),
    "pass": lambda name: name.startswith(("pass_", "profile_", "rules_", "wru_per_1000_", "bulk_rules_")),
    "speed": lambda name: name.startswith(("compile_", "split_", "conditions_", "node_import_")),
    "messages": lambda name: name.startswith(("prepared_", "render_")),
    "console": lambda name: name.startswith(("initial_js_", "drag_")),
    "local": lambda name: name.startswith("local_"),
}


def table(rows: list[dict[str, Any]]) -> str:
    """Return a Markdown table of figures."""
    lines = ["| figure | value | unit | bar | baseline | ratio |", "|---|---:|---|---|---:|---:|"]
    for row in rows:
        met = {None: "", True: " ✓", False: " ✗"}[row["met"]]
        bar = "" if row["bar"] is None else f"{row['bar']:g}{met}"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.3g}×"
        lines.append(
            f"| `{row['name']}` | {_text(row['value'])} | {row['unit']} | {bar} | {_text(row['baseline'])} | {ratio} |"
        )
    return "\n".join(lines)


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def fill(page: str, rows: list[dict[str, Any]]) -> str:
    """Return the page with its tables written anew."""
    for section, belongs in SECTIONS.items():
        text = table([row for row in rows if belongs(row["name"])])
        block = f"<!-- {section} -->\n{text}\n<!-- /{section} -->"
        pattern = re.compile(f"<!-- {section} -->.*?<!-- /{section} -->", re.DOTALL)
        page = pattern.sub(lambda _, b=block: b, page)  # type: ignore[misc]
    return page


def main() -> int:
    """Rewrite the page."""
    rows = json.loads(RESULTS.read_text())["results"]
    PAGE.write_text(fill(PAGE.read_text(), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
