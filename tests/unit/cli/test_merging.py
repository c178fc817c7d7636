"""`contacts merge|unmerge|merges|review` on the real API."""

from __future__ import annotations

from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stepwell.bootstrap import container
from stepwell.contracts.ids import profile_id
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.matching.reviews import pair
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import TENANT, URL, Command, Deployed


def add(deployed: Deployed, *emails: str) -> list[str]:
    with httpx.Client(transport=deployed.transport("admin"), base_url=URL) as client:
        body = {"contacts": [{"email": email} for email in emails]}
        client.post("/api/v1/contacts", json=body).raise_for_status()
    return [profile_id(TENANT, "email", email) for email in emails]


@pytest.mark.cloud
def test_two_contacts_become_one_and_two_again(cli: Command, deployed: Deployed) -> None:
    left, right = add(deployed, "m1@x.example", "m2@x.example")
    shown = cli("contacts", "merge", "m1@x.example", "m2@x.example", "--preview").stdout
    assert "Stays" in shown and "email" in shown
    assert cli("contacts", "merge", "m1@x.example", "m2@x.example", typed="n\n", code=Exit.NO).exit_code
    merged = cli.json("contacts", "merge", "m1@x.example", "m2@x.example", "--yes")
    assert merged["contact"]["id"] in (left, right)
    one = merged["merge"]["id"]
    assert one in str(cli.json("contacts", "merges", "--contact", "m2@x.example", "--why", "manual"))
    assert "manual" in cli("contacts", "merges", "--standing").stdout
    assert "Back" in cli("contacts", "unmerge", one, "--yes").stdout
    assert cli.json("contacts", "merges", "--standing")["items"] == []
    assert "undone" in cli("contacts", "unmerge", one, "--yes", code=Exit.CONFLICT).stderr


@pytest.mark.cloud
def test_pairs_to_look_at(cli: Command, deployed: Deployed) -> None:
    both = pair(*add(deployed, "r1@x.example", "r2@x.example"))
    container().merging.ask(TENANT, {both: (Reason.VERIFIED_EMAILS,)})
    (asked,) = cli.json("contacts", "review")["items"]
    assert asked["pair"] == ".".join(both)
    assert "verified" in cli("contacts", "review").stdout
    cli("contacts", "review", asked["pair"], code=Exit.USAGE)
    assert "different" in cli("contacts", "review", asked["pair"], "--verdict", "different").stdout
    assert "Nothing" in cli("contacts", "review").stdout


@pytest.mark.cloud
def test_what_matching_found_is_applied(cli: Command, deployed: Deployed, tmp_path: Path) -> None:
    left, right = pair(*add(deployed, "a1@x.example", "a2@x.example"))
    row = {"left": left, "right": right, "probability": 0.9, "decision": "merge", "reasons": ["at_threshold"]}
    rejected = {**row, "right": "zzzzzzzzzzzzzzzz", "decision": "reject"}
    pq.write_table(pa.Table.from_pylist([row, rejected]), tmp_path / "pairs.parquet")
    assert cli.json("contacts", "apply", tmp_path, "--yes") == {"decisions": 1, "taken": 1}
    assert "0 of 1" in cli("contacts", "apply", tmp_path / "pairs.parquet", "--yes").stdout
    assert cli.json("contacts", "merges", "--why", "match")["items"][0]["by"] == "matching"
    cli("contacts", "apply", tmp_path / "nothing", "--yes", code=Exit.NOT_FOUND)
