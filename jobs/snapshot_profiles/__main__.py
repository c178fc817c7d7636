"""``python -m jobs.snapshot_profiles``: reads a tenant's hot profiles from DynamoDB and writes them as Parquet."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.profile_pages import DynamoProfilePages
from stepwell.conditions.values import zone_named
from stepwell.contracts.profiles import Profile
from stepwell.errors import StepwellError

from jobs.snapshot_profiles.writing import write

PAGE = 1_000


def everybody(pages: DynamoProfilePages, tenant: str) -> Iterator[Profile]:
    """Yield all contacts of a tenant."""
    cursor: str | None = None
    while True:
        page, cursor = pages.page(tenant, PAGE, cursor)
        yield from page
        if cursor is None:
            return


def main(arguments: list[str] | None = None) -> int:
    """Run, print how many contacts were written, return the exit code."""
    parser = argparse.ArgumentParser(prog="snapshot_profiles", description="Writes hot profiles as Parquet.")
    parser.add_argument("--table", required=True, help="table `profiles` of the deployment")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--time-zone", default="UTC", help="the workspace's")
    parser.add_argument("--region", default=None)
    asked = parser.parse_args(arguments)
    zone = zone_named(asked.time_zone)
    if zone is None:
        sys.stderr.write(f"There is no time zone {asked.time_zone}.\n")
        return 1
    pages = DynamoProfilePages(DynamoTable(boto3.client("dynamodb", region_name=asked.region), asked.table))
    try:
        contacts = write(everybody(pages, asked.tenant), asked.output, zone, datetime.now(UTC))
    except StepwellError as error:
        sys.stderr.write(error.message + "\n")
        return 1
    sys.stdout.write(json.dumps({"contacts": contacts}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
