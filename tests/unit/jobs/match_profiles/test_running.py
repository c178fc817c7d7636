"""Files in, files out: by the module, and by the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stepwell.errors import InvalidInput, NotFound
from stepwell.profiles.matching.model import Decision
from stepwell.profiles.matching.reviews import Verdict
from stepwell_cli.errors import Exit

from jobs.match_profiles.__main__ import main
from jobs.match_profiles.files import PAIRS, Place, read_reviews
from jobs.match_profiles.running import Request, run
from local.testing import LocalCloud
from tests.unit.cli.harness import Command
from tests.unit.jobs.match_profiles.people import people


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Profiles in two files with a foreign column name, matched once."""
    made = tmp_path_factory.mktemp("identity")
    rows = [{"first_name": r.pop("given_name"), **r} for r in people(120, 80)]
    (made / "profiles").mkdir()
    pq.write_table(pa.Table.from_pylist(rows[:90]), made / "profiles" / "one.parquet")
    pq.write_table(pa.Table.from_pylist(rows[90:]), made / "profiles" / "two.parquet")
    run(Request(str(made / "profiles"), str(made / "found"), columns={"first_name": "given_name"}))
    return made


@pytest.fixture
def run_command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def test_a_run_writes_pairs_groups_model_and_summary(folder: Path) -> None:
    pairs = pq.read_table(folder / "found" / "pairs.parquet")
    rows = pairs.to_pylist()
    groups = pq.read_table(folder / "found" / "groups.parquet").to_pylist()
    summary = json.loads((folder / "found" / "summary.json").read_text())

    assert pairs.schema == PAIRS
    assert [(r["left"], r["right"]) for r in rows] == sorted({(r["left"], r["right"]) for r in rows})
    assert {r["decision"] for r in rows} <= {d.value for d in Decision}
    assert summary["decisions"]["merge"] == sum(r["decision"] == "merge" for r in rows)
    assert summary["groups"] == len({g["group"] for g in groups}) >= 78
    assert summary["profiles_after"] == 280 - len(groups) + summary["groups"]
    merged = next(r for r in rows if r["decision"] == "merge")
    assert merged["group"] == merged["left"]
    assert merged["explanation"][0].startswith("Start: one in ")
    assert "given_name" in {e["field"] for e in merged["evidence"]}


def test_explanations_show_no_values(folder: Path) -> None:
    """Names and addresses stay in the profiles: the files of a run may be kept longer."""
    found = (folder / "found" / "model.json").read_text() + json.dumps(
        pq.read_table(folder / "found" / "pairs.parquet").to_pylist()
    )
    for row in people(120, 80)[:50]:
        for value in (row["email"], row["device_fingerprint"], row["date_of_birth"]):
            assert value is None or value not in found


def test_the_module_runs_by_itself_with_an_earlier_model_and_reviews(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    merged = next(
        r for r in pq.read_table(folder / "found" / "pairs.parquet").to_pylist() if r["decision"] == "merge"
    )
    review = {
        "left": merged["right"],
        "right": merged["left"],
        "verdict": Verdict.DIFFERENT.value,
        "by": "kim",
        "at": "2026-03-02T09:00:00Z",
    }
    pq.write_table(pa.Table.from_pylist([review]), tmp_path / "reviews.parquet")
    table = pa.concat_tables([pq.read_table(f) for f in sorted((folder / "profiles").glob("*.parquet"))])
    pq.write_table(
        table.rename_columns(["given_name", *table.schema.names[1:]]), tmp_path / "profiles.parquet"
    )
    options = ["--input", str(tmp_path / "profiles.parquet"), "--output", str(tmp_path / "out")]
    options += [
        "--model",
        str(folder / "found" / "model.json"),
        "--reviews",
        str(tmp_path / "reviews.parquet"),
    ]

    assert main(options) == 0
    assert json.loads(capsys.readouterr().out)["trained_on"] == []
    rows = {(r["left"], r["right"]): r for r in pq.read_table(tmp_path / "out" / "pairs.parquet").to_pylist()}
    told = rows[merged["left"], merged["right"]]
    assert (told["decision"], told["why"]) == ("reject", ["Somebody looked and said: two people."])
    assert main([*options, "--threshold", "2"]) == 1
    assert "review floor" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("request_", "error", "code"),
    [
        ({"input": "nothing"}, NotFound, "no_input"),
        ({"input": "empty"}, NotFound, "no_input"),
        ({"input": "text.parquet"}, InvalidInput, "not_parquet"),
        ({"input": "ids.parquet", "columns": {"name": "surname"}}, InvalidInput, "no_column"),
        ({"input": "ids.parquet", "model": "text.parquet"}, InvalidInput, "bad_model"),
        ({"input": "ids.parquet", "reviews": "ids.parquet"}, InvalidInput, "no_column"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, request_: dict[str, Any], error: type[Exception], code: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.parquet").write_text("no parquet at all")
    pq.write_table(pa.table({"profile": ["a", "b"]}), tmp_path / "ids.parquet")
    paths = {k: v if k == "columns" else str(tmp_path / v) for k, v in request_.items()}

    with pytest.raises(error) as raised:
        run(Request(**paths, output=str(tmp_path / "out")))
    assert raised.value.code == code  # type: ignore[attr-defined]


def test_a_review_without_a_known_verdict_is_refused(tmp_path: Path) -> None:
    row = {"left": "a", "right": "b", "verdict": "perhaps", "by": "kim", "at": "2026-03-02T09:00:00Z"}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "reviews.parquet")

    with pytest.raises(InvalidInput) as raised:
        read_reviews(Place(str(tmp_path / "reviews.parquet")))
    assert raised.value.code == "bad_review"


def test_the_command_matches_and_sums_up(run_command: Command, folder: Path, tmp_path: Path) -> None:
    options = (
        "--input",
        folder / "profiles",
        "--output",
        tmp_path / "out",
        "--column",
        "given_name=first_name",
    )
    told = run_command("identity", "match", *options).stdout

    assert "280 profiles" in told
    assert "To merge:" in told
    assert (tmp_path / "out" / "groups.parquet").exists()


def test_the_command_says_what_to_install(
    run_command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [n for n in sys.modules if n.startswith("jobs.match_profiles")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "splink", None)
    done = run_command(
        "identity", "match", "--input", tmp_path, "--output", tmp_path / "out", code=Exit.USAGE
    )

    assert "stepwell[jobs]" in done.stderr


def test_a_wrong_column_option_is_refused(run_command: Command, tmp_path: Path) -> None:
    options = ("--input", tmp_path, "--output", tmp_path / "out", "--column", "given_name")

    assert "ours=theirs" in run_command("identity", "match", *options, code=Exit.USAGE).stderr


@pytest.mark.slow
def test_profiles_are_read_from_s3_and_results_written_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalCloud(tmp_path / "cloud") as cloud:
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value)
        s3 = cloud.client("s3")
        s3.create_bucket(Bucket="lake")
        with Place("s3://lake/profiles").output("one.parquet") as stream:
            pq.write_table(pa.Table.from_pylist(people(60, 60)), stream)

        summary = run(Request("s3://lake/profiles", "s3://lake/found/today"))

        assert summary["groups"] >= 58
        names = {o["Key"] for o in s3.list_objects_v2(Bucket="lake", Prefix="found/today/")["Contents"]}
        assert {
            f"found/today/{n}" for n in ("pairs.parquet", "groups.parquet", "model.json", "summary.json")
        } <= names
        with pytest.raises(NotFound):
            Place("s3://lake/none").table()
