"""The functions of imports and exports with their real adapters, against emulated AWS."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters import transfer_files, transfer_people
from stepwell.adapters.items.profiles import encode_profile
from stepwell.adapters.items.segments import member_item
from stepwell.adapters.items.wire import to_wire
from stepwell.adapters.transfer_calls import LambdaPreviews
from stepwell.adapters.transfer_files import S3Files
from stepwell.bootstrap import container
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound, Unavailable
from stepwell.management import Management, management
from stepwell.runtime.jobs import Job
from stepwell.transfers import jobs
from stepwell.triggers.batches import decode

from tests.fakes.cloud_tables import create_table

TENANT, BUCKET = "acme", "transfers-artifacts"


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[Management]:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "STEPWELL_PREFIX": "t",
        "STEPWELL_CONFIG_TABLE": "transfers-config",
        "STEPWELL_PROFILES_TABLE": "transfers-profiles",
        "STEPWELL_STREAM": "events",
        "STEPWELL_ARTIFACTS_BUCKET": BUCKET,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        _forget()
        for table in ("transfers-config", "transfers-profiles"):
            create_table(boto3.client("dynamodb"), table)
        boto3.client("kinesis").create_stream(StreamName="events", ShardCount=1)
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield management()
    _forget()


def _forget() -> None:
    container.cache_clear()
    management.cache_clear()
    Management._client.cache_clear()


def call(function: str, **event: Any) -> Any:
    return importlib.import_module(f"functions.{function}.handler").handler({"tenant": TENANT, **event}, None)


def run(wired: Management, function: str, job: Job) -> dict[str, Any]:
    wired.jobs.put(TENANT, job)
    if call(function, task="plan", job=job.id)["parts"]:
        lines = wired.transfer_files.read(jobs.manifest_key(TENANT, job.id), 0, 1 << 20)
        for line in lines.splitlines():
            call(function, task="part", job=job.id, part=json.loads(line))
            assert call(function, task="part", job=job.id, part=json.loads(line)) == {}, "twice is once"
    call(function, task="finish", job=job.id)
    stored = wired.jobs.get(TENANT, job.id)
    assert stored is not None
    return jobs.shown(stored, wired.parts.clock.now())


def asked(wired: Management, owner: str, **details: Any) -> Job:
    now = wired.parts.clock.now()
    more = {"began": iso(now), "name": "x", **details}
    return Job("job", owner.removesuffix("s"), owner, jobs.PLANNING, now, details=more)


def test_rows_are_on_the_stream_and_errors_in_a_file(wired: Management):
    rows = "".join(f"p{n}@x.example,{n}\n" for n in range(6_000))
    wired.transfer_files.put(jobs.file_key(TENANT, "job"), f"Email,Age\n{rows}nobody,1\n".encode())
    spec = {"columns": [{"source": "Email", "to": "email"}, {"source": "Age", "to": "age"}]}
    told = run(wired, "import_profiles", asked(wired, jobs.IMPORTS, kind="profiles", format="csv", spec=spec))
    assert (told["state"], told["rows"], told["parts"], told["counts"]["refused"]) == ("done", 6_001, 2, 1)
    errors = wired.transfer_files.read(jobs.errors_key(TENANT, "job"), 0, 1_000)
    assert errors == b"row,code,column,message\r\n6002,invalid_email,Email,This is no e-mail address.\r\n"
    kinesis = boto3.client("kinesis")
    (shard,) = kinesis.list_shards(StreamName="events")["Shards"]
    at = kinesis.get_shard_iterator(
        StreamName="events", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    first = kinesis.get_records(ShardIterator=at["ShardIterator"], Limit=1)["Records"][0]
    assert decode(first["Data"]).events[0].traits == {"age": 0, "email": "p0@x.example"}


def test_what_cannot_be_planned_says_why(wired: Management):
    wired.transfer_files.put(jobs.file_key(TENANT, "job"), b"no parquet")
    told = run(
        wired, "import_profiles", asked(wired, jobs.IMPORTS, kind="profiles", format="parquet", spec={})
    )
    assert (told["state"], told["why"]) == ("failed", "The file cannot be read as Parquet.")
    assert call("import_profiles", task="preview", job="job", spec={})["error"]["code"] == "parquet_broken"
    with pytest.raises(InvalidInput):
        call("import_profiles", task="dance", job="job")


@pytest.mark.parametrize("segment", ["vip", None])
def test_members_or_all_are_exported(wired: Management, segment: str | None):
    ids = [profile_id(TENANT, "email", f"p{n}@x.example") for n in range(50)]
    # The emulator knows no PartiQL, by which profiles are written.
    items = [encode_profile(TENANT, Profile(one, traits={"first_name": "Zoë"}), rev=1) for one in ids]
    items += [member_item(TENANT, "vip", one, 1) for one in ids[:30]]
    for item in items:
        boto3.client("dynamodb").put_item(TableName="transfers-profiles", Item=to_wire(item))
    spec = {"segment": segment, "columns": ["id", "first_name"], "format": "csv"}
    told = run(wired, "export_profiles", asked(wired, jobs.EXPORTS, spec=spec))
    assert (told["state"], told["rows"]) == ("done", 30 if segment else 50)
    lines = wired.transfer_files.read(jobs.export_key(TENANT, "job", "csv"), 0, 1 << 20).decode().splitlines()
    assert sorted(lines[1:]) == sorted(f"{one},Zoë" for one in ids[: told["rows"]])


def test_files_in_pieces_and_ranges(wired: Management, monkeypatch: pytest.MonkeyPatch):
    files = wired.transfer_files
    assert isinstance(files, S3Files)
    monkeypatch.setattr(transfer_files, "_PART", 5 * 1024 * 1024)
    piece = bytes(range(256)) * 8_192
    assert files.join("big", [piece] * 6 + [b"end"]) == len(piece) * 6 + 3
    assert files.size("big") == len(piece) * 6 + 3
    assert b"".join(files.blocks("big", 5)) == (piece * 6 + b"end")[5:]
    assert files.read("big", files.size("big") - 3, 1 << 30) == b"end"
    assert files.join("small", []) == 0
    assert files.read("small", 0, 10) == b""
    with pytest.raises(NotFound):
        files.size("nothing")
    with pytest.raises(ZeroDivisionError):
        files.join("broken", (piece if n < 5 else bytes(1 // (n - 5)) for n in range(9)))
    assert boto3.client("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_addresses_are_signed_for_a_length_and_a_name(wired: Management):
    url = wired.transfer_files.upload_url("k", 12, expires_s=60)
    assert "X-Amz-SignedHeaders=content-length%3Bhost" in url
    assert "AWS4-HMAC-SHA256" in url
    assert "filename%3D%22a_b.csv%22" in wired.transfer_files.download_url("k", 'a"b.csv', expires_s=60)


class Answers:
    def __init__(self, document: Any, error: str = "") -> None:
        self.document, self.error = document, error

    def invoke(self, **_: Any) -> Any:
        body = json.dumps(self.document).encode()
        return {
            "Payload": type("Body", (), {"read": lambda self: body})(),
            **({"FunctionError": self.error} if self.error else {}),
        }


def test_previews_by_the_function():
    assert LambdaPreviews(Answers({"preview": {"rows": []}}), "f").preview("t", "j", {}) == {"rows": []}
    with pytest.raises(InvalidInput):
        LambdaPreviews(Answers({"error": {"code": "c", "message": "m"}}), "f").preview("t", "j", {})
    with pytest.raises(Unavailable):
        LambdaPreviews(Answers({"errorMessage": "?"}, "Unhandled"), "f").preview("t", "j", {})
    assert transfer_people.SHARDS == 16
