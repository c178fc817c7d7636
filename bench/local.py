"""Contacts a second through six nodes on the running local cloud; left out, with a note, where none is up."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import httpx

from bench.results import Result

NAME = "local_contacts_per_s_cohort_250"
CONTACTS = 1_000
WORKFLOW = "bench_local"
_NOTE = (
    "make up: 1,000 contacts in 4 cohorts through six nodes (3 splits, 2 field changes, exit), from the first "
    "execution to the last end"
)


def local() -> list[Result]:
    """Return the figure, or say why it cannot be measured."""
    from local.settings import LocalSettings

    settings = LocalSettings.from_env()
    try:
        httpx.get(f"{settings.endpoint}/_stepwell/health", timeout=2).raise_for_status()
    except httpx.HTTPError:
        return [Result(NAME, None, "contacts/s", note="skipped: no local cloud is up (make up)")]
    from bench.local_events import local_events
    from local.demo.workspace import PREFIX, TENANT, seed

    workspace = seed(settings)
    return [
        Result(NAME, CONTACTS / _seconds(workspace.api), "contacts/s", note=_NOTE),
        *local_events(workspace, settings.endpoint, TENANT, PREFIX),
    ]


def _seconds(api: Any) -> float:
    if WORKFLOW not in {w["id"] for w in api.get("/workflows", limit=200)["items"]}:
        api.post("/workflows", {"workflow": _graph()})
        rev = api.get(f"/workflows/{WORKFLOW}")["rev"]
        api.post(f"/workflows/{WORKFLOW}/publish", {"rev": rev, "note": "bench"})
    run = f"{int(time.time()):x}"
    rows = "\n".join(f"b{number}-{run}@bench.example" for number in range(CONTACTS))
    before = _ended(api)
    api.post(f"/workflows/{WORKFLOW}/start", {"csv": f"email\n{rows}\n", "key": run})
    began = time.perf_counter()
    entered = False
    while (done := _ended(api) - before) < CONTACTS:
        if not entered and _enrolled(api) > before:
            # Reading the CSV and making a thousand profiles is the broadcast's time, not the engine's.
            entered, began = True, time.perf_counter()
        if time.perf_counter() - began > 300:
            raise TimeoutError(f"only {done} of {CONTACTS} contacts came through")
        time.sleep(0.1)
    return time.perf_counter() - began


def _enrolled(api: Any) -> int:
    return int(api.get(f"/workflows/{WORKFLOW}/counters")["enrolled"])


def _ended(api: Any) -> int:
    nodes = api.get(f"/workflows/{WORKFLOW}/counters")["nodes"]
    return int(nodes.get("over", {"outcomes": {}})["outcomes"].get("ended", 0))


def _graph() -> dict[str, Any]:
    def ask(id_: str, condition: str) -> dict[str, Any]:
        return {"id": id_, "type": "if_condition", "config": {"condition": condition}}

    nodes = [
        {"id": "start", "type": "manual_trigger"},
        ask("known", "email exists"),
        {"id": "mark", "type": "data_update", "config": {"set": {"stage": "seen"}}},
        ask("seen", 'stage = "seen"'),
        {"id": "score", "type": "scoring_update", "config": {"score_increment": 5}},
        ask("scored", "score >= 5"),
        {"id": "over", "type": "exit"},
    ]
    order = ["start", "known", "mark", "seen", "score", "scored", "over"]
    edges = []
    for source, target in pairwise(order):
        outcomes = ("true", "false") if source in ("known", "seen", "scored") else ("next",)
        edges += [{"source": source, "outcome": outcome, "target": target} for outcome in outcomes]
    return {"id": WORKFLOW, "name": "Bench", "nodes": nodes, "edges": edges}
