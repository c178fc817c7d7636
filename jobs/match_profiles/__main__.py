"""``python -m jobs.match_profiles``: the job by itself, for containers and processing jobs without the command line."""

from __future__ import annotations

import argparse
import json
import sys

from stepwell.errors import StepwellError
from stepwell.profiles.matching.model import MatchSettings

from jobs.match_profiles.running import Request, run


def main(arguments: list[str] | None = None) -> int:
    """Run, print the summary, return the exit code."""
    defaults = MatchSettings()
    parser = argparse.ArgumentParser(prog="match_profiles", description="Finds profiles that are one person.")
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--threshold", type=float, default=defaults.threshold)
    parser.add_argument("--review-floor", type=float, default=defaults.review_floor)
    parser.add_argument("--largest-group", type=int, default=defaults.largest_group)
    parser.add_argument("--reviews", default="")
    parser.add_argument("--model", default="")
    asked = parser.parse_args(arguments)
    try:
        settings = MatchSettings(
            threshold=asked.threshold, review_floor=asked.review_floor, largest_group=asked.largest_group
        )
        summary = run(Request(asked.input, asked.output, settings, reviews=asked.reviews, model=asked.model))
    except StepwellError as error:
        sys.stderr.write(error.message + "\n")
        return 1
    sys.stdout.write(json.dumps(summary, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
