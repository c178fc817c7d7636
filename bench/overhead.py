"""The design's main figure: what a thousand messages cost on top of the provider, for the reference workload."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from bench.feedback import FEEDBACK, FEEDBACK_ALONE
from bench.journeys import naive_journey
from bench.results import Result
from bench.workload import Bill, run_workload

BAR = 0.006
PATTERNS = {"": (250, 500), "_quarter_full": (62, 248), "_singles": (1, 8)}
"""(contacts that arrive together, all contacts) by the suffix of the figure."""


def overhead(sdk: dict[str, tuple[float, float]]) -> tuple[list[Result], Bill]:
    """Return the figures, and the bill of full cohorts."""
    bills = {suffix: run_workload(sdk, cohort, contacts) for suffix, (cohort, contacts) in PATTERNS.items()}
    full = bills[""]
    naive = naive_journey(sdk, 25)
    # The same events, for the conventional way pays for them too.
    baseline = (
        naive.usd / 25 * 500
        + sum(usd for line, usd in full.usd.items() if _is_event(line)) / full.messages * 1000
    )
    name = "overhead_usd_per_1000_messages"
    results = [
        Result(
            f"{name}{suffix}",
            bill.per_1000,
            "USD",
            baseline,
            f"{bill.contacts} contacts, {bill.cohort} arriving together, {bill.messages} messages, hot profile "
            f"{bill.hot_bytes[0]} bytes (greatest {bill.hot_bytes[1]}); known contacts tracked by a server's library",
            None if suffix else BAR,
        )
        for suffix, bill in bills.items()
    ]
    for suffix, feedback, how in (
        ("", FEEDBACK, "all in full batches of the queue"),
        ("_alone", FEEDBACK_ALONE, "each open and click alone"),
    ):
        told = run_workload(sdk, 250, 250, feedback=feedback)
        results.append(
            Result(
                f"{name}_with_feedback{suffix}",
                told.per_1000,
                "USD",
                note=f"full cohorts; SES tells of two sends, two deliveries, an open and a click a contact, {how}",
            )
        )
    updated = run_workload(sdk, 250, 250, field_update=True)
    results.append(
        Result(
            f"{name}_with_field_update",
            updated.per_1000,
            "USD",
            note="full cohorts, and a node changes a profile field of each contact once (one read and one write more)",
        )
    )
    new = run_workload(sdk, 250, 250, strangers=True)
    results.append(
        Result(
            f"{name}_new_contacts",
            new.per_1000,
            "USD",
            note="full cohorts of contacts who come for the first time, with a browser: profile and two pointers made",
        )
    )
    results += [
        Result(f"bill_{part}_usd_per_1000_messages", usd, "USD", note=f"part of {name}")
        for part, usd in _parts(full).items()
    ]
    return results, full


def _is_event(line: str) -> bool:
    return (
        line in ("http_api_request", "kinesis_put_unit", "firehose", "access_log") or "ingest_events" in line
    )


def _parts(bill: Bill) -> Mapping[str, float]:
    parts: dict[str, float] = {}
    for line, usd in bill.usd.items():
        kind, _, rest = line.partition(" ")
        part = f"dynamodb_{rest.partition('.')[0]}" if kind == "dynamodb" else kind
        parts[part] = parts.get(part, 0.0) + usd / bill.messages * 1000
    return dict(sorted(parts.items(), key=lambda part: -part[1]))


def show_bill(bill: Bill, console: Console) -> None:
    """Print where the money goes, line by line."""
    table = Table(
        title=f"Bill of 1,000 messages, {bill.cohort} contacts arriving together: ${bill.per_1000:.5f}"
    )
    for heading in ("line", "USD", "%", "a contact"):
        table.add_column(heading, justify="left" if heading == "line" else "right")
    for line, usd in sorted(bill.usd.items(), key=lambda row: -row[1]):
        share = usd / bill.total * 100
        if share < 0.05:
            continue
        table.add_row(line, f"{usd / bill.messages * 1000:.6f}", f"{share:.1f}", _detail(bill, line))
    console.print(table)


def _detail(bill: Bill, line: str) -> str:
    kind, _, name = line.partition(" ")
    if kind == "dynamodb":
        wru, rru = bill.labels[name]
        return f"{wru / bill.contacts:.2f} WRU, {rru / bill.contacts:.2f} RRU"
    if kind == "lambda":
        use = bill.functions[name]
        calls, own, sdk = use.invocations, use.own_s / use.invocations, use.sdk_s / use.invocations
        waits = use.waits_s / use.invocations
        return f"{calls} calls of {own * 1e3:.1f} + {sdk * 1e3:.1f} ms, waiting {waits * 1e3:.0f} ms"
    if kind == "logs":
        use = bill.functions[name]
        return f"{use.log_bytes / use.invocations:.0f} bytes a call"
    return f"{bill.amounts.get(line, 0) / bill.contacts:.3f}"
