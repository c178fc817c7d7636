"""Imports and exports by the command: the real API and functions over the local cloud, the machine by hand."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.triggers.batches import decode
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import PREFIX, TENANT, Command, Deployed


class Machine:
    """Does what `statemachines/system/transfers.asl.yaml` says for every execution, while the command waits."""

    def __init__(self, deployed: Deployed) -> None:
        self._cloud = deployed.cloud
        self._done: set[str] = set()

    def __call__(self, _: float) -> None:
        steps = self._cloud.client("stepfunctions")
        (arn,) = [
            m["stateMachineArn"]
            for m in steps.list_state_machines()["stateMachines"]
            if "transfers" in m["name"]
        ]
        for execution in steps.list_executions(stateMachineArn=arn)["executions"]:
            if execution["executionArn"] not in self._done:
                self._done.add(execution["executionArn"])
                told = steps.describe_execution(executionArn=execution["executionArn"])
                # A handler's metrics go to standard output, which is the command's here.
                with contextlib.redirect_stdout(io.StringIO()):
                    self._run(json.loads(told["input"]))

    def _run(self, told: dict[str, Any]) -> None:
        name = told["function"].rpartition(":")[2].removeprefix(f"{PREFIX}-").replace("-", "_")
        handler = importlib.import_module(f"functions.{name}.handler").handler
        asked = {"tenant": told["tenant"], "job": told["job"]}
        if handler({**asked, "task": "plan"}, None)["parts"]:
            lines = (
                self._cloud.client("s3")
                .get_object(Bucket=told["bucket"], Key=told["manifest"])["Body"]
                .read()
            )
            for line in lines.splitlines():
                handler({**asked, "task": "part", "part": json.loads(line)}, None)
        handler({**asked, "task": "finish"}, None)

    def events(self) -> list[Any]:
        kinesis = self._cloud.client("kinesis")
        (shard,) = kinesis.list_shards(StreamName=f"{PREFIX}-events")["Shards"]
        at = kinesis.get_shard_iterator(
            StreamName=f"{PREFIX}-events", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = kinesis.get_records(ShardIterator=at)["Records"]
        return [event for record in records for event in decode(record["Data"]).events]


@pytest.fixture
def machine(cli: Command, deployed: Deployed) -> Machine:
    made = Machine(deployed)
    cli.session["sleep"] = made
    return made


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes("Email;First Name;Tier\nann@x.example;Zoë;gold\nnobody;Bo;\n".encode("cp1252"))
    return path


def test_a_file_is_imported_watched_and_its_errors_saved(
    cli: Command, machine: Machine, people: Path, tmp_path: Path
):
    done = cli.json("import", "profiles", people, "--map", "Tier=tier", "--watch")
    assert (done["state"], done["rows"], done["counts"]["taken_in"], done["counts"]["refused"]) == (
        "done",
        2,
        1,
        1,
    )
    told = [event for event in machine.events() if event.context.get("import") == done["id"]]
    assert [event.traits for event in told] == [
        {"email": "ann@x.example", "first_name": "Zoë", "tier": "gold"}
    ]
    errors = tmp_path / "errors.csv"
    cli("import", "errors", done["id"], "--to", errors)
    assert errors.read_text().splitlines()[1] == "3,invalid_email,Email,This is no e-mail address."
    assert "ann@x.example" not in errors.read_text()
    assert done["id"] in cli("import", "list").stdout
    assert "done" in cli("import", "show", done["id"]).stdout
    assert cli.error("import", "cancel", done["id"], code=Exit.CONFLICT)


def test_a_consent_is_imported_with_how_it_was_given(cli: Command, machine: Machine, tmp_path: Path):
    file = tmp_path / "people.csv"
    file.write_text("email,Phone,SMS ok\nann@x.example,+12065550123,yes\n")
    asked = ("--map", "SMS ok=consent.sms", "--consent-how", "form", "--consent-source", "sign-up page")
    done = cli.json("import", "profiles", file, *asked, "--watch")
    told = [e for e in machine.events() if e.context.get("import") == done["id"] and e.name == "consent_told"]
    assert [event.properties["how"] for event in told] == ["form"]
    assert "sign-up page" in str(told[0].properties)


def test_people_see_a_preview_before_they_agree(cli: Command, machine: Machine, people: Path):
    shown = cli("import", "profiles", people, typed="n\n", code=None)
    assert shown.exit_code != 0
    assert "first_name" in shown.stderr
    assert cli.error("import", "profiles", people, "--map", "Nope=x", code=Exit.USAGE)["code"] == "no_column"


def test_a_dry_run_and_events_of_the_past(cli: Command, machine: Machine, people: Path, tmp_path: Path):
    done = cli.json("import", "profiles", people, "--dry-run", "--watch")
    assert (done["kind"], done["counts"]["new"]) == ("dry_run", 1)
    past = tmp_path / "past.ndjson"
    past.write_text('{"user": "u1", "at": "2026-01-02T00:00:00Z", "total": 5}\n')
    mapped = ("--map", "user=user_id", "--map", "at=timestamp", "--map", "total=properties.total")
    cli.json("import", "events", past, *mapped, "--event", "purchase", "--watch")
    (event,) = [event for event in machine.events() if event.user_id == "u1"]
    assert (event.name, event.properties["total"], event.properties["backfill"]) == ("purchase", 5, True)


def test_endpoints_and_segments_of_pinpoint(cli: Command, machine: Machine, tmp_path: Path):
    endpoints, segments = tmp_path / "endpoints.json", tmp_path / "segments.json"
    saved = [{"ChannelType": "EMAIL", "Address": "pin@x.example", "OptOut": "ALL", "User": {"UserId": "pin"}}]
    endpoints.write_text(json.dumps({"EndpointsResponse": {"Item": saved}}))
    group = {"Dimensions": [{"Attributes": {"plan": {"Values": ["pro"]}}}], "Type": "ALL"}
    bad = {"Dimensions": [{"Demographic": {"Platform": {"Values": ["iOS"]}}}], "Type": "ALL"}
    segments.write_text(
        json.dumps(
            [
                {
                    "Id": "1",
                    "Name": "Pros",
                    "SegmentType": "DIMENSIONAL",
                    "SegmentGroups": {"Groups": [group]},
                },
                {
                    "Id": "2",
                    "Name": "Apple",
                    "SegmentType": "DIMENSIONAL",
                    "SegmentGroups": {"Groups": [bad, group]},
                },
            ]
        )
    )
    told = cli.json("import", "pinpoint", endpoints, segments, "--create", "--watch")
    assert [(one["document"]["id"], one["created"]) for one in told["segments"]] == [
        ("pros", True),
        ("apple", False),
    ]
    assert (
        told["segments"][1]["gaps"][0]["place"]
        == "SegmentGroups.Groups[0].Dimensions[0].Demographic.Platform"
    )
    assert told["import"]["counts"]["events"] == 2
    assert "Platform" in cli("import", "pinpoint", segments).stdout


def test_contacts_are_exported(cli: Command, machine: Machine, deployed: Deployed, tmp_path: Path):
    rows = [{"email": f"ex{n}@x.example", "traits": {"first_name": f"P{n}"}} for n in range(3)]
    api = cli.deployed
    assert api is not None
    from stepwell_cli.api import Api

    Api("https://api.test", lambda: "token", api.transport("admin")).post("/contacts", {"contacts": rows})
    for name in ("all.csv", "all.parquet", "all.ndjson"):
        done = cli.json("export", "contacts", "--to", tmp_path / name, "--columns", "id,email,first_name")
        assert done["rows"] >= 3
    assert (
        f"{profile_id(TENANT, 'email', 'ex1@x.example')},ex1@x.example,P1"
        in (tmp_path / "all.csv").read_text()
    )
    assert (tmp_path / "all.parquet").read_bytes()[:4] == b"PAR1"
    assert done["id"] in cli("export", "list").stdout
    assert "done" in cli("export", "show", done["id"]).stdout
    assert cli.error("export", "contacts", "--to", tmp_path / "all.xls", code=Exit.USAGE)
    assert (
        cli.error("export", "segment", "nobody", "--to", tmp_path / "x.csv", code=Exit.NOT_FOUND)["code"]
        == "no_segment"
    )


def test_exports_need_the_role_of_a_publisher(cli: Command, tmp_path: Path):
    cli.role = "editor"
    assert cli.error(
        "export",
        "contacts",
        "--to",
        tmp_path / "x.csv",
        code=Exit.SIGN_IN,
    )
