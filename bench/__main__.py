"""Runs the benchmarks, prints the figures and writes ``bench/results.json``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "layers" / "core" / "python"), str(ROOT)]
# Requests are signed but never leave the process.
os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="none",
    AWS_SECRET_ACCESS_KEY="none",
    AWS_EC2_METADATA_DISABLED="true",
    STEPWELL_PREFIX="bench",
)

from rich.console import Console  # noqa: E402

from bench.bulk import bulk  # noqa: E402
from bench.console import initial_js_gzip_kb  # noqa: E402
from bench.dragging import dragging  # noqa: E402
from bench.gate import gate  # noqa: E402
from bench.identity import identity  # noqa: E402
from bench.idle import idle  # noqa: E402
from bench.journeys import journeys  # noqa: E402
from bench.local import local  # noqa: E402
from bench.overhead import overhead, show_bill  # noqa: E402
from bench.passing import passing  # noqa: E402
from bench.rendering import rendering  # noqa: E402
from bench.results import Result, show, write  # noqa: E402
from bench.rules import rules  # noqa: E402
from bench.sdk import sdk_seconds  # noqa: E402
from bench.sending import sending  # noqa: E402
from bench.sendtime import sendtime  # noqa: E402
from bench.speed import compiling, importing, splitting  # noqa: E402
from bench.units import units  # noqa: E402

WIDTH = 130
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--only",
        choices=("cost", "speed", "idle", "identity", "pass", "console", "sendtime"),
        help="run a part and write nothing",
    )
    parser.add_argument("--strict", action="store_true", help="fail when a bar is missed")
    asked = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    results: list[Result] = []
    sdk = sdk_seconds() if asked.only not in ("speed", "console", "sendtime") else {}
    if asked.only in (None, "cost"):
        results += journeys(sdk)
        figures, bill = overhead(sdk)
        results += figures
        show_bill(bill, console)
        results += gate()
    if asked.only in (None, "idle"):
        results += idle(sdk)
    if asked.only in (None, "speed"):
        results += [*compiling(), *splitting(), *importing(), *bulk(), *sending(), *rendering()]
    if asked.only in (None, "pass"):
        results += [*passing(), *rules(), *units()]
    if asked.only in (None, "identity"):
        results += identity()
    if asked.only in (None, "sendtime"):
        results += sendtime()
    if asked.only in (None, "console"):
        weight = "scripts of the first page before the canvas is opened, as they are sent"
        results += [
            Result("initial_js_gzip_kb", initial_js_gzip_kb(), "KiB", bar=250, note=weight),
            *dragging(),
        ]
    if asked.only is None:
        results += local()
        write(results, RESULTS)
    show(results, console)
    return 1 if asked.strict and any(r.met is False for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
