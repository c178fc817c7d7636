"""One line and one record a batch, and nobody's data in either."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from aws_lambda_powertools.logging import Logger
from stepwell.errors import Throttled
from stepwell.observability import Guard, Lines, guard, logger, metrics_record, observed
from stepwell.powertools_log import LineFormatter


def captured() -> tuple[Logger, io.StringIO]:
    stream = io.StringIO()
    log = Logger(
        service=f"test-{id(stream)}",
        logger_handler=logging.StreamHandler(stream),
        logger_formatter=LineFormatter(),
        level="INFO",
    )
    return log, stream


@pytest.mark.parametrize(
    "text",
    [
        "ada.lovelace+news@example.co.uk",
        "Shop <ada@example.com>",
        "to=ada%40example.com&x=1",
        "mailto:ada@example.com?subject=x",
        "call +43 660 123 45 67 now",
        "+1 (555) 010-9999",
        "0043660123456",
        "Authorization: Bearer abcdef123456",
        "AKIAABCDEFGHIJKLMNOP",
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=abcdef0123",
    ],
)
def test_texts_are_guarded(text: str) -> None:
    hidden = Guard().text(text)
    assert "***" in hidden
    for part in ("ada", "lovelace", "660", "555", "abcdef", "AKIA"):
        assert part not in hidden


@pytest.mark.parametrize(
    "text",
    ["run r1 of welcome", "2026-03-02T09:00:00.000Z", "1772442000000", "abcdefgh234567ab.0.1", "10 of 250"],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Guard().text(text) == text


def test_names_give_away_values() -> None:
    seen = Guard().value(
        {
            "email": "x",
            "traits": {"a": 1},
            "api_key": "k",
            "nested": [{"password": "p", "fine": "ok"}],
            "emails": 3,
            "ada@example.com": 1,
        }
    )
    assert seen == {
        "email": "***",
        "traits": "***",
        "api_key": "***",
        "nested": [{"password": "***", "fine": "ok"}],
        "emails": 3,
        "***": 1,
    }


def test_known_secrets_are_hidden_everywhere() -> None:
    secret_guard = Guard()
    secret_guard.protect("s3cr3t-value")
    secret_guard.protect("no")
    assert secret_guard.text("x s3cr3t-value no") == "x *** no"


def test_no_line_holds_an_address_not_even_a_stack_trace() -> None:
    log, stream = captured()
    guard.protect("hush-hush-9")
    log.info("sent to ada@example.com", extra={"visit": "v1", "who": {"phone": "+43 660 1234567"}})
    try:
        raise ValueError("bad address ada@example.com hush-hush-9")
    except ValueError:
        log.exception("failed for %s", "ada@example.com")
    text = stream.getvalue()
    assert "ada" not in text
    assert "660" not in text
    assert "hush" not in text
    assert [json.loads(line)["level"] for line in text.splitlines()] == ["INFO", "ERROR"]
    assert json.loads(text.splitlines()[0])["visit"] == "v1"


def test_a_batch_is_one_line_and_one_record() -> None:
    log, stream = captured()
    records: list[str] = []
    now = iter([10.0, 10.25, 10.25, 10.25, 10.25])
    with observed(
        "step_cohort", log=log, write=records.append, clock=lambda: next(now), tenant="acme"
    ) as batch:
        batch.note(node="mail", run="r1")
        batch.count("Contacts", 250)
        batch.count("Contacts")
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert (line["message"], line["tenant"], line["node"], line["counts"]) == (
        "done",
        "acme",
        "mail",
        {"Contacts": 251},
    )
    (record,) = [json.loads(text) for text in records]
    assert record["Contacts"] == 251
    assert record["Function"] == "step_cohort"
    names = [metric["Name"] for metric in record["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    assert names == ["Contacts"]


def test_a_failed_batch_says_so_and_raises() -> None:
    log, stream = captured()
    records: list[str] = []
    with pytest.raises(Throttled), observed("send_email", log=log, write=records.append):
        raise Throttled("slow down")
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert (line["message"], line["code"], line["level"]) == ("failed", "throttled", "ERROR")
    assert json.loads(records[0])["Failed"] == 1


def test_records_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with observed("count_outcomes") as batch:
        batch.count("Counted", 2)
    out = capsys.readouterr().out
    assert any("_aws" in json.loads(line) for line in out.splitlines())


def test_who_counts_nothing_writes_no_record() -> None:
    log, _ = captured()
    records: list[str] = []
    with observed("sweep_due", log=log, write=records.append) as batch:
        batch.count("Woken", 0)
    assert records == []


def test_a_quiet_batch_speaks_only_when_it_counted_something() -> None:
    log, stream = captured()
    with observed("ingest_events", log=log, write=str, quiet=True) as batch:
        batch.count("Refused", 0)
    assert stream.getvalue() == ""
    with observed("ingest_events", log=log, write=str, quiet=True) as batch:
        batch.count("Refused")
    assert json.loads(stream.getvalue())["counts"] == {"Refused": 1}


def test_a_logger_is_made_once() -> None:
    assert logger("a") is logger("a")


def test_a_metrics_record_has_one_dimension() -> None:
    record: dict[str, Any] = metrics_record("f", {"Sent": 1}, 1772442000.0)
    assert record["_aws"]["Timestamp"] == 1772442000000
    assert record["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Function"]]


def test_lines_are_written_like_powertools_does() -> None:
    log, stream = captured()
    written: list[str] = []
    lines = Lines("step_cohort", write=written.append, clock=lambda: 1772442000.25)
    for each in (log, lines):
        each.info("done", node="mail", email="ada@example.com")
        try:
            raise ValueError("bad address ada@example.com")
        except ValueError:
            each.exception("failed", code="value")
    theirs = [json.loads(line) for line in stream.getvalue().splitlines()]
    ours = [json.loads(line) for line in written]
    assert "ada" not in "".join(written)
    assert [set(line) for line in ours] == [set(line) - {"location", "stack_trace"} for line in theirs]
    assert ours[0]["timestamp"] == "2026-03-02 09:00:00,250+0000"
    assert (ours[1]["exception_name"], ours[1]["level"]) == ("ValueError", "ERROR")
    assert "ValueError" in ours[1]["exception"]
