"""What the demo shows: progress a node, and the summary with what the same would cost on AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from stepwell.contracts.prices import PRICES

_WORKFLOW = yaml.safe_load((Path(__file__).parent / "second_purchase.yaml").read_text())
_ENGAGEMENT = ("accepted", "delivered", "opened", "clicked", "bounced", "complained")


def since(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counters' growth: the workflow may have been through other demos."""
    nodes = {}
    for node, known in after["nodes"].items():
        old = before["nodes"].get(node, {"outcomes": {}, "reasons": {}})
        nodes[node] = {
            kind: {k: n - old[kind].get(k, 0) for k, n in known[kind].items() if n > old[kind].get(k, 0)}
            for kind in ("outcomes", "reasons")
        }
    return {"enrolled": after["enrolled"] - before["enrolled"], "nodes": nodes}


def progress(counts: Mapping[str, Any], passed: timedelta) -> Table:
    """Return the table of contacts a node and outcome."""
    table = Table(title=f"day {passed.days}, {passed.seconds // 3600:02d}:00 · {counts['enrolled']} enrolled")
    table.add_column("node")
    table.add_column("what")
    table.add_column("passed", justify="right")
    table.add_column("outcomes")
    for node in _WORKFLOW["nodes"]:
        known = counts["nodes"].get(node["id"], {"outcomes": {}, "reasons": {}})
        outcomes = {k: v for k, v in known["outcomes"].items() if not k.startswith(_ENGAGEMENT)}
        skips = "".join(f", [yellow]{reason} {n}[/]" for reason, n in sorted(known["reasons"].items()))
        through = sum(n for outcome, n in outcomes.items() if outcome != "parked")
        shown = ", ".join(f"{outcome} {n}" for outcome, n in sorted(outcomes.items()) if outcome != "parked")
        table.add_row(node["name"], f"[dim]{node['type']}[/]", str(through or ""), shown + skips)
    return table


def summary(
    console: Console,
    counts: Mapping[str, Any],
    bill: Mapping[str, Any],
    polls: int,
    people: int,
    orders: int,
    acts: Counter[str],
    took: float,
) -> None:
    """Print contacts, e-mails, skips, billable operations and their price."""
    nodes = {node["id"]: node for node in _WORKFLOW["nodes"]}
    mails = Table(title="E-mails by node")
    for column in ("node", "sent", "delivered", "bounced", "opened", "clicked", "not sent, and why"):
        mails.add_column(column, justify="left" if column.startswith(("node", "not")) else "right")
    total = 0
    for node, known in nodes.items():
        if known["type"] != "email_send":
            continue
        found = counts["nodes"].get(node, {"outcomes": {}, "reasons": {}})
        got, why = found["outcomes"], found["reasons"]
        total += got.get("sent", 0)
        opened = got.get("opened", 0) + got.get("clicked", 0)
        mails.add_row(
            known["name"],
            *(str(got.get(k, 0)) for k in ("sent", "delivered", "bounced")),
            str(opened),
            str(got.get("clicked", 0)),
            ", ".join(f"{reason} {n}" for reason, n in sorted(why.items())) or "-",
        )
    console.print()
    console.print(mails)
    console.print(_bill(bill, polls, total))
    console.print(
        f"[bold]{counts['enrolled']} of {people} customers enrolled[/] by {orders} orders, [bold]{total} e-mails[/], "
        f"{acts['unsubscribed']} unsubscribed, {took:.0f} s of real time."
    )


def _bill(bill: Mapping[str, Any], polls: int, mails: int) -> Table:
    totals, functions = bill["totals"], bill["functions"]
    # Asking for progress is the demo's doing, not the journey's.
    watching = sum(f["invocations"] for name, f in functions.items() if name.endswith("serve-api"))
    units = {
        "sfn_transition": totals.get("states", {}).get("transitions", 0),
        "lambda_request": totals.get("lambda", {}).get("invocations", 0) - watching,
        "dynamodb_wru": totals.get("dynamodb", {}).get("write_units", 0),
        "dynamodb_rru": totals.get("dynamodb", {}).get("read_units", 0),
        "kinesis_put_unit": totals.get("kinesis", {}).get("records", 0),
        "http_api_request": max(totals.get("http_api", {}).get("requests", 0) - polls, 0),
        "sns_request": totals.get("sns", {}).get("publishes", 0),
    }
    table = Table(title="Billable operations, at list price (us-east-1)")
    for column in ("operation", "count", "USD"):
        table.add_column(column, justify="left" if column == "operation" else "right")
    overhead = 0.0
    for name, count in units.items():
        cost = count * PRICES[name].each
        overhead += cost
        table.add_row(PRICES[name].unit, f"{count:,.0f}", f"{cost:.5f}")
    table.add_section()
    sent = mails * PRICES["ses_message"].each
    table.add_row("SES messages", f"{mails:,}", f"{sent:.5f}")
    if mails:
        table.add_row("overhead per 1,000 messages", "", f"{overhead / mails * 1000:.4f}")
    table.caption = (
        "Lambda time is left out: this machine's seconds are not Lambda's. `make bench` has the whole bill, with "
        "full cohorts and Lambda time."
    )
    return table
