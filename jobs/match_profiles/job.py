"""The job: profiles in, decisions and groups out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
from stepwell.profiles.matching.deciding import decide
from stepwell.profiles.matching.grouping import Groups, group
from stepwell.profiles.matching.model import Decision, MatchDecision, MatchSettings, Reason
from stepwell.profiles.matching.ports import MergeQueue
from stepwell.profiles.matching.reviews import Settled

from jobs.match_profiles.blocking import choose
from jobs.match_profiles.columns import prepare
from jobs.match_profiles.learning import Parameters, train
from jobs.match_profiles.pairs import candidates, certain_ids, edges, used_fields
from jobs.match_profiles.weighing import check, weigh


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found, besides the decisions that went to the queue.

    Attributes:
        groups: Who is one person.
        model: The model, to be used again.
        summary: Figures for people and programs.
    """

    groups: Groups
    model: Parameters
    summary: dict[str, Any]


class _Counting:
    """Passes decisions on and counts them."""

    def __init__(self) -> None:
        self.decisions: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def over(self, decisions: Iterable[MatchDecision]) -> Iterator[MatchDecision]:
        for decision in decisions:
            self.decisions[decision.decision.value] += 1
            self.reasons.update(reason.value for reason in decision.reasons)
            yield decision


def match(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    settings: MatchSettings,
    queue: MergeQueue,
    *,
    settled: Settled | None = None,
    model: Parameters | None = None,
    seconds: Callable[[], float],
) -> Found:
    """Match the profiles of a table.

    Args:
        connection: Database.
        source: Table or view with ``profile`` and any columns of ``columns.NORMAL``; ``customer_id`` and
            ``verified_email`` (text or lists) are evidence for certain.
        settings: Threshold and limits.
        queue: Takes merges, reviews, and what a person rejected, in the order of the pairs.
        settled: What people said about pairs.
        model: A model of an earlier run, used as it is.
        seconds: A clock that only goes forward.

    Raises:
        InvalidInput: The table cannot be matched; the message says why.
    """
    began = seconds()
    said = settled or Settled()
    prepared = prepare(connection, source)
    budget = settings.pairs_per_profile
    blocking = choose(connection, prepared.table, prepared.columns, prepared.profiles, budget)
    sessions: list[tuple[str, ...]] = []
    if model is None:
        parameters, sessions = train(connection, prepared, blocking, settings)
    else:
        check(model, prepared.columns)
        parameters = model
    learned = seconds()
    weighed, parameters = weigh(connection, prepared, blocking, parameters, learn_prior=model is None)
    compared = int(connection.execute(f"select count(*) from {weighed}").fetchall()[0][0])
    done = seconds()
    ids = certain_ids(connection, source)
    groups = group(edges(connection, weighed, settings, said), settings, ids=ids, settled=said)
    used = used_fields(prepared.columns, parameters)
    counting = _Counting()
    found = candidates(connection, weighed, used, parameters, groups, settings, said)
    decided = (decide(c, settings, groups, ids=ids, settled=said) for c in found)
    queue.put(counting.over(d for d in decided if _concerns_anybody(d)))
    sizes = [len(members) for members in groups.members().values()]
    summary = {
        "profiles": prepared.profiles,
        "columns": [one.name for one in used],
        "unused_columns": list(prepared.unused),
        "settings": asdict(settings),
        "blocking": [{"rule": list(rule), "pairs": blocking.pairs[rule]} for rule in blocking.rules],
        "trained_on": [list(rule) for rule in sessions],
        "one_pair_in": round(1 / parameters["probability_two_random_records_match"], 1),
        "pairs_compared": compared,
        "decisions": dict(sorted(counting.decisions.items())),
        "reasons": dict(sorted(counting.reasons.items())),
        "groups": len(sizes),
        "largest_group": max(sizes, default=0),
        "profiles_after": prepared.profiles - sum(sizes) + len(sizes),
        "seconds": {
            "learning": round(learned - began, 3),
            "comparing": round(done - learned, 3),
            "deciding": round(seconds() - done, 3),
        },
    }
    return Found(groups, parameters, summary)


def _concerns_anybody(decision: MatchDecision) -> bool:
    return decision.decision is not Decision.REJECT or Reason.REVIEWED_DIFFERENT in decision.reasons
