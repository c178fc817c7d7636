"""Imports from the upload to the stream, in memory: what rows become, and that nothing is lost or doubled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.ids import profile_id
from stepwell.contracts.imports import is_backfill
from stepwell.contracts.profiles import Profile
from stepwell.errors import Conflict, InvalidInput, LimitExceeded, NotFound, ValidationFailed
from stepwell.profiles.fold_events import fold
from stepwell.publishing import segments
from stepwell.transfers import importing, jobs, managing
from stepwell.transfers.managing import TransferPorts
from stepwell.transfers.model import import_spec

from tests.fakes.publishing import TENANT
from tests.fakes.segments import segment_ports
from tests.fakes.transfers import MemoryTransferMachine, RecordedStream, transfer_ports
from tests.unit.publishing.stage import Stage

COLUMNS = [{"source": "Email", "to": "email"}, {"source": "Plan", "to": "plan"}]


class Desk:
    """Imports and exports over one world."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.clock = self.stage.world.clock
        self.imports, self.exports = transfer_ports(self.clock)
        self.machine = MemoryTransferMachine(self.imports, self.exports)
        self.ports = TransferPorts(
            imports=self.imports,
            function_arn=str,
            machine=self.machine,
            remote=None,  # type: ignore[arg-type]
            segments=segment_ports(self.stage.ports, self.stage.members),
            publishing=self.stage.ports,
        )

    @property
    def stream(self) -> RecordedStream:
        stream = self.imports.stream
        assert isinstance(stream, RecordedStream)
        return stream

    def upload(self, data: bytes | str, *, kind: str = "profiles", form: str = "csv") -> str:
        body = data if isinstance(data, bytes) else data.encode()
        job, _ = managing.create_import(
            self.ports, TENANT, "ann", name="people.csv", size=len(body), kind=kind, form=form
        )
        self.imports.files.put(jobs.file_key(TENANT, job.id), body)
        return job.id

    def start(self, job: str, columns: Any = COLUMNS, dry_run: bool = False, **options: Any) -> str:
        spec = import_spec({"columns": columns, "options": options, "dry_run": dry_run})
        return managing.start_import(self.ports, TENANT, job, spec, "ann").id

    def run(
        self,
        data: bytes | str,
        columns: Any = COLUMNS,
        *,
        kind: str = "profiles",
        form: str = "csv",
        **o: Any,
    ) -> Any:
        job = self.start(self.upload(data, kind=kind, form=form), columns, **o)
        self.machine.run()
        return self.told(job)

    def told(self, job: str) -> dict[str, Any]:
        return jobs.shown(jobs.found(self.imports.jobs, TENANT, job, jobs.IMPORTS), self.clock.now())

    def errors(self, job: str) -> list[list[str]]:
        data = self.imports.files.read(jobs.errors_key(TENANT, job), 0, 1 << 20)
        return list(csv.reader(io.StringIO(data.decode())))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(importing, "PART_ROWS", 3)
    yield


def test_rows_become_identify_events(desk: Desk):
    told = desk.run("Email;Plan;Note\r\nAnn@X.example;pro;hi\r\nbo@x.example;;\r\n")
    assert (told["state"], told["total"], told["rows"]) == ("done", 2, 2)
    assert told["counts"] == {"events": 2, "taken_in": 2}
    ann, bo = desk.stream.events
    assert (ann.kind, ann.email, ann.traits, ann.source) == (
        "identify",
        "ann@x.example",
        {"plan": "pro", "email": "ann@x.example"},
        "import",
    )
    assert bo.traits == {"email": "bo@x.example"}
    assert ann.occurred_at < bo.occurred_at <= desk.clock.now()
    assert is_backfill(ann)
    assert not is_backfill(ann.evolve(source="website"))


def test_an_import_may_trigger_if_asked_to(desk: Desk):
    desk.run("Email,Plan\na@x.example,pro\n", trigger=True)
    assert not is_backfill(desk.stream.events[0])


def test_faults_are_told_by_row_and_column_without_values(desk: Desk):
    columns = [*COLUMNS, {"source": "Age", "to": "age"}, {"source": "Site", "to": "website"}]
    data = "Email,Plan,Age,Site\nnobody,pro,1,\na@x.example,pro,old,nowhere\n\nb@x.example,p,5,x.example,more\n,pro,,\n"
    told = desk.run(data, columns)
    assert told["counts"] == {
        "empty": 1,
        "error_parts": 1,
        "events": 1,
        "in_part": 1,
        "refused": 3,
        "taken_in": 1,
    }
    assert desk.errors(told["id"]) == [
        ["row", "code", "column", "message"],
        ["2", "invalid_email", "Email", "This is no e-mail address."],
        ["3", "invalid_value", "Age", "This is no value for `age`."],
        ["3", "invalid_value", "Site", "This is no value for `website`."],
        ["5", "bad_row", "", "The row has 5 columns, the header has 4."],
        ["6", "no_identity", "", "The row names nobody."],
    ]
    assert told["faults"]["invalid_value"] == 2


def test_letters_of_windows_far_down_are_read_right(desk: Desk):
    rows = "".join(f"p{n}@x.example,plain\r\n" for n in range(30_000))
    desk.run(("Email,Plan\r\n" + rows + "z@x.example,Café\r\n").encode("cp1252"))
    assert desk.stream.events[-1].traits["plan"] == "Café"


def test_consent_lists_and_proof(desk: Desk):
    segments.create(desk.ports.segments, TENANT, {"id": "vip", "kind": "static"}, "ann")
    columns = [*COLUMNS, {"source": "Opt", "to": "consent.email"}]
    data = (
        "Email,Plan,Opt\na@x.example,p,yes\nb@x.example,p,unsubscribed\nc@x.example,p,maybe\nd@x.example,p,\n"
    )
    told = desk.run(data, columns, segment="vip")
    by = {(e.email, e.name): e for e in desk.stream.events}
    assert by["a@x.example", "consent_told"].properties == {
        "channel": "email",
        "purpose": "marketing",
        "consent": "granted",
        "proof": "import people.csv",
        "how": "told",
        "backfill": True,
    }
    assert by["b@x.example", "consent_told"].properties["consent"] == "denied"
    assert ("c@x.example", "consent_told") not in by
    assert sum(name == "segment_list_added" for _, name in by) == 4
    assert told["faults"] == {"unclear_consent": 1}


def test_a_forced_consent_needs_a_reason():
    with pytest.raises(ValidationFailed):
        import_spec({"options": {"force_consent": True, "reason": "because"}})
    with pytest.raises(ValidationFailed):
        import_spec({"columns": [{"source": "a", "to": "email"}, {"source": "b", "to": "email"}]})


def test_filling_gaps_replaces_nothing():
    desk = Desk()
    desk.run(
        "Email,Plan,Note\na@x.example,free,new\n",
        [*COLUMNS, {"source": "Note", "to": "note"}],
        update="fill_gaps",
    )
    (event,) = desk.stream.events
    before = fold(
        Profile("abcdefghijklmnop"),
        [
            event.evolve(
                message_id="m",
                properties={},
                traits={"plan": "pro"},
                occurred_at=datetime(2020, 1, 1, tzinfo=UTC),
            )
        ],
    )
    after = fold(before, [event])
    assert after.traits["plan"] == "pro"
    assert after.traits["note"] == "new"


def test_identified_by_what_was_asked_for(desk: Desk):
    columns = [*COLUMNS, {"source": "Phone", "to": "phone"}, {"source": "Id", "to": "user_id"}]
    data = "Email,Plan,Phone,Id\na@x.example,p,+49 30 123456,\n,p,+4930123456,\n,p,,7\n"
    told = desk.run(data, columns, identify_by="phone")
    assert told["counts"]["refused"] == 1
    assert {e.traits["phone"] for e in desk.stream.events} == {"+4930123456"}
    assert len({record.key for record in desk.stream.records}) == 2
    assert desk.run(data, columns, identify_by="user_id")["counts"]["refused"] == 2


def test_history_is_tracked_at_its_time_and_triggers_nothing(desk: Desk):
    columns = [
        {"source": "who", "to": "email"},
        {"source": "what", "to": "event"},
        {"source": "when", "to": "timestamp"},
        {"source": "total", "to": "properties.total"},
        {"source": "sku", "to": "properties.sku"},
    ]
    rows = [
        {
            "who": "a@x.example",
            "what": "purchase",
            "when": "2026-01-02T03:04:05Z",
            "total": 9.5,
            "sku": "007",
        },
        {"who": "a@x.example", "what": "email_opened", "when": "2026-01-02"},
        {"who": "a@x.example", "what": "purchase", "when": "yesterday"},
    ]
    told = desk.run("\n".join(map(json.dumps, rows)), columns, kind="events", form="ndjson")
    (event,) = desk.stream.events
    assert (event.name, event.occurred_at) == ("purchase", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert event.properties == {"total": 9.5, "sku": "007", "backfill": True}
    assert told["faults"] == {"invalid_timestamp": 1, "reserved_event": 1}


def test_a_dry_run_counts_and_puts_nothing(desk: Desk):
    known = profile_id(TENANT, "email", "a@x.example")
    desk.imports.profiles.known[known] = Profile(known)  # type: ignore[attr-defined]
    job = desk.upload("Email,Plan\na@x.example,p\nb@x.example,p\nnobody,p\n")
    dry = desk.start(job, dry_run=True)
    desk.machine.run()
    told = desk.told(dry)
    assert (told["state"], told["counts"]["known"], told["counts"]["new"]) == ("done", 1, 1)
    assert desk.stream.records == []
    assert desk.told(job)["state"] == "uploading"
    desk.start(job)
    desk.machine.run()
    assert desk.told(job)["counts"]["taken_in"] == 2


@pytest.mark.usefixtures("small_parts")
@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(1, 30), max_size=20), st.integers(4, 20))
def test_interrupted_anywhere_it_ends_the_same(refused: set[int], rows: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "PART_ROWS", 3)
        patch.setattr(importing, "_AT_ONCE", 2)
        data = "Email,Plan\n" + "".join(f'p{n % 5}@x.example,"p\n{n}"\n' for n in range(rows))
        whole, broken = Desk(), Desk()
        whole.run(data)
        job = broken.upload(data)
        broken.stream.refuse = refused
        broken.machine.tries = 2
        for _ in range(30):
            broken.start(job)
            broken.machine.run()
            if broken.told(job)["state"] == "done":
                break
        told = broken.told(job)
    assert (told["state"], told["rows"], told["counts"]["taken_in"]) == ("done", rows, rows)
    ids = {event.message_id.removeprefix(f"imp-{job}") for event in broken.stream.events}
    assert ids == {f"-{n}" for n in range(2, rows + 2)}
    for n in range(5):
        mine = [e for e in broken.stream.events if e.email == f"p{n}@x.example"]
        same = [e for e in whole.stream.events if e.email == f"p{n}@x.example"]
        after = fold(Profile("abcdefghijklmnop"), mine).traits
        assert after == fold(Profile("abcdefghijklmnop"), same).traits


@pytest.mark.usefixtures("small_parts")
def test_a_part_that_is_lost_is_told_and_can_be_gone_on_with(desk: Desk):
    job = desk.upload("Email,Plan\n" + "".join(f"p{n}@x.example,p\n" for n in range(8)))
    desk.start(job)
    desk.stream.refuse, desk.machine.tries = {2}, 1
    desk.machine.run()
    told = desk.told(job)
    assert (told["state"], told["parts"], told["parts_done"]) == ("failed", 3, 2)
    assert "1 of 3 parts" in told["why"]
    desk.start(job, [{"source": "Email", "to": "email"}])
    desk.machine.run()
    told = desk.told(job)
    assert (told["state"], told["rows"], told["why"]) == ("done", 8, "")
    assert all(event.traits.get("plan") == "p" for event in desk.stream.events)
    assert len(desk.machine.started) == 2
    with pytest.raises(Conflict):
        desk.start(job)


def test_a_cancelled_import_takes_in_nothing_more(desk: Desk):
    job = desk.start(desk.upload("Email,Plan\na@x.example,p\n"))
    managing.cancel(desk.ports, TENANT, job, jobs.IMPORTS, "ann")
    desk.machine.run()
    assert desk.told(job)["state"] == "cancelled"
    assert desk.stream.records == []
    with pytest.raises(Conflict):
        managing.cancel(desk.ports, TENANT, job, jobs.IMPORTS, "ann")


def test_a_file_that_cannot_be_read_fails_with_the_reason(desk: Desk):
    told = desk.run(b'Email,Plan\n"never closed' + b",x\n" * 50_000)
    assert told["state"] == "failed"
    assert "not closed" in told["why"]


@pytest.mark.parametrize(
    ("columns", "kind", "code"),
    [
        ([{"source": "Plan", "to": "plan"}], "profiles", "no_identity"),
        ([{"source": "Email", "to": "email"}], "events", "no_timestamp"),
    ],
)
def test_a_mapping_that_leads_nowhere_is_refused(desk: Desk, columns: Any, kind: str, code: str):
    with pytest.raises(InvalidInput) as told:
        desk.start(desk.upload("a,b\n", kind=kind), columns)
    assert told.value.code == code


def test_what_is_too_big_or_not_there_is_refused(desk: Desk):
    with pytest.raises(LimitExceeded):
        managing.create_import(desk.ports, TENANT, "a", name="x", size=1 << 40, kind="profiles", form="csv")
    job, _ = managing.create_import(desk.ports, TENANT, "a", name="x", size=1, kind="profiles", form="csv")
    with pytest.raises(NotFound):
        desk.start(job.id)
    with pytest.raises(NotFound):
        desk.start("nothing")


def test_parquet_is_read_with_its_types(desk: Desk, tmp_path: Any):
    import duckdb

    path = tmp_path / "x.parquet"
    duckdb.sql(
        "SELECT 'p' || i || '@x.example' AS \"Email\", i AS age, DATE '2020-01-02' AS born, ['a', 'b'] AS interests, "
        "TIMESTAMP '2024-01-01 00:00:00' AS seen FROM range(3) t(i)"
    ).write_parquet(str(path))
    columns = [
        {"source": n, "to": t}
        for n, t in (
            ("Email", "email"),
            ("age", "age"),
            ("born", "birthday"),
            ("interests", "interests"),
            ("seen", "timestamp"),
        )
    ]
    told = desk.run(path.read_bytes(), columns, form="parquet")
    assert (told["state"], told["rows"]) == ("done", 3)
    event = desk.stream.events[1]
    assert event.traits == {
        "email": "p1@x.example",
        "age": 1,
        "birthday": "2020-01-02",
        "interests": ["a", "b"],
    }
    assert event.occurred_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert desk.run(b"PAR1 no", columns, form="parquet")["state"] == "failed"


def test_the_same_contact_twice_ends_with_the_later_row(desk: Desk):
    desk.run("Email,Plan\na@x.example,first\na@x.example,second\n")
    events = desk.stream.events
    assert fold(Profile("abcdefghijklmnop"), reversed(events)).traits["plan"] == "second"
