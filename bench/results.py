"""One figure of the benchmarks, with its bar and what it is compared with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Result:
    """A measured figure.

    Attributes:
        name: Its name.
        value: The figure; None: not measured, the note says why.
        unit: Its unit.
        baseline: The same of the naive way, where there is one.
        note: What was measured, and what was assumed.
        bar: Where it must end up, None: no bar.
        better: Whether the figure must be below or above its bar.
    """

    name: str
    value: float | None
    unit: str
    baseline: float | None = None
    note: str = ""
    bar: float | None = None
    better: Literal["below", "above"] = "below"

    @property
    def ratio(self) -> float | None:
        """How many times the baseline is the value (the other way round where more is better)."""
        if self.value is None or self.baseline is None or not self.value or not self.baseline:
            return None
        return self.baseline / self.value if self.better == "below" else self.value / self.baseline

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None without one."""
        if self.bar is None or self.value is None:
            return None
        return self.value <= self.bar if self.better == "below" else self.value >= self.bar


def write(results: Iterable[Result], path: Path) -> None:
    """Write the figures as JSON."""
    rows = [
        {
            "name": r.name,
            "value": _rounded(r.value),
            "unit": r.unit,
            "baseline": _rounded(r.baseline),
            "ratio": _rounded(r.ratio),
            "note": r.note,
            "bar": r.bar,
            "met": r.met,
        }
        for r in results
    ]
    path.write_text(json.dumps({"results": rows}, indent=1, ensure_ascii=False) + "\n")


def show(results: Sequence[Result], console: Console) -> None:
    """Print the figures as a table."""
    table = Table(title="Stepwell benchmarks", show_lines=False)
    for heading, justify in (
        ("figure", "left"),
        ("value", "right"),
        ("unit", "left"),
        ("bar", "right"),
        ("met", "left"),
        ("baseline", "right"),
        ("ratio", "right"),
    ):
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for r in results:
        bar = "" if r.bar is None else f"{'≤' if r.better == 'below' else '≥'} {r.bar:g}"
        met = {None: "", True: "[green]yes[/]", False: "[red]no[/]"}[r.met]
        ratio = "" if r.ratio is None else f"{r.ratio:.1f}×"
        table.add_row(r.name, _text(r.value), r.unit, bar, met, _text(r.baseline), ratio)
    console.print(table)
    for r in results:
        if r.value is None:
            console.print(f"{r.name}: {r.note}")


def _text(value: float | None) -> str:
    return "–" if value is None else f"{_rounded(value):,}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
