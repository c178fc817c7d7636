"""Pages of what a workflow's runs have, newest first: a list of unknown length that no index holds.

A cursor names a page of runs and how many of its rows were shown.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import TypeVar

from stepwell.contracts.tokens import Run
from stepwell.errors import InvalidInput
from stepwell.publishing.listing import MAX_PAGE, Page
from stepwell.runtime.effects import Ports

T = TypeVar("T")
_RUNS = 10
_MOST_PAGES = 40


def pages_of_runs(
    tenant: str,
    workflow: str,
    ports: Ports,
    rows: Callable[[Run], Iterator[T]],
    limit: int,
    cursor: str | None,
) -> Page[T]:
    """Page through what a workflow's runs have, newest first.

    Raises:
        InvalidInput: The limit is out of range, or the cursor is none of ours.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"`limit` takes 1 to {MAX_PAGE}.", code="bad_limit")
    at, skip = _read(cursor)
    found: list[T] = []
    for _ in range(_MOST_PAGES):
        runs, following = ports.runs.of_workflow(tenant, workflow, _RUNS, at)
        page = [row for run in runs for row in rows(run)]
        room = limit - len(found)
        shown = page[skip : skip + room]
        found += shown
        if skip + len(shown) < len(page):
            return Page(found, _write(at, skip + len(shown)), -1)
        at, skip = following, 0
        if at is None:
            return Page(found, None, -1)
        if len(found) >= limit:
            break
    return Page(found, _write(at, 0), -1)


def _write(at: str | None, skip: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, skip]).encode()).decode().rstrip("=")


def _read(cursor: str | None) -> tuple[str | None, int]:
    if not cursor:
        return None, 0
    try:
        at, skip = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (None if at is None else str(at)), int(skip)
    except (ValueError, TypeError):
        raise InvalidInput("The cursor is not one that a page returned.", code="bad_cursor") from None
