"""Runs and traces in table `runs`: a trace names tokens by position in the run's cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.contracts.clock import iso
from stepwell.contracts.names import OPEN_RUNS_KEYS, RUNS_BY_WORKFLOW_KEYS
from stepwell.contracts.tokens import Run, Trace, Via, compact, expand

META = "meta"
COHORT = "cohort"
TRACES = "t#"
# Small cohorts lie in the meta item itself, which then still costs one write.
INLINE_COHORT_BYTES = 500


def run_partition(tenant: str, run: str) -> str:
    """Return the partition of a run."""
    return f"{tenant}#R#{run}"


def run_id_of(pk: str) -> str:
    """Return the run id that a partition stands for."""
    return pk.partition("#R#")[2]


def open_partition(tenant: str) -> str:
    """Return the index partition of a tenant's open runs."""
    return f"{tenant}#OPEN"


def workflow_partition(tenant: str, workflow: str) -> str:
    """Return the index partition of a workflow's runs."""
    return f"{tenant}#{workflow}"


def encode_run(tenant: str, run: Run) -> tuple[Plain, Plain | None]:
    """Write a run as its meta item and, unless it is small, a cohort item."""
    pk = run_partition(tenant, run.id)
    meta: Plain = {
        "pk": pk,
        "sk": META,
        "w": run.workflow,
        "v": run.version,
        "e": run.entry,
        "vn": run.via.node,
        "vo": run.via.outcome,
        "a": run.attempt,
        "z": len(run.cohort),
        "t": millis(run.started_at),
        "x": millis(run.expected_by),
        RUNS_BY_WORKFLOW_KEYS[0]: workflow_partition(tenant, run.workflow),
        RUNS_BY_WORKFLOW_KEYS[1]: f"{iso(run.started_at)}#{run.id}",
    }
    if run.open:
        meta[OPEN_RUNS_KEYS[0]] = open_partition(tenant)
        meta[OPEN_RUNS_KEYS[1]] = iso(run.expected_by)
    if run.via.loop:
        meta["vl"] = run.via.loop
    if run.loop:
        meta["l"] = pack(dict(run.loop))
    cohort = " ".join(run.cohort)
    if len(cohort) <= INLINE_COHORT_BYTES:
        meta["c"] = cohort
        return meta, None
    return meta, {"pk": pk, "sk": COHORT, "c": cohort}


def decode_run(meta: Plain, cohort: Plain | None) -> Run:
    """Read a run from its items."""
    text = meta["c"] if "c" in meta else (cohort or {}).get("c", "")
    return Run(
        id=run_id_of(meta["pk"]),
        workflow=meta["w"],
        version=meta["v"],
        entry=meta["e"],
        via=Via(meta["vn"], meta["vo"], meta.get("vl", "")),
        started_at=from_millis(meta["t"]),
        expected_by=from_millis(meta["x"]),
        cohort=tuple(text.split(" ")) if text else (),
        loop=unpack(meta["l"]) if "l" in meta else {},
        attempt=meta["a"],
        open=OPEN_RUNS_KEYS[0] in meta,
    )


def trace_key(tenant: str, run: str, node: str, loop: str, part: int) -> Key:
    """Return the key of a step's trace."""
    return run_partition(tenant, run), f"{TRACES}{node}#{loop}#{part}"


def token_of(element: str) -> str:
    """Return the token id of a cohort element, with or without its epoch."""
    return element.partition(":")[0]


def encode_trace(tenant: str, trace: Trace, cohort: Sequence[str]) -> Plain:
    """Write a trace; tokens that are not in the cohort are named in full, after ``!``."""
    place = {token_of(element): position for position, element in enumerate(cohort)}

    def positions(tokens: Sequence[str]) -> str:
        names = [token_of(token) for token in tokens]
        known = compact([place[name] for name in names if name in place])
        return "!".join([known, *(name for name in names if name not in place)])

    pk, sk = trace_key(tenant, trace.run, trace.node, trace.loop, trace.part)
    item: Plain = {
        "pk": pk,
        "sk": sk,
        "a": trace.attempt,
        "t": millis(trace.at),
        "n": sum(len(tokens) for tokens in trace.outcomes.values()),
        "o": pack({outcome: positions(tokens) for outcome, tokens in trace.outcomes.items()}),
    }
    if trace.reasons:
        item["q"] = pack({reason: positions(tokens) for reason, tokens in trace.reasons.items()})
    if trace.later:
        item["y"] = positions(trace.later)
    if trace.due is not None:
        item["d"] = millis(trace.due)
    return item


def decode_trace(item: Plain, cohort: Sequence[str]) -> Trace:
    """Read a trace of a run with this cohort; tokens come back in cohort order."""

    def tokens(text: str) -> tuple[str, ...]:
        known, *named = text.split("!")
        return (*(token_of(cohort[position]) for position in expand(known)), *named)

    _, node, loop, part = item["sk"].split("#")
    due = item.get("d")
    outcomes: Mapping[str, str] = unpack(item["o"])
    reasons: Mapping[str, str] = unpack(item["q"]) if "q" in item else {}
    return Trace(
        run=run_id_of(item["pk"]),
        node=node,
        loop=loop,
        part=int(part),
        attempt=item["a"],
        at=from_millis(item["t"]),
        outcomes={outcome: tokens(text) for outcome, text in outcomes.items()},
        reasons={reason: tokens(text) for reason, text in reasons.items()},
        later=tokens(item["y"]) if "y" in item else (),
        due=None if due is None else from_millis(due),
    )


def trace_counts(item: Plain) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many tokens left by each outcome and fell under each reason; needs no cohort."""

    def count(text: str) -> int:
        known, *named = text.split("!")
        return len(expand(known)) + len(named)

    reasons = unpack(item["q"]) if "q" in item else {}
    return (
        {outcome: count(text) for outcome, text in unpack(item["o"]).items()},
        {reason: count(text) for reason, text in reasons.items()},
    )
