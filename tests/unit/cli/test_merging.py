"""`contacts merge|unmerge|merges|review` on the real API."""

from __future__ import annotations

import httpx
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
