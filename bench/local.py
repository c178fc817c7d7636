"""Contacts a second on the running local cloud; left out, with a note, where none is up."""

from __future__ import annotations

from pathlib import Path

from bench.results import Result

OUTPUTS = Path(__file__).parent.parent / ".local" / "outputs.json"
NAME = "local_contacts_per_s_cohort_250"


def local() -> list[Result]:
    """Say whether the local figure can be measured."""
    state = "no stacks are deployed" if not OUTPUTS.exists() else "not measured by this run"
    return [Result(NAME, None, "contacts/s", note=f"skipped: {state} (make up && make deploy-local)")]
