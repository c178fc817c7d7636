"""``python -m jobs.evaluate_segments``: evaluates segments over a snapshot, for everybody at once.

With ``--stream`` whoever belongs otherwise than the profile says is asked again by the pass, through the stream, as
settling a segment does.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from stepwell.adapters.kinesis_sink import KinesisSink
from stepwell.errors import StepwellError
from stepwell.publishing.segment_settling import refresh

from jobs.evaluate_segments.running import run

_AT_ONCE = 500


def main(arguments: list[str] | None = None) -> int:
    """Run, print the summary, return the exit code."""
    parser = argparse.ArgumentParser(prog="evaluate_segments", description="Who belongs to segments.")
    parser.add_argument("--snapshot", required=True, type=Path, help="folder that snapshot_profiles wrote")
    parser.add_argument(
        "--segments", required=True, type=Path, help="JSON: segments, or the API's list of them"
    )
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--stream", default="", help="the deployment's event stream")
    parser.add_argument("--tenant", default="")
    parser.add_argument("--region", default=None)
    asked = parser.parse_args(arguments)
    try:
        summary = run(asked.snapshot, _documents(asked.segments), asked.output)
        if asked.stream:
            sink = KinesisSink(boto3.client("kinesis", region_name=asked.region), asked.stream)
            tell(sink, asked.tenant, asked.output / "differs.jsonl")
    except StepwellError as error:
        sys.stderr.write(error.message + "\n")
        return 1
    sys.stdout.write(json.dumps(summary, indent=1) + "\n")
    return 0


def _documents(path: Path) -> list[dict[str, Any]]:
    told = json.loads(path.read_text(encoding="utf-8"))
    return list(told["items"] if isinstance(told, dict) else told)


def tell(sink: KinesisSink, tenant: str, differs: Path) -> None:
    """Have the pass ask those again who belong otherwise than their profiles say."""
    now = datetime.now(UTC)
    profiles = [json.loads(line)["profile"] for line in differs.read_text(encoding="utf-8").splitlines()]
    for start in range(0, len(profiles), _AT_ONCE):
        refresh(sink, tenant, profiles[start : start + _AT_ONCE], "evaluated", now)


if __name__ == "__main__":
    sys.exit(main())
